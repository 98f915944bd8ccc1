"""Erased is erased: nothing of the person is found anywhere afterwards."""

import json
import random
from pathlib import Path
from typing import Any

import pytest
from django.db import connection, models
from pytest_django import Settings

from dangol.customers.contracts import Anonymise, Keep, PersonTable, person_tables
from dangol.customers.models import (
    Change,
    ErasedKey,
    FieldDefinition,
    Identity,
    ImportLeftover,
    ImportPiece,
    ImportProblem,
    ImportStep,
    PeopleImport,
    Person,
    Relation,
    RightsRequest,
)
from dangol.customers.operations import erase_people, merge_people, move_to_trash
from dangol.kit import tenancy
from dangol.kit.authorship import act_as
from dangol.kit.ids import uuid7
from dangol.messaging.models import Suppression
from dangol.workspaces.models import AuditEntry
from tests.customers.test_people_import import take_in
from tests.customers.whole_lives import Lives
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db

NAME, EMAIL, PHONE, NUMBER = "남궁하늘빛", "haneul.erase@example.com", "+821055501234", "CUST-778899"
NEEDLES = (NAME, "haneul.erase", "1055501234", "5550-1234", NUMBER)
SHARED = {"customers_relation", "customers_duplicatepair", "customers_merge", "customers_change"}
"""What two people have in common goes with either of them."""
KEPT_WITH_ID = {
    "customers_person": "the row without a name that the kept rows belong to",
    "customers_consententry": "three years, by law",
    "messaging_consentnotice": "three years, by law",
    "customers_guardianconsent": "three years, proof of a guardian's consent",
    "tracking_order": "five years, by law",
    "workspaces_auditentry": "who did what with whose data: two years, by law",
}


class NamedLives(Lives):
    """Lives whose every text about the person names them. What such rows belong to is not about the person."""

    is_about_them = True

    def _text(self) -> str:
        return f"{NAME} {EMAIL}" if self.is_about_them else super()._text()

    def _parent(self, model: type[models.Model]) -> Any:
        before, self.is_about_them = self.is_about_them, False
        made = super()._parent(model)
        self.is_about_them = before
        return made


class QuietLives(Lives):
    """Lives whose texts name nobody: for the rows that a law keeps."""


def make_erasable(cast: Cast, **fields: Any) -> Person:
    person = make_person(
        cast.jieun, name=NAME, email=EMAIL, phone=PHONE, external_id=NUMBER, owner=cast.jieun, **fields
    )
    for kind, value in (("phone", PHONE), ("external_id", NUMBER), ("anonymous_id", "browser-9f3a")):
        Identity.objects.create(workspace=cast.workspace, person=person, kind=kind, value=value, origin="test")
    return person


def fill(cast: Cast, person: Person, other: Person) -> set[str]:
    """Put rows about the person into every registered table and return the tables that have some."""
    named, quiet = NamedLives(random.Random(5), cast.jieun), QuietLives(random.Random(6), cast.jieun)
    for table in person_tables():
        if not isinstance(table.model._meta.get_field(table.link), models.ForeignKey):
            continue
        lives = quiet if isinstance(table.on_erasure, Keep) else named
        for _n in range(12):
            lives._try(table, person, [person, other])
    RightsRequest.objects.update(results=[])  # counts by table, never words
    key = {"workspace_id": cast.workspace.pk}
    insert("customers_matchkey", key | {"person_id": person.pk, "key": 5})
    insert("customers_tocompare", key | {"person_id": person.pk})
    field = FieldDefinition.objects.create(
        workspace=cast.workspace, object="person", key="별명", label="별명", kind="text"
    )
    insert("customers_fieldvalue", key | {"record_id": person.pk, "definition_id": field.pk, "place": 0, "words": NAME})
    with act_as(member_id=cast.jieun.pk, reason="test"):
        Person.objects.filter(pk=person.pk).update(honorific="님")
    return {table.table for table in person_tables() if rows_of(table, person)}


