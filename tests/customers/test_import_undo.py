"""Imports taken back as a whole: what was made goes, what was changed is as before, what was touched stays."""

import random
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.db import connection

from dangol.customers import operations
from dangol.customers.contracts import company_tables, person_tables
from dangol.customers.enums import ImportState
from dangol.customers.models import ImportLeftover, PeopleImport, Person
from dangol.customers.operations import ConsentStatement, UnableToImport
from dangol.customers.operations.imports import running
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast

LEDGERS = {
    "customers_change",
    "customers_tocompare",
    "customers_matchkey",
    "customers_companytocompare",
    "customers_companymatchkey",
}
STATEMENT = ConsentStatement(at="2026-11-01", source="paper form", wording_version="1", channels=("email",))
HEADER = "고객번호,이름,이메일,휴대폰,회사,직함,태그,등급,마케팅 동의,도시,담당자"


def affected() -> dict[str, Any]:
    """Every row of every table that speaks of people and companies, as a hash."""
    tables = {table.table for table in (*person_tables(), *company_tables())} - LEDGERS
    hashes = {}
    with connection.cursor() as cursor:
        for table in sorted(tables | {"customers_person", "customers_company", "customers_tag"}):
            text = "(to_jsonb(t) - 'updated_at')::text"
            cursor.execute(f"SELECT count(*), md5(string_agg({text}, '' ORDER BY {text})) FROM {table} t")
            hashes[table] = cursor.fetchone()
    return hashes


def take_in(member: Member, text: str, **choices: Any) -> PeopleImport:
    made = operations.upload_people(member=member, file_name="people.csv", content=text.encode(), now=NOW)
    operations.check_people_import(people_import=made, now=NOW, **choices)
    operations.start_people_import(people_import=made, member=member, now=NOW)
    operations.run_people_import(workspace_id=member.workspace_id, import_id=made.pk)
    made.refresh_from_db()
    assert made.state == ImportState.DONE
    return made


def take_back(member: Member, made: PeopleImport) -> None:
    operations.undo_people_import(people_import=made, member=member)
    operations.take_import_back(workspace_id=member.workspace_id, import_id=made.pk)
    made.refresh_from_db()
    assert made.state == ImportState.UNDONE


def random_file(chance: random.Random, lines: int) -> str:
    rows = [HEADER]
    for _line in range(lines):
        number = chance.randrange(lines)
        cells = [
            chance.choice([f"C-{number}", ""]), chance.choice([f"김{number}", "이하늘", ""]),
            chance.choice([f"p{number}@example.com", ""]), chance.choice([f"010-1234-{number:04}", ""]),
            chance.choice(["㈜한빛", "단골상사", ""]), chance.choice(["과장", ""]),
            chance.choice(["VIP;새벽", "단골", ""]),
            chance.choice(["금", "은", ""]), chance.choice(["Y", "N", ""]), chance.choice(["서울", "부산", ""]),
            chance.choice(["jieun@example.com", ""]),
        ]  # fmt: skip
        rows.append(",".join(cells))
    return "\n".join(rows)


@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("choice", ["update", "fill", "new"])
def test_an_import_and_its_undo_leave_everything_as_it_was(
    inside: Cast, seed: int, choice: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(running, "CHUNK", 17)
    chance = random.Random(seed)
    take_in(inside.marketer, random_file(chance, 40), consent=STATEMENT)
    person = Person.objects.exclude(email="").first()
    assert person is not None
    operations.withdraw_consent(person=person, channel="email", purpose="marketing", at=NOW, source="call")
    before = affected()
    made = take_in(
        inside.marketer, random_file(chance, 80), consent=STATEMENT,
        options={"on_duplicate": choice, "tags": ["가을"]},
    )  # fmt: skip
    assert made.created_count
    assert affected() != before
    take_back(inside.marketer, made)
    assert affected() == before
    assert not ImportLeftover.objects.filter(people_import=made).exists()


def test_what_was_touched_since_stays_and_is_listed(inside: Cast) -> None:
    known = make_person(inside.jieun, email="p1@example.com", name="김하나")
    lines = ["이름,이메일,도시", "김일,p1@example.com,서울", "김둘,p2@example.com,부산", "김셋,p3@example.com,"]
    made = take_in(inside.marketer, "\n".join(lines))
    for email, city in (("p1@example.com", "대구"), ("p2@example.com", "대전")):
        person = Person.objects.get(email=email)
        details = operations.details_of(person)
        operations.change_person(
            person=person, details=type(details)(**vars(details) | {"city": city}), member=inside.admin, now=NOW
        )
    take_back(inside.marketer, made)
    assert list(Person.objects.order_by("email").values_list("name", "email", "city")) == [
        ("김하나", "p1@example.com", "대구"), ("김둘", "p2@example.com", "대전"),
    ]  # fmt: skip
    left = ImportLeftover.objects.filter(people_import=made).values_list("object_id", "label", "column")
    two = Person.objects.get(email="p2@example.com")
    assert set(left) == {(known.pk, "김하나", "city"), (two.pk, "김둘", "")}


def test_a_consent_given_after_the_import_keeps_the_person(inside: Cast) -> None:
    made = take_in(inside.marketer, "이름,이메일\n김일,p1@example.com\n김둘,p2@example.com\n", consent=STATEMENT)
    operations.give_consent(
        person=Person.objects.get(email="p2@example.com"), channel="sms", purpose="marketing", source="call",
        at=NOW + timedelta(hours=1),
    )  # fmt: skip
    take_back(inside.marketer, made)
    assert list(Person.objects.values_list("email", flat=True)) == ["p2@example.com"]


def test_only_what_has_run_is_undone_and_only_once(inside: Cast) -> None:
    made = operations.upload_people(
        member=inside.marketer, file_name="people.csv", content=b"name,email\nDana,d@example.com\n", now=NOW
    )
    with pytest.raises(UnableToImport, match="cannot be undone"):
        operations.undo_people_import(people_import=made, member=inside.marketer)
    done = take_in(inside.marketer, "name,email\nDana,d@example.com\n")
    take_back(inside.marketer, done)
    with pytest.raises(UnableToImport, match="cannot be undone"):
        operations.undo_people_import(people_import=done, member=inside.marketer)


def test_rows_of_another_source_are_taken_like_a_file(inside: Cast) -> None:
    mapping = {"0": "external_id", "1": "name", "2": "email", "3": "company", "4": "field:등급"}
    rows = [
        ["S-1", "김하늘", "haneul@example.com", "㈜한빛", "금"],
        ["S-2", "이도윤", "nowhere", "", ""],
        ["S-3", "박서연 900101-1234567", "s@example.com", "", ""],
        ["S-1", "", "", "", "은"],
    ]
    batch = UUID("01900000-0000-7000-8000-000000000001")
    for expected in ((1, 1, 0, 2), (0, 1, 1, 2)):
        taken = operations.take_rows(
            workspace_id=inside.workspace.pk, rows=rows, mapping=mapping, origin="shop", member=inside.admin, now=NOW,
            batch=batch,
        )  # fmt: skip
        assert (taken.created, taken.updated, taken.unchanged, taken.rejected)[0::3] == expected[0::3]
        assert [(problem.line, problem.code) for problem in taken.problems] == [
            (2, "bad_email"), (3, "resident_number"),
        ]  # fmt: skip
    person = Person.objects.get()
    assert (person.external_id, person.fields, person.origin) == ("S-1", {"등급": "은"}, "shop")
