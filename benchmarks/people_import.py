"""
Taking in a file of people: lines per second, as a share of a bare COPY of the same lines into a plain table.

Ours is the whole run of a checked file: reading every cell, recognising people by their keys, search keys, all links
checked, and in the full file a customer number and a word of consent on every line. The COPY knows no keys, no tenants
and no rules.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

import psycopg

from benchmarks.harness import Bench

if TYPE_CHECKING:
    from dangol.workspaces.models import Member

LINES, ROUNDS = 200_000, 2
NAMES = "가나다라마바사아자차카타파하"


@dataclass(frozen=True)
class File:
    """What stands in a file. People of different files are different people."""

    header: str
    line: Callable[[int], str]


def run(bench: Bench) -> None:
    """Measure us and the bare COPY in turns."""
    from tests.people import make_cast  # noqa: PLC0415 - Django is set up by now

    member = make_cast().admin
    per_round = bench.sized(LINES, least=ROUNDS) // ROUNDS
    for label, file in FILES.items():
        _measure(bench, member, label, file, per_round)


def _measure(bench: Bench, member: "Member", label: str, file: File, per_round: int) -> None:
    ours = bare = 0.0
    with psycopg.connect(bench.superuser_url(), autocommit=True) as plain:
        columns = ", ".join(f"c{number} text" for number in range(file.header.count(",") + 1))
        plain.execute(f"CREATE TABLE bare_{label} ({columns})")
        for part in range(ROUNDS):
            lines = [file.line(part * per_round + number) for number in range(per_round)]
            ours += _time_import(member, [file.header, *lines])
            bare += _time_copy(plain, f"bare_{label}", lines)
    total = per_round * ROUNDS
    bench.report(ours=total / ours, limit=total / bare, rows=total, label=label)


def _full(number: int) -> str:
    answer = "동의" if number % 3 else "거부"
    return f"{_name(number)},p{number}@example.com,{_phone(number)},C-{number},서울,VIP,{answer}"


def _short(number: int) -> str:
    return f"{_name(number)},q{number}@example.com,{_phone(number + 10_000_000)},서울"


def _name(number: int) -> str:
    return f"김{NAMES[number % 14]}{NAMES[number // 14 % 14]}"


def _phone(number: int) -> str:
    return f"010-{number // 10_000 + 1000}-{number % 10_000:04}"


FILES = {
    "full": File("이름,이메일,휴대폰,고객번호,도시,등급,마케팅 동의", _full),
    "short": File("이름,이메일,휴대폰,도시", _short),
}


def _time_import(member: "Member", lines: list[str]) -> float:
    from dangol.customers.operations import run_people_import  # noqa: PLC0415 - Django is set up by now

    import_id = _checked(member, "\n".join(lines).encode())
    began = time.perf_counter()
    run_people_import(workspace_id=member.workspace_id, import_id=import_id)
    return time.perf_counter() - began


def _checked(member: "Member", content: bytes) -> UUID:
    from dangol.customers.operations import (  # noqa: PLC0415 - Django is set up by now
        ConsentStatement,
        check_people_import,
        start_people_import,
        upload_people,
    )
    from dangol.kit import tenancy  # noqa: PLC0415 - as above

    now = datetime.now(UTC)
    statement = ConsentStatement(at="2026-01-01", source="paper form", wording_version="1")
    with tenancy.workspace(member.workspace_id):
        made = upload_people(member=member, file_name="people.csv", content=content, now=now)
        check_people_import(people_import=made, consent=statement, now=now)
        start_people_import(people_import=made, member=member, now=now)
    return made.pk


def _time_copy(plain: "psycopg.Connection[tuple[object, ...]]", table: str, lines: list[str]) -> float:
    began = time.perf_counter()
    with plain.cursor() as cursor, cursor.copy(f"COPY {table} FROM STDIN (FORMAT csv)") as copy:
        copy.write("\n".join(lines))
    return time.perf_counter() - began