def insert(table: str, values: dict[str, Any]) -> None:
    names, marks = ", ".join(f'"{name}"' for name in values), ", ".join(["%s"] * len(values))
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({marks}) ON CONFLICT DO NOTHING", list(values.values()))


def rows_of(table: PersonTable, person: Person) -> int:
    with connection.cursor() as cursor:
        cursor.execute(f'SELECT count(*) FROM "{table.table}" WHERE "{table.column}" = %s', [person.pk])
        return int(cursor.fetchone()[0])


def found_anywhere(needle: str) -> dict[str, int]:
    """Search the text of every row of every table for this; bytes as they are stored, in three encodings."""
    spelled = {needle, json.dumps(needle)[1:-1]}
    spelled |= {needle.encode(encoding).hex() for encoding in ("utf-8", "cp949", "utf-16-le")}
    spelled.add(json.dumps(needle)[1:-1].encode().hex())
    found = {}
    with connection.cursor() as cursor, tenancy.open_trash():
        cursor.execute(
            "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'p')"
            " AND NOT relispartition AND has_table_privilege(oid, 'SELECT') ORDER BY relname"
        )
        for (table,) in cursor.fetchall():
            cursor.execute(
                f'SELECT count(*) FROM "{table}" AS t WHERE EXISTS'
                " (SELECT FROM unnest(%s::text[]) AS one WHERE position(lower(one) IN lower(t::text)) > 0)",
                [sorted(spelled)],
            )
            if count := cursor.fetchone()[0]:
                found[table] = int(count)
    return found


def test_nothing_of_an_erased_person_is_found_anywhere(inside: Cast, settings: Settings, tmp_path: Path) -> None:
    settings.MAIL_CATCHER_DIR = str(tmp_path)
    folder = tmp_path / "01234567"
    folder.mkdir()
    (folder / "a.eml").write_text(f"To: {NAME} <{EMAIL}>\r\n\r\nhello")
    (folder / "b.eml").write_text("To: Lee <lee@example.com>\r\n\r\nhello")
    person, other = make_erasable(inside), make_person(inside.jieun, name="이웃", email="other@example.com")
    with act_as(member_id=inside.jieun.pk, reason="test"):
        Person.objects.filter(pk=person.pk).update(fields={"메모": NAME}, address=f"{NAME} 댁", given_name="하늘빛")
        Relation.objects.create(
            workspace=inside.workspace, kind="family_of", source_person=other, target_person=person, origin="test"
        )
    filled = fill(inside, person, other)
    assert filled == {table.table for table in person_tables()}
    scatter(inside, person, other)
    for needle in (*NEEDLES, str(person.pk)):
        assert found_anywhere(needle), needle

    outcomes = erase_people(workspace_id=inside.workspace.pk, ids=[person.pk], member=inside.admin, now=NOW)

    for needle in NEEDLES:
        assert found_anywhere(needle) == {}, needle
    assert set(found_anywhere(str(person.pk))) <= set(KEPT_WITH_ID)
    assert [path.name for path in folder.iterdir()] == ["b.eml"]
    assert {outcome.place for outcome in outcomes if outcome.rule == "kept"} == {
        table.table for table in person_tables() if isinstance(table.on_erasure, Keep)
    }
    told = {outcome.place for outcome in outcomes}
    assert told >= filled
    assert told >= {"History", "ImportLines", "FieldLinks", "RawCalls", "SuppressedAddresses", "ChangesOfMany", "Jobs"}
    assert not Person.objects.filter(pk=person.pk).exists()
    assert Person.objects.get(pk=other.pk).name == "이웃"


