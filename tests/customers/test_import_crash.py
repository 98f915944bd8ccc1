"""A run that is killed in the middle, and goes on as if nothing had happened."""

import os
import random
import signal
import subprocess
import sys
import time
from typing import Any
from uuid import UUID

import pytest
from django.db import transaction

from dangol.customers import operations
from dangol.customers.models import (
    Change,
    ConsentEntry,
    Identity,
    ImportProblem,
    ImportStep,
    PeopleImport,
    Person,
    Relation,
    Tagging,
)
from dangol.customers.operations import ConsentStatement
from dangol.customers.operations.imports import running
from dangol.kit import tenancy
from dangol.workspaces.models import Member
from tests.factories import NOW
from tests.people import make_cast

LINES, CHUNK = 1200, 40
RUN = """
import sys, django
django.setup()
from uuid import UUID
from dangol.customers.operations.imports import running
running.CHUNK = int(sys.argv[1])
running.run_people_import(workspace_id=UUID(sys.argv[2]), import_id=UUID(sys.argv[3]))
"""
STATEMENT = ConsentStatement(at="2026-11-01", source="paper form", wording_version="1", channels=("email",))


def file_of_people() -> bytes:
    lines = ["고객번호,이름,이메일,휴대폰,회사,직함,태그"]
    for number in range(LINES):
        email = "nowhere" if number % 97 == 0 else f"person{number - (number % 89 == 0)}@example.com"
        lines.append(f"C-{number},김{number},{email},010-1234-{number % 10_000:04},㈜{number % 7},과장,{number % 5}")
    return "\n".join(lines).encode("cp949")


def file_of_nothing_but_people() -> bytes:
    """Two chunks of such a file are written at the same time. Lines here and there are about people of other chunks."""
    lines = ["고객번호,이름,이메일,휴대폰,도시"]
    for number in range(LINES):
        if number % 31 == 30:
            lines.append(f",박{number},person{number - 25}@example.com,,부산")
        elif number % 53 == 52:
            lines.append(f",,,010-1234-{number - 60:04},대구")
        else:
            lines.append(f"C-{number},김{number},person{number}@example.com,010-1234-{number:04},서울")
    return "\n".join(lines).encode()


def started(member: Member, content: bytes) -> UUID:
    with tenancy.workspace(member.workspace_id):
        made = operations.upload_people(member=member, file_name="people.csv", content=content, now=NOW)
        operations.check_people_import(people_import=made, consent=STATEMENT, now=NOW)
        operations.start_people_import(people_import=made, member=member, now=NOW)
    return made.pk


def next_line(workspace_id: UUID, import_id: UUID) -> int:
    with tenancy.workspace(workspace_id):
        return PeopleImport.objects.values_list("next_line", flat=True).get(pk=import_id)


def outcome(workspace_id: UUID, import_id: UUID) -> dict[str, Any]:
    columns = ("external_id", "name", "email", "phone", "city", "bigrams", "initials", "fields")
    with tenancy.workspace(workspace_id):
        made = PeopleImport.objects.get(pk=import_id)
        return {
            "counts": (made.state, made.created_count, made.updated_count, made.rejected_count, made.next_line),
            "people": list(Person.objects.order_by("external_id", "email", "phone").values_list(*columns)),
            "identities": list(
                Identity.objects.order_by("kind", "value").values_list("kind", "value", "person__external_id")
            ),
            "problems": list(ImportProblem.objects.order_by("line", "code").values_list("line", "code", "text")),
            "relations": sorted(
                Relation.objects.values_list("source_person__external_id", "target_company__name", "title")
            ),
            "tags": sorted(Tagging.objects.values_list("person__external_id", "tag__name")),
            "history": sorted(Change.objects.values_list("kind", "verb", "reason")),
            "made": sum(len(step.people) for step in ImportStep.objects.all()),
            "consents": sorted(ConsentEntry.objects.values_list("person__external_id", "channel", "at")),
        }


@pytest.mark.faults
@pytest.mark.parametrize("content", [file_of_people(), file_of_nothing_but_people()], ids=["firms", "people"])
def test_a_killed_run_goes_on_exactly_where_it_was(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    monkeypatch.setattr(running, "CHUNK", CHUNK)
    with transaction.atomic():
        cast = make_cast()
    killed, undisturbed = started(cast.admin, content), started(cast.lee, content)
    kill_at = random.Random(os.getpid()).randrange(CHUNK, LINES // 2)
    arguments = [sys.executable, "-c", RUN, str(CHUNK), str(cast.workspace.pk), str(killed)]
    with subprocess.Popen(arguments, env=os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}) as process:
        while next_line(cast.workspace.pk, killed) < kill_at:
            assert process.poll() is None
            time.sleep(0.005)
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL
    assert kill_at <= next_line(cast.workspace.pk, killed) < LINES
    for _twice in range(2):
        running.run_people_import(workspace_id=cast.workspace.pk, import_id=killed)
    monkeypatch.setattr(running, "ABREAST", 1)
    running.run_people_import(workspace_id=cast.other_workspace.pk, import_id=undisturbed)
    assert outcome(cast.workspace.pk, killed) == outcome(cast.other_workspace.pk, undisturbed)
