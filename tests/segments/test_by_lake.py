"""What the lake answers and what the database answers are the same people, however far the lake is behind."""

import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import duckdb
import pytest
from django.db import connection

from dangol.customers.models import Household, Person
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.segments import operations as segments
from dangol.segments import queries
from dangol.segments.contracts import Compiled, read_definition
from dangol.segments.models import SegmentMember
from dangol.segments.queries import by_lake, matching, sampling
from dangol.segments.queries.matching import Estimate
from dangol.tracking import operations as tracking
from dangol.tracking.lake import current
from dangol.tracking.lake.place import storage
from dangol.tracking.models import Event
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.rows import attribute, did, event, group, sequence
from tests.segments.test_lists import living
from tests.tracking.test_lake import Lakeside, lake

__all__ = ["lake"]
DAY = timedelta(days=1)
NAMES = ("Visited", "Paid")
SEED = 20261123
STEPS = 25
IN_SEOUL = attribute("city", "is", value="서울")


@pytest.fixture
def always(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the lake answer however little it has."""
    monkeypatch.setattr(current, "FROM_ROWS", 0)


def ending_in(number: int) -> UUID:
    """Return an id that ends in the byte."""
    return UUID(int=uuid7().int >> 8 << 8 | number)


def definitions(cast: Cast) -> list[dict[str, Any]]:
    """Return questions of every kind that reads events."""
    asked: list[tuple[str, str, dict[str, Any]]] = [
        ("count", "is", {"value": 2}),
        ("last", "is", {"value": "강남"}),
        ("most_frequent", "is_set", {}),
    ]
    traits = []
    for measure, operator, operand in asked:
        question = {"measure": measure, "event": "Visited"} | ({} if measure == "count" else {"property": "branch"})
        trait = segments.save_trait(by=cast.marketer, name=measure, question=question)
        traits.append(attribute(f"traits.{trait.pk}", operator, **operand))
    return [
        event("Visited", days=30),
        event("Visited", "exactly", 0),
        event("Visited", "at_most", 1, where=[{"property": "branch", "value": "강남"}]),
        sequence("Visited", "then", "Paid", within=2, unit="days"),
        sequence("Visited", "but_not", "Paid"),
        group(
            "any", event("Paid", "at_least", 2), group("not", event("Visited"), attribute("city", "is", value="서울"))
        ),
        *traits,
    ]


def members(definition: dict[str, Any], workspace_id: UUID) -> list[UUID]:
    people = queries.people_matching(definition, workspace_id=workspace_id, now=NOW)
    return sorted(people.values_list("pk", flat=True))


def by_database(definition: dict[str, Any], workspace_id: UUID) -> list[UUID]:
    """Return the members as the database alone finds them: it always does where people are named."""
    everybody = list(Person.objects.values_list("pk", flat=True))
    compiled = compiled_of(definition, workspace_id, among=everybody)
    assert "lake_" not in compiled.sql()
    return sorted(found_by(compiled))


def found_by(compiled: Compiled) -> set[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(*compiled.positional())
        return {person_id for (person_id,) in cursor.fetchall()}


def compiled_of(definition: dict[str, Any], workspace_id: UUID, among: list[UUID] | None = None) -> Compiled:
    return queries.compile_people(read_definition(definition), workspace_id=workspace_id, now=NOW, among=among)


def acts(lake: Lakeside, chance: random.Random) -> list[Callable[[], object]]:
    """Return what may happen to events and to the lake."""
    people = list(Person.objects.all())

    def come() -> None:
        for _turn in range(chance.randrange(1, 6)):
            at = NOW - chance.choice((1, 2, 3, 40, 70)) * DAY
            did(chance.choice(people), chance.choice(NAMES), at, branch=chance.choice(("강남", "제주")))

    def some_events() -> list[UUID]:
        there = sorted(Event.objects.values_list("pk", flat=True))
        return chance.sample(there, min(3, len(there)))

    def turn_out_to_be_somebody_else() -> None:
        Event.objects.filter(pk__in=some_events()).update(person_id=chance.choice(people).pk)

    def be_forgotten() -> None:
        Event.objects.filter(pk__in=some_events()).delete()

    return [come, come, turn_out_to_be_somebody_else, be_forgotten]


@pytest.mark.usefixtures("always")
def test_both_find_the_same_people_whatever_happens(lake: Lakeside) -> None:
    chance = random.Random(SEED)
    with tenancy.workspace(lake.workspace_id):
        for number in range(8):
            make_person(lake.cast.jieun, name=f"사람 {number}", city=("서울", "부산")[number % 2])
        asked = definitions(lake.cast)
    found: set[UUID] = set()
    for _step in range(STEPS):
        with tenancy.workspace(lake.workspace_id):
            chance.choice(acts(lake, chance))()
        if chance.random() < 0.3:
            lake.write()
        for definition in chance.sample(asked, 3):
            with tenancy.workspace(lake.workspace_id):
                expected = by_database(definition, lake.workspace_id)
                assert members(definition, lake.workspace_id) == expected, definition
                found.update(expected)
    assert len(found) > 5


@pytest.mark.usefixtures("always")
def test_a_segment_is_computed_from_the_lake_and_what_it_has_yet_to_take_over(lake: Lakeside) -> None:
    with tenancy.workspace(lake.workspace_id):
        bada = make_person(lake.cast.jieun, name="바다", city="서울")
        did(lake.haneul, "Visited")
    lake.write()
    with tenancy.workspace(lake.workspace_id):
        did(bada, "Visited")
        visited = group("all", IN_SEOUL, event("Visited"))
        made = segments.create_segment(by=lake.cast.marketer, name="왔다", definition=visited, now=NOW)
        sql = compiled_of(visited, lake.workspace_id).sql()
        assert ("lake_" in sql, "tracking_event" in sql) == (True, False)
    with tenancy.workspace(lake.workspace_id):
        segments.compute_membership(workspace_id=lake.workspace_id, segment_id=made.pk, version=1, now=NOW)
        assert list(SegmentMember.objects.values_list("person_id", flat=True)) == [bada.pk]
        assert queries.estimate(visited, workspace_id=lake.workspace_id, now=NOW) == queries.Estimate(1, is_exact=True)


@pytest.mark.usefixtures("always")
def test_the_lake_answers_about_many_named_people(lake: Lakeside, monkeypatch: pytest.MonkeyPatch) -> None:
    chance = random.Random(SEED)
    with tenancy.workspace(lake.workspace_id):
        for number in range(8):
            make_person(lake.cast.jieun, name=f"사람 {number}", city=("서울", "부산")[number % 2])
        for _turn in range(8):
            acts(lake, chance)[0]()
        asked = definitions(lake.cast)
    lake.write()
    with tenancy.workspace(lake.workspace_id):
        named = list(Person.objects.values_list("pk", flat=True))[:5]
        expected = [set(by_database(definition, lake.workspace_id)) & {*named} for definition in asked]
        monkeypatch.setattr(matching, "MANY_PEOPLE", len(named))
        for definition, people in zip(asked, expected, strict=True):
            assert "lake_" in compiled_of(definition, lake.workspace_id, among=named).sql()
            assert found_by(compiled_of(definition, lake.workspace_id, among=named)) == people, definition
    assert any(expected)


@pytest.mark.usefixtures("always")
def test_of_very_many_events_a_sample_is_counted(lake: Lakeside, monkeypatch: pytest.MonkeyPatch) -> None:
    with tenancy.workspace(lake.workspace_id):
        people = [
            Person(id=ending_in(number % 256), workspace_id=lake.workspace_id, first_seen_at=NOW, origin="test")
            for number in range(1280)
        ]
        Person.objects.bulk_create(people)
        Person.objects.filter(pk=lake.haneul.pk).update(is_anonymous=True)
        for person in (came := people[:320]):
            did(person, "Visited")
        home = Household.objects.create(workspace=lake.cast.workspace, name="집")
        living(people[1], home)
        living(people[1024], home)
    lake.write()
    monkeypatch.setattr(by_lake, "VERY_MANY_ROWS", 0)
    monkeypatch.setattr(sampling, "LEAST", 20)
    with tenancy.workspace(lake.workspace_id):
        counted = [
            queries.estimate(asked, workspace_id=lake.workspace_id, now=NOW)
            for asked in (event("Visited"), event("Visited", "exactly", 0), group("household", event("Visited")))
        ]
        shown = queries.sample(event("Visited"), member=lake.cast.marketer, now=NOW)
    assert counted == [Estimate(320, is_exact=False), Estimate(960, is_exact=False), Estimate(64, is_exact=False)]
    assert {person.pk for person in shown} <= {person.pk for person in came}
    assert shown


@pytest.mark.usefixtures("always")
def test_a_question_about_the_last_days_opens_no_file_of_the_months_before(lake: Lakeside) -> None:
    with tenancy.workspace(lake.workspace_id):
        did(lake.haneul, "Visited", NOW - 2 * DAY)
        did(lake.haneul, "Paid", NOW - DAY)
        did(lake.haneul, "Visited", NOW - 60 * DAY)
    lake.write()
    for file in lake.files():
        if file.month and file.month < NOW.date().replace(day=1):
            storage().delete(file.key)
    with tenancy.workspace(lake.workspace_id):
        soon = sequence("Visited", "then", "Paid", within=2, unit="days", days=7)
        assert members(event("Visited", days=7), lake.workspace_id) == [lake.haneul.pk]
        assert members(soon, lake.workspace_id) == [lake.haneul.pk]
        for asked in (event("Visited"), event("Visited", days=70)):
            with pytest.raises(duckdb.IOException):
                members(asked, lake.workspace_id)


def test_the_database_answers_while_the_lake_is_small_or_far_behind(
    lake: Lakeside, monkeypatch: pytest.MonkeyPatch
) -> None:
    with tenancy.workspace(lake.workspace_id):
        did(lake.haneul, "Visited")
    lake.write()
    with tenancy.workspace(lake.workspace_id):
        assert "tracking_event" in compiled_of(event("Visited"), lake.workspace_id).sql()
        monkeypatch.setattr(current, "FROM_ROWS", 0)
        assert "tracking_event" not in compiled_of(event("Visited"), lake.workspace_id).sql()
        tracking.rebuild_lake(workspace_id=lake.workspace_id)
        monkeypatch.setattr(current, "MOST_ROWS", 0)
        assert "tracking_event" in compiled_of(event("Visited"), lake.workspace_id).sql()


@pytest.mark.usefixtures("always")
def test_nobody_is_found_by_the_events_of_another_workspace(lake: Lakeside) -> None:
    with tenancy.workspace(lake.workspace_id):
        did(lake.haneul, "Visited")
    lake.write()
    other = lake.cast.other_workspace.pk
    with tenancy.workspace(other):
        assert members(event("Visited"), other) == []
        assert members(event("Visited", "exactly", 0), other) == by_database(event("Visited", "exactly", 0), other)