def scatter(cast: Cast, person: Person, other: Person) -> None:
    """Name the person wherever a row has no link to them."""
    key = {"workspace": cast.workspace}
    FieldDefinition.objects.create(**key, object="person", key="소개", label="소개", kind="person")
    Person.objects.filter(pk=other.pk).update(fields={"소개": str(person.pk), "메모": "남는다"})
    text = f"이름,이메일,전화\n이웃,other@example.com,010-1111-2222\n{NAME},{EMAIL.upper()},010-5550-1234\n"
    brought = PeopleImport.objects.create(**key, file_name="a.csv", encoding="cp949", delimiter=",", by=cast.admin)
    ImportPiece.objects.create(**key, people_import=brought, first_line=1, line_count=3, content=text.encode("cp949"))
    ImportStep.objects.create(**key, people_import=brought, next_line=3, people=[person.pk, other.pk])
    ImportLeftover.objects.create(**key, people_import=brought, kind="person", object_id=person.pk, label=NAME)
    ImportProblem.objects.create(**key, people_import=brought, line=9, code="bad_email", text=f"{NAME},x@,")
    Suppression.objects.create(**key, channel="email", address=EMAIL, reason="complaint", at=NOW)
    insert(
        "tracking_deadletter",
        {"workspace_id": cast.workspace.pk, "id": uuid7(), "source_id": uuid7(), "received_at": NOW, "code": "x"}
        | {"body": json.dumps({"email": EMAIL}).encode(), "detail": "", "call": ""},
    )
    insert(
        "desk_bulkchange",
        {"workspace_id": cast.workspace.pk, "id": uuid7(), "listed": "people", "action": "tag", "detail": "{}"}
        | {"ids": [person.pk, other.pk], "size": 2, "position": 0, "changed": 2, "left": 0, "state": "done"}
        | {"by_id": cast.jieun.pk, "created_at": NOW},
    )
    args = json.dumps({"workspace_id": str(cast.workspace.pk), "person_id": str(person.pk)})
    insert("procrastinate_jobs", {"queue_name": "default", "task_name": "x", "args": args, "status": "todo"})


def test_the_others_keep_everything(inside: Cast) -> None:
    person, other = make_erasable(inside), make_person(inside.jieun, name="이웃", email="other@example.com")
    fill(inside, other, person)
    scatter(inside, person, other)
    tables = [table for table in person_tables() if table.table not in SHARED]
    before = {table.table: rows_of(table, other) for table in tables}

    erase_people(workspace_id=inside.workspace.pk, ids=[person.pk], member=inside.admin, now=NOW)

    assert {table.table: rows_of(table, other) for table in tables} == before
    other.refresh_from_db()
    assert other.fields == {"메모": "남는다"}
    content = bytes(ImportPiece.objects.get().content).decode("cp949")
    assert content == "이름,이메일,전화\n이웃,other@example.com,010-1111-2222\n\n"


def test_who_was_merged_into_them_goes_with_them(inside: Cast) -> None:
    keeper, loser = make_person(inside.jieun, name="지킴이"), make_erasable(inside)
    merge_people(keep=keeper, merge=loser, choices={}, member=inside.jieun, now=NOW)

    erase_people(workspace_id=inside.workspace.pk, ids=[keeper.pk], member=inside.admin, now=NOW)

    for needle in (*NEEDLES, "지킴이"):
        assert found_anywhere(needle) == {}, needle
    for one in (keeper, loser):
        assert set(found_anywhere(str(one.pk))) <= {"workspaces_auditentry"}


def test_what_a_law_keeps_stays_with_a_row_without_a_name(inside: Cast) -> None:
    person = make_erasable(inside)
    keep = next(table for table in person_tables() if table.table == "tracking_order")
    QuietLives(random.Random(1), inside.jieun)._try(keep, person, [person])

    outcomes = erase_people(workspace_id=inside.workspace.pk, ids=[person.pk], member=inside.admin, now=NOW)

    kept = next(outcome for outcome in outcomes if outcome.place == "tracking_order")
    assert (kept.rule, kept.rows, kept.years) == ("kept", 1, 5)
    assert kept.reason == "Records of contracts and payments (Electronic Commerce Act, 6)"
    assert not Person.objects.filter(pk=person.pk).exists()
    with tenancy.open_trash():
        left = Person.objects.get(pk=person.pk)
    assert (left.name, left.email, left.phone, left.fields, left.origin) == ("", "", "", {}, "erased")


