"""Defining fields, and the side table that triggers and jobs keep."""

import random
import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID

import pytest
from django.db import connections
from procrastinate.contrib.django.models import ProcrastinateJob

from dangol.customers.models import Company, CustomRecord, FieldDefinition, FieldValue, Person
from dangol.customers.operations import (
    FieldDetails,
    ObjectDetails,
    PersonDetails,
    UnableToDefineField,
    UnableToKeepValue,
    UnableToSavePerson,
    archive_field,
    change_field,
    create_person,
    define_field,
    define_object,
    details_of_field,
    empty_field_index,
    field_index,
    fill_field_index,
    move_field,
    restore_field_definition,
    strict_fields,
)
from dangol.customers.operations import fields as defining
from dangol.customers.queries import doubled_values, field_definitions
from dangol.kit import tenancy
from dangol.workspaces.models import AuditEntry
from tests.factories import NOW, make_person
from tests.people import Cast, make_cast


def define(cast: Cast, label: str, kind: str = "text", *, of: str = "person", **details: Any) -> FieldDefinition:
    return define_field(member=cast.admin, object=of, details=FieldDetails(label=label, kind=kind, **details), now=NOW)


def fill(field: FieldDefinition) -> FieldDefinition:
    fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    field.refresh_from_db()
    return field


def kept(field: FieldDefinition) -> list[tuple[UUID, Any]]:
    rows = FieldValue.objects.filter(definition=field).order_by("record_id", "place")
    return [
        (row, words if words is not None else number if number is not None else link)
        for row, words, number, link in rows.values_list("record_id", "words", "number", "link")
    ]


def test_a_field_gets_a_key_a_place_and_an_audit_entry(inside: Cast) -> None:
    grade = define(inside, "회원 등급", "choice", choices=("Gold", "은"), default="은", is_filterable=True)
    again = define(inside, "회원 등급")
    third = define(inside, "2nd phone", "text")
    assert [(f.key, f.position) for f in (grade, again, third)] == [
        ("회원_등급", 1),
        ("회원_등급_2", 2),
        ("nd_phone", 3),
    ]
    assert grade.default == "은"
    assert field_definitions(workspace_id=inside.workspace.pk, object="person") == [grade, again, third]
    entry = AuditEntry.objects.filter(verb="FieldDefined").earliest("id")
    assert (entry.member, entry.detail["key"], entry.detail["choices"]) == (inside.admin, "회원_등급", ["Gold", "은"])


@pytest.mark.parametrize(
    ("details", "where"),
    [
        ({"label": " ", "kind": "text"}, "label"),
        ({"label": "A", "kind": "choice"}, "choices"),
        ({"label": "A", "kind": "choice", "choices": ("a", "A")}, "choices"),
        ({"label": "A", "kind": "choice", "choices": ("a,b",)}, "choices"),
        ({"label": "A", "kind": "money", "currency": "won"}, ""),
        ({"label": "A", "kind": "money", "currency": "₩₩₩"}, "currency"),
        ({"label": "A", "kind": "record", "target": "nothing"}, "target"),
        ({"label": "A", "kind": "number", "default": "x"}, "default"),
        ({"label": "A", "kind": "text", "default": "x", "is_unique": True}, "default"),
        ({"label": "A", "kind": "choices", "choices": ("a",), "is_unique": True}, "is_unique"),
        ({"label": "A", "kind": "long_text", "is_filterable": True}, "is_filterable"),
        ({"label": "A", "kind": "text", "key": "1st"}, "key"),
        ({"label": "A", "kind": "text", "key": "a b"}, "key"),
        ({"label": "A", "kind": "text", "key": "taken"}, "key"),
    ],
)
def test_a_definition_that_makes_no_sense_is_refused(inside: Cast, details: dict[str, Any], where: str) -> None:
    define(inside, "Taken", key="taken")
    if not where:
        assert (
            define_field(member=inside.admin, object="person", details=FieldDetails(**details), now=NOW).currency
            == "WON"
        )
        return
    with pytest.raises(UnableToDefineField) as refusal:
        define_field(member=inside.admin, object="person", details=FieldDetails(**details), now=NOW)
    assert refusal.value.field == where


