"""
A file of many lines is taken in without holding it: memory stays where it is.

`bin/bench people-import-memory` does the same with a million lines.
"""

import os
import subprocess
import sys

from django.db import transaction

from tests.people import make_cast

LINES = 50_000
MOST_GROWTH = 40 * 1024
RUN = """
import resource, sys, django
django.setup()
from uuid import UUID
from datetime import UTC, datetime
from dangol.customers import operations
from dangol.kit import tenancy
from dangol.workspaces.models import Member

def blocks(lines):
    yield "이름,이메일,휴대폰,고객번호,도시,등급\\n".encode("cp949")
    for start in range(0, lines, 1000):
        text = "".join(
            f"김{n % 977},p{n}@example.com,010-{n // 10_000 + 1000}-{n % 10_000:04},C-{n},"
            "서울,단골 손님이며 새벽에 오신다\\n"
            for n in range(start, start + 1000)
        )
        yield text.encode("cp949")

def take_in(lines):
    now = datetime.now(UTC)
    with tenancy.workspace(workspace):
        member = Member.objects.get(pk=sys.argv[2])
        made = operations.upload_people(member=member, file_name="p.csv", content=blocks(lines), now=now)
        operations.plan_people_import(people_import=made, member=member, now=now)
        token = made.batch
    operations.review_people_import(workspace_id=workspace, import_id=made.pk, token=token)
    with tenancy.workspace(workspace):
        made.refresh_from_db()
        operations.start_people_import(people_import=made, member=member, now=now)
    operations.run_people_import(workspace_id=workspace, import_id=made.pk)
    with tenancy.workspace(workspace):
        made.refresh_from_db()
    assert made.state == "done", made.state
    return made.created_count + made.updated_count + made.unchanged_count

workspace = UUID(sys.argv[1])
lines = int(sys.argv[3])
take_in(lines // 5)
before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
taken = take_in(lines)
print(taken, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before)
"""


def measured(lines: int) -> tuple[int, int]:
    """Take in a fifth of the lines, then all; return how many, and by how many kilobytes the peak grew then."""
    with transaction.atomic():
        cast = make_cast()
    arguments = [sys.executable, "-c", RUN, str(cast.workspace.pk), str(cast.marketer.pk), str(lines)]
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    done = subprocess.run(arguments, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    taken, growth = done.stdout.split()
    return int(taken), int(growth)


def test_memory_does_not_grow_with_the_file(committed_db: str) -> None:
    taken, growth = measured(LINES)
    assert taken == LINES
    assert growth < MOST_GROWTH