def test_erasing_twice_does_nothing_more_and_lee_can_erase_nobody_here(cast: Cast) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_erasable(cast)
    with tenancy.workspace(cast.other_workspace.pk):
        assert erase_people(workspace_id=cast.other_workspace.pk, ids=[person.pk], member=cast.lee, now=NOW) == []
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.filter(pk=person.pk).exists()
        erase_people(workspace_id=cast.workspace.pk, ids=[person.pk], member=cast.admin, now=NOW)
        assert erase_people(workspace_id=cast.workspace.pk, ids=[person.pk], member=cast.admin, now=NOW) == []


def test_a_person_in_the_trash_is_erased_too(inside: Cast) -> None:
    person = make_erasable(inside)
    move_to_trash(workspace_id=inside.workspace.pk, kind="person", ids=[person.pk], member=inside.jieun, now=NOW)

    erase_people(workspace_id=inside.workspace.pk, ids=[person.pk], member=None, now=NOW)

    for needle in NEEDLES:
        assert found_anywhere(needle) == {}, needle
    assert set(found_anywhere(str(person.pk))) <= {"workspaces_auditentry"}


def test_the_request_keeps_what_was_done_and_names_nobody(inside: Cast) -> None:
    person = make_erasable(inside)
    request = RightsRequest.objects.create(
        workspace=inside.workspace, person=person, kind="erasure", asked_at=NOW, due_at=NOW, note=f"{NAME} 요청"
    )

    erase_people(workspace_id=inside.workspace.pk, ids=[person.pk], member=inside.admin, now=NOW, request=request)

    request.refresh_from_db()
    assert (request.state, request.person_id, request.note, request.done_by_id) == ("done", None, "", inside.admin.pk)
    assert {row["place"] for row in request.results} >= {"customers_identity", "customers_person"}
    assert AuditEntry.objects.get(verb="erase_people").detail["people"] == 1
    assert NAME not in json.dumps(request.results, ensure_ascii=False)


def test_only_unreadable_fingerprints_remain_and_the_history_tells_nothing(inside: Cast) -> None:
    person = make_erasable(inside)
    with act_as(member_id=inside.jieun.pk, reason="test"):
        Person.objects.filter(pk=person.pk).update(city="서울")
    assert Change.objects.filter(about_id=person.pk).exists()

    erase_people(workspace_id=inside.workspace.pk, ids=[person.pk], member=inside.admin, now=NOW)

    assert not Change.objects.filter(about_id=person.pk).exists()
    digests = list(ErasedKey.objects.values_list("digest", flat=True))
    assert len(digests) == 3
    assert all(len(digest) == 64 for digest in digests)


def test_an_old_file_does_not_bring_the_person_back(inside: Cast) -> None:
    person = make_erasable(inside)
    erase_people(workspace_id=inside.workspace.pk, ids=[person.pk], member=inside.admin, now=NOW)
    made = take_in(
        inside,
        f"이름,이메일,전화,고객번호\n이웃,other@example.com,010-1111-2222,C-1\n{NAME},{EMAIL.upper()},010-5550-1234,C-2\n"
        f"{NAME},new@example.com,,{NUMBER}\n",
    )

    assert [person.name for person in Person.objects.all()] == ["이웃"]
    problems = ImportProblem.objects.filter(people_import=made).order_by("line").values_list("line", "code")
    assert list(problems) == [(3, "erased"), (4, "erased")]


def test_every_rule_of_erasure_can_be_carried_out(inside: Cast) -> None:
    for table in person_tables():
        if isinstance(table.on_erasure, Anonymise):
            for name in table.on_erasure.fields:
                field = table.model._meta.get_field(name)
                assert getattr(field, "null", False) or isinstance(
                    field, models.CharField | models.TextField | models.JSONField
                )