def test_there_is_a_limit_with_a_clear_message(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(defining, "MOST_FIELDS", 2)
    one, two = define(inside, "One"), define(inside, "Two")
    with pytest.raises(UnableToDefineField, match=r"There are 2 fields already\. Archive one that nobody uses\."):
        define(inside, "Three")
    define(inside, "Of companies", of="company")
    archive_field(field=one, member=inside.admin, now=NOW)
    define(inside, "Three")
    with pytest.raises(UnableToDefineField):
        restore_field_definition(field=one, member=inside.admin, now=NOW)
    assert two.archived_at is None


def test_changing_keeps_key_and_kind_and_tells_what_changed(inside: Cast) -> None:
    field = define(inside, "Grade", "choice", choices=("a",))
    details = FieldDetails(label="Level", kind="number", key="other", choices=("a", "b"), is_required=True)
    changed = change_field(field=field, member=inside.admin, details=details, now=NOW)
    assert (changed.key, changed.kind, changed.choices) == ("grade", "choice", ["a", "b"])
    told = AuditEntry.objects.get(verb="FieldChanged").detail
    assert told == {
        "field_id": str(field.pk), "object": "person", "key": "grade",
        "label": "Level", "choices": ["a", "b"], "is_required": True,
    }  # fmt: skip


def test_fields_are_moved_among_those_in_use(inside: Cast) -> None:
    one, two, three = (define(inside, name) for name in ("One", "Two", "Three"))
    archive_field(field=two, member=inside.admin, now=NOW)
    move_field(field=three, member=inside.admin, steps=-1, now=NOW)
    assert field_definitions(workspace_id=inside.workspace.pk, object="person") == [three, one]
    move_field(field=three, member=inside.admin, steps=-5, now=NOW)
    assert field_definitions(workspace_id=inside.workspace.pk, object="person") == [three, one]


def test_filterable_fills_the_side_table_and_back(inside: Cast) -> None:
    early = make_person(inside.jieun, fields={"grade": "Gold"})
    gone = make_person(inside.jieun, email="gone@example.com", fields={"grade": "gone"})
    with tenancy.open_trash():
        Person.objects.filter(pk=gone.pk).update(deleted_at=NOW)
    field = define(inside, "Grade", is_filterable=True)
    assert (field.index_state, kept(field)) == ("filling", [])
    late = make_person(inside.jieun, email="late@example.com", fields={"grade": "은"})
    assert kept(field) == [(late.pk, "은")]
    fill(field)
    assert (field.index_state, field.index_done, field.index_total) == ("ready", 3, 3)
    assert kept(field) == sorted([(early.pk, "gold"), (gone.pk, "gone"), (late.pk, "은")])
    archive_field(field=field, member=inside.admin, now=NOW)
    empty_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    field.refresh_from_db()
    assert (field.index_state, kept(field)) == ("none", [])
    make_person(inside.jieun, email="later@example.com", fields={"grade": "Gold"})
    assert kept(field) == []
    restore_field_definition(field=field, member=inside.admin, now=NOW)
    assert len(kept(fill(field))) == 4


def test_a_stopped_fill_goes_on_where_it_was_and_a_second_run_changes_nothing(
    inside: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(field_index, "CHUNK", 2)
    people = [make_person(inside.jieun, fields={"n": number}) for number in range(5)]
    field = define(inside, "N", "number", is_filterable=True)
    real, steps = field_index._fill_chunk, []

    def until_killed(one: FieldDefinition) -> bool:
        steps.append(one.index_done)
        if len(steps) == 2:
            raise KeyboardInterrupt
        return real(one)

    monkeypatch.setattr(field_index, "_fill_chunk", until_killed)
    with pytest.raises(KeyboardInterrupt):
        fill(field)
    field.refresh_from_db()
    assert (field.index_state, field.index_done, len(kept(field))) == ("filling", 2, 2)
    fill(field)
    assert steps == [0, 2, 2, 4]
    assert kept(field) == sorted((person.pk, float(number)) for number, person in enumerate(people))
    before = kept(field)
    fill(field)
    assert (field.index_state, field.index_done, kept(field)) == ("ready", 5, before)


def test_a_unique_value_is_refused_to_members_and_kept_from_elsewhere(inside: Cast) -> None:
    field = fill(define(inside, "Card", is_unique=True, key="card"))
    first = make_person(inside.jieun, fields={"card": "K-1"})
    second = make_person(inside.jieun, fields={"card": "k-1"})
    assert kept(field) == sorted([(first.pk, "k-1"), (second.pk, "k-1")])
    assert doubled_values(field) == 1
    with pytest.raises(UnableToSavePerson) as refusal:
        create_person(
            member=inside.jieun,
            details=PersonDetails(name="셋째"),
            values={"card": "K-1"},
            definitions=[field],
            now=NOW,
        )
    assert (str(refusal.value), refusal.value.field) == ("Another one has this value already: Card.", "field-card")
    assert Person.objects.count() == 2
    with pytest.raises(UnableToKeepValue), strict_fields():
        Person.objects.bulk_create(
            Person(workspace=inside.workspace, first_seen_at=NOW, fields={"card": "K-2"}) for _ in range(2)
        )
    with strict_fields():
        second.fields = {"card": "K-3"}
        second.save()
    assert doubled_values(field) == 0


def test_becoming_unique_counts_who_came_too_late(inside: Cast) -> None:
    for card in ("a", "A", "b"):
        make_person(inside.jieun, fields={"card": card})
    field = fill(define(inside, "Card", is_filterable=True))
    details = FieldDetails(**{**vars(details_of_field(field)), "is_unique": True})
    field = fill(change_field(field=field, member=inside.admin, details=details, now=NOW))
    assert (field.index_state, doubled_values(field), len(kept(field))) == ("ready", 1, 3)


LINKED = "0192d3c0-0000-7000-8000-000000000001"
ANYTHING: list[Any] = [
    "Gold", "gold", "", " ", 5, -2.5, 0.5, True, None, [], ["a", "b"], ["a", 3, None], {"x": 1}, "2026-03-02",
    "x" * 3000, LINKED, "12", "1e400", "9" * 40,
]  # fmt: skip


def truth(row: Any, field: FieldDefinition) -> list[tuple[UUID, Any]]:
    """What the side table must hold, worked out in Python."""
    value = row.fields.get(field.key)
    parts = (
        value
        if isinstance(value, list) and field.kind == "choices"
        else []
        if isinstance(value, list | dict)
        else [value]
    )
    found: list[tuple[UUID, Any]] = []
    for part in parts:
        text = None if part is None else str(part).lower() if isinstance(part, bool) else str(part)
        if text is None or text == "":
            continue
        if field.kind in ("text", "choices"):
            found.append((row.pk, text[:501].lower()))
        elif field.kind == "number" and not isinstance(part, bool):
            if isinstance(part, int | float) or text == "12":
                found.append((row.pk, float(part)))
        elif field.kind == "date" and text == "2026-03-02":
            found.append((row.pk, text))
        elif field.kind == "person" and text.startswith("0192d3c0"):
            found.append((row.pk, UUID(text)))
    return found


def test_the_side_table_equals_the_truth_after_anything(inside: Cast) -> None:
    thing = define_object(member=inside.admin, details=ObjectDetails(label="계약", plural="계약들"), now=NOW)
    chance = random.Random(7)
    kinds = {"text": {}, "number": {}, "date": {}, "person": {}, "choices": {"choices": ("a", "b")}}
    fields = [
        fill(define(inside, f"f {kind}", kind, of=key, is_filterable=True, **more))
        for key in ("person", "company", thing.key)
        for kind, more in kinds.items()
    ]
    by_object: dict[str, Callable[[], Any]] = {
        "person": lambda: Person(workspace=inside.workspace, first_seen_at=NOW, fields=some(chance, fields)),
        "company": lambda: Company(workspace=inside.workspace, fields=some(chance, fields)),
        thing.key: lambda: CustomRecord(
            workspace=inside.workspace, object=thing, name="x", fields=some(chance, fields)
        ),
    }
    for _step in range(40):
        for make in by_object.values():
            model = type(make())
            act = chance.choice(["bulk", "one", "many", "delete", "trash", "other"])
            if act == "bulk":
                model.objects.bulk_create(make() for _ in range(3))
            elif act == "one" and (row := model.objects.order_by("?").first()):
                row.fields = some(chance, fields)
                row.save()
            elif act == "many":
                rows = list(model.objects.order_by("?")[:3])
                for row in rows:
                    row.fields = some(chance, fields)
                model.objects.bulk_update(rows, ["fields"])
            elif act == "delete":
                model.objects.filter(pk__in=[row.pk for row in model.objects.order_by("?")[:1]]).delete()
            elif act == "trash":
                with tenancy.open_trash():
                    model.objects.filter(pk__in=[row.pk for row in model.objects.order_by("?")[:1]]).update(
                        deleted_at=NOW
                    )
            else:
                model.objects.update(updated_at=NOW)
    with tenancy.open_trash():
        for field in fields:
            model = {"person": Person, "company": Company}.get(field.object, CustomRecord)
            rows = model.objects.order_by("pk")  # type: ignore[attr-defined] # each has a manager
            assert kept(field) == [one for row in rows for one in truth(row, field)], field.kind
    assert sum(len(kept(field)) for field in fields) > 20


def some(chance: random.Random, fields: list[FieldDefinition]) -> dict[str, Any]:
    return {field.key: chance.choice(ANYTHING) for field in fields if chance.random() < 0.7}


def test_other_workspaces_have_fields_of_their_own(cast: Cast) -> None:
    with tenancy.workspace(cast.workspace.pk):
        mine = fill(define(cast, "Grade", is_filterable=True))
    with tenancy.workspace(cast.other_workspace.pk):
        make_person(cast.lee, fields={"grade": "Gold"})
        assert field_definitions(workspace_id=cast.workspace.pk, object="person") == []
        assert FieldValue.objects.count() == 0
    with tenancy.workspace(cast.workspace.pk):
        assert kept(mine) == []


def test_fields_without_a_side_table_leave_none(inside: Cast) -> None:
    define(inside, "Grade")
    Person.objects.bulk_create(
        Person(workspace=inside.workspace, first_seen_at=NOW, fields={"grade": "x"}) for _ in range(3)
    )
    assert FieldValue.objects.count() == 0


def test_filling_waits_for_who_began_to_write_before(committed_db: str) -> None:
    cast = make_cast()
    written, may_end = threading.Event(), threading.Event()

    def write_slowly() -> None:
        with tenancy.workspace(cast.workspace.pk):
            make_person(cast.jieun, email="slow@example.com", fields={"grade": "slow"})
            written.set()
            may_end.wait(30)
        connections.close_all()

    writer = threading.Thread(target=write_slowly)
    writer.start()
    assert written.wait(30)
    with tenancy.workspace(cast.workspace.pk):
        make_person(cast.jieun, email="quick@example.com", fields={"grade": "quick"})
        field = define(cast, "Grade", is_filterable=True)
    filler = threading.Thread(target=in_own_connection, args=(field,))
    filler.start()
    filler.join(0.5)
    assert filler.is_alive()
    may_end.set()
    writer.join()
    filler.join()
    with tenancy.workspace(cast.workspace.pk):
        field.refresh_from_db()
        assert (field.index_state, field.index_done) == ("ready", 2)
        assert sorted(words for _row, words in kept(field)) == ["quick", "slow"]


def test_who_writes_for_long_is_waited_for_by_a_next_run(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    cast = make_cast()
    monkeypatch.setattr(field_index, "_earlier_writers_are_done", lambda _table: False)
    with tenancy.workspace(cast.workspace.pk):
        field = define(cast, "Grade", is_filterable=True)
    fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    with tenancy.workspace(cast.workspace.pk):
        field.refresh_from_db()
        assert field.index_state == "filling"
    waiting = ProcrastinateJob.objects.filter(task_name=fill_field_index.name, status="todo")
    assert waiting.count() == 2


def in_own_connection(field: FieldDefinition) -> None:
    fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    connections.close_all()
