"""People come and go by the clock alone: at which moment, and who."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.utils import timezone
from procrastinate.contrib.django.models import ProcrastinateJob

from dangol.customers.models import Person
from dangol.facts import SegmentEntered, SegmentLeft
from dangol.kit import bus
from dangol.kit.fact import Fact
from dangol.segments import operations, queries
from dangol.segments.contracts import read_definition
from dangol.segments.models import Segment, SegmentSize
from tests.factories import NOW
from tests.people import Cast
from tests.segments.conftest import Town
from tests.segments.rows import agreed, attribute, bought, did, event, group, sequence
from tests.segments.test_operations import compute, made, people_in

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
TICK = timedelta(microseconds=1)
MIDNIGHT = datetime(2026, 11, 22, 15, tzinfo=UTC)
"""When the next day begins in Seoul."""


def next_turn(definition: dict[str, Any], cast: Cast, now: datetime = NOW) -> datetime | None:
    return queries.next_turn_at(read_definition(definition), workspace_id=cast.workspace.pk, now=now)


TURNS: list[tuple[dict[str, Any], datetime | None]] = [
    (event("Visited", days=10), NOW + SECOND),
    (event("Visited", hours=2), NOW + HOUR),
    (event("Visited"), NOW + 3 * HOUR),
    (event("Visited", "exactly", 0, days=9), NOW + 3 * HOUR),
    (event("Never", days=10), None),
    (event("Visited", days=10, where=[{"property": "shop", "value": "강남"}]), NOW + SECOND),
    (event("Visited", days=10, where=[{"property": "shop", "value": "부산"}]), NOW + 3 * HOUR),
    (event("Visited", where=[{"property": "on", "operator": "in_last_days", "days": 3}]), MIDNIGHT),
    (sequence("Visited", "then", "Called", days=10), NOW + SECOND),
    (sequence("Visited", "but_not", "Called", within=90, unit="minutes"), NOW + HOUR / 2),
    (sequence("Called", "then", "Visited", within=90, unit="minutes"), NOW + 3 * HOUR),
    ({"kind": "order_count", "operator": "at_least", "count": 1, "days": 30}, NOW + 2 * DAY),
    ({"kind": "order_total", "operator": "at_least", "value": 1, "currency": "KRW"}, None),
    ({"kind": "consent", "purpose": "marketing", "channel": "email", "standing": "given"}, NOW + 5 * DAY),
    (attribute("last_seen_at", "in_last_days", days=2), NOW + DAY),
    (attribute("last_seen_at", "more_than_days_ago", days=41), NOW + DAY),
    (attribute("born_on", "in_last_days", days=30), MIDNIGHT),
    (attribute("city", "is", value="서울"), None),
    (group("not", event("Visited", days=10), attribute("born_on", "in_last_days", days=30)), NOW + SECOND),
    ({"kind": "everyone"}, None),
]


@pytest.mark.parametrize(("definition", "expected"), TURNS)
def test_next_moment(inside: Cast, town: Town, definition: dict[str, Any], expected: datetime | None) -> None:
    did(town.haneul, "Visited", NOW - 10 * DAY + SECOND, shop="강남")
    did(town.bada, "Visited", NOW - HOUR)
    did(town.john, "Visited", NOW + 3 * HOUR, shop="부산")
    bought(town.haneul, at=NOW - 28 * DAY)
    agreed(town.haneul, expires_at=NOW + 5 * DAY)
    assert next_turn(definition, inside) == expected


def turns(segment: Segment) -> list[datetime]:
    jobs = ProcrastinateJob.objects.filter(status="todo", task_name__endswith=".follow_clock")
    return [job.scheduled_at for job in jobs.filter(args__segment_id=str(segment.pk)).order_by("scheduled_at")]


def turn(segment: Segment, now: datetime) -> set[str]:
    operations.turn_segment(workspace_id=segment.workspace_id, segment_id=segment.pk, now=now)
    segment.refresh_from_db()
    return people_in(segment)


def test_people_come_and_go_at_their_very_moment(inside: Cast, town: Town) -> None:
    did(town.haneul, "Visited", NOW - 10 * DAY + SECOND)
    did(town.bada, "Visited", NOW - 10 * DAY + HOUR)
    did(town.john, "Visited", NOW + HOUR)
    segment = compute(made(inside, event("Visited", days=10)))
    assert (people_in(segment), segment.next_turn_at, turns(segment)) == (
        {"하늘", "바다"},
        NOW + SECOND,
        [NOW + SECOND],
    )
    assert turn(segment, NOW + SECOND - TICK) == {"하늘", "바다"}
    assert turn(segment, NOW + SECOND) == {"바다"}
    assert (segment.next_turn_at, segment.size) == (NOW + HOUR, 1)
    assert turn(segment, NOW + HOUR) == {"John"}
    assert (segment.next_turn_at, segment.judged_until) == (NOW + HOUR + 10 * DAY, NOW + HOUR)
    assert turn(segment, NOW + HOUR + 10 * DAY) == set()
    assert segment.next_turn_at is None


def test_only_those_whose_moment_came_are_judged(inside: Cast, town: Town) -> None:
    did(town.haneul, "Visited", NOW - 10 * DAY + SECOND)
    segment = compute(made(inside, group("any", event("Visited", days=10), attribute("city", "is", value="부산"))))
    Person.objects.filter(pk=town.bada.pk).update(city="서울")
    assert turn(segment, NOW + SECOND) == {"바다"}


def test_a_new_day_judges_everybody(inside: Cast, town: Town) -> None:
    Person.objects.filter(pk=town.john.pk).update(born_on=date(2026, 11, 23))
    segment = compute(made(inside, attribute("born_on", "in_last_days", days=2)))
    assert (people_in(segment), segment.next_turn_at) == (set(), MIDNIGHT)
    assert turn(segment, MIDNIGHT - TICK) == set()
    assert turn(segment, MIDNIGHT) == {"John"}
    assert segment.next_turn_at == MIDNIGHT + DAY


def test_what_is_done_brings_an_earlier_moment(inside: Cast, town: Town) -> None:
    did(town.bada, "Visited", timezone.now() - 9 * DAY)
    segment = compute(made(inside, event("Visited", days=10)), now=timezone.now())
    later = segment.next_turn_at
    at = timezone.now() - 10 * DAY + HOUR
    did(town.haneul, "Visited", at)
    operations.refresh_segments_of(
        workspace_id=inside.workspace.pk, person_ids=(town.haneul.pk,), event_names=("Visited",)
    )
    segment.refresh_from_db()
    assert (segment.next_turn_at, turns(segment)) == (at + 10 * DAY, [at + 10 * DAY, later])


def test_a_missed_turn_is_queued_again(inside: Cast, town: Town) -> None:
    did(town.haneul, "Visited", NOW - 10 * DAY + SECOND)
    segment = compute(made(inside, event("Visited", days=10)))
    ProcrastinateJob.objects.filter(task_name__endswith=".follow_clock").update(status="failed")
    Segment.objects.update(next_turn_at=timezone.now() - timedelta(minutes=1))
    operations.refresh_moving_segments(workspace_id=inside.workspace.pk)
    assert len(turns(segment)) == 1


def test_the_size_is_kept_by_the_hour(inside: Cast, town: Town) -> None:
    for hours in (1, 2):
        did(town.haneul if hours == 1 else town.bada, "Visited", NOW - 10 * DAY + hours * HOUR)
    segment = compute(made(inside, event("Visited", days=10)))
    turn(segment, NOW + HOUR)
    turn(segment, NOW + 2 * HOUR)
    compute(segment, now=NOW + 2 * HOUR + SECOND)
    sizes = SegmentSize.objects.filter(segment=segment).order_by("hour").values_list("hour", "size")
    assert list(sizes) == [(NOW, 2), (NOW + HOUR, 1), (NOW + 2 * HOUR, 0)]


@pytest.fixture
def told() -> Iterator[list[Fact]]:
    """Return the facts as they are published."""
    facts: list[Fact] = []
    recorders = list(bus._recorders)
    bus._recorders.append(facts.append)
    yield facts
    bus._recorders[:] = recorders


def test_who_came_and_who_went_is_told(inside: Cast, town: Town, told: list[Fact]) -> None:
    """A new description tells nothing: nothing happened to anybody."""
    did(town.haneul, "Visited", NOW - 10 * DAY + SECOND)
    did(town.john, "Visited", NOW + SECOND)
    segment = compute(made(inside, event("Visited", days=10)))
    assert told == []
    turn(segment, NOW + SECOND)
    where = {"workspace_id": inside.workspace.pk, "segment_id": segment.pk}
    assert told == [
        SegmentEntered(**where, person_ids=(town.john.pk,)),
        SegmentLeft(**where, person_ids=(town.haneul.pk,)),
    ]


def test_segments_built_on_it_follow_for_those_people(inside: Cast, town: Town) -> None:
    did(town.haneul, "Visited", NOW - 10 * DAY + SECOND)
    inner = made(inside, event("Visited", days=10), "안")
    outer = made(inside, group("not", {"kind": "segment", "segment": str(inner.pk)}), "밖")
    compute(inner)
    compute(outer)
    assert "하늘" not in people_in(outer)
    turn(inner, NOW + SECOND)
    queued = ProcrastinateJob.objects.get(task_name__endswith=".judge_in_segment")
    assert queued.args["segment_id"] == str(outer.pk)
    operations.judge_in_segment(workspace_id=inside.workspace.pk, segment_id=outer.pk, person_ids=(town.haneul.pk,))
    assert "하늘" in people_in(outer)
