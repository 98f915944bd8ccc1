"""Keep one segment true: compute it, judge some of its people again, follow the clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone

from dangol import facts
from dangol.kit.bus import publish
from dangol.kit.jobs import SOON, job
from dangol.segments import queries
from dangol.segments.contracts import InvalidDefinition, read_definition
from dangol.segments.enums import SegmentState
from dangol.segments.models import Segment
from dangol.segments.operations.membership import Moves, apply_difference, hold_membership, note_size

MOST_NAMED = 1000
"""How many people one fact or one job names."""

BREATH = timedelta(seconds=0.3)
"""Turns that follow each other closer than this are followed together."""


class Outdated(Exception):
    """The definition changed while it was computed."""


@job(queue="segments")
def compute_segment(*, workspace_id: UUID, segment_id: UUID, version: int) -> None:
    """Bring the whole membership up to date now."""
    compute_membership(workspace_id=workspace_id, segment_id=segment_id, version=version, now=timezone.now())


def compute_membership(*, workspace_id: UUID, segment_id: UUID, version: int, now: datetime) -> None:
    """
    Bring the whole membership up to date, in one transaction.

    Nothing happens if the segment is gone or has another version by now; a version that moves on the way throws the
    result away. Whoever stays keeps the time of entering. Segments that are built on this one follow.
    """
    hold_membership(segment_id)
    segment = Segment.objects.filter(workspace_id=workspace_id, pk=segment_id, version=version).first()
    if segment is None:
        return
    was_ready = segment.state == SegmentState.READY
    try:
        with transaction.atomic():
            moves = apply_difference(segment, now=now, named=was_ready)
            _declare_true(segment, now)
    except Outdated:
        return
    if was_ready:
        tell(segment, moves)
    else:
        compute_followers(segment)
    expect_turn(segment_id, workspace_id=workspace_id, now=now)


def tell(segment: Segment, moves: Moves) -> None:
    """Publish who came and who went, and judge them in the segments that are built on this one."""
    for people, fact in ((moves.entered, facts.SegmentEntered), (moves.left, facts.SegmentLeft)):
        for start in range(0, len(people), MOST_NAMED):
            part = tuple(people[start : start + MOST_NAMED])
            publish(fact(workspace_id=segment.workspace_id, segment_id=segment.pk, person_ids=part))
    moved = [*moves.entered, *moves.left]
    if len(moved) > MOST_NAMED:
        compute_followers(segment)
    elif moved:
        for other in queries.segments_using(segment.pk, workspace_id=segment.workspace_id):
            judge_in_segment.defer(workspace_id=segment.workspace_id, segment_id=other.pk, person_ids=tuple(moved))


def compute_once(segment: Segment) -> None:
    """Queue a segment, unless it waits already."""
    compute_segment.defer_once(
        f"segment {segment.pk} {segment.version}",
        workspace_id=segment.workspace_id,
        segment_id=segment.pk,
        version=segment.version,
    )


def compute_followers(segment: Segment) -> None:
    """Queue the segments that are built on this one."""
    for other in queries.segments_using(segment.pk, workspace_id=segment.workspace_id):
        compute_once(other)


@job(queue="segments", priority=SOON)
def judge_in_segment(*, workspace_id: UUID, segment_id: UUID, person_ids: tuple[UUID, ...]) -> None:
    """Judge these people again in one segment: something they are in or not has changed."""
    judge(segment_id, workspace_id=workspace_id, person_ids=person_ids, now=timezone.now())


def judge(segment_id: UUID, *, workspace_id: UUID, person_ids: Sequence[UUID], now: datetime) -> None:
    """Judge some people. A segment that is being computed is left alone: half of it would be the new definition's."""
    hold_membership(segment_id)
    segments = Segment.objects.filter(workspace_id=workspace_id, pk=segment_id, state=SegmentState.READY)
    segment = segments.first()
    if segment is None:
        return
    if moves := apply_difference(segment, now=now, among=person_ids):
        segments.update(size=F("size") + moves.came - moves.went)
        note_size(segment, now=now)
        tell(segment, moves)
    expect_turn(segment_id, workspace_id=workspace_id, now=now, among=person_ids)


def _declare_true(segment: Segment, now: datetime) -> None:
    """Declare the membership true, unless the definition is another one by now."""
    size = queries.member_ids(segment).count()
    same = Segment.objects.filter(workspace_id=segment.workspace_id, pk=segment.pk, version=segment.version)
    declared = {
        "state": SegmentState.READY,
        "size": size,
        "computed_at": now,
        "judged_until": now,
        "next_turn_at": None,
    }
    if not same.update(**declared):
        raise Outdated
    note_size(segment, now=now)


@job(queue="segments", priority=SOON)
def follow_clock(*, workspace_id: UUID, segment_id: UUID, at: datetime) -> None:
    """Judge those who come or go by the clock alone. Queued for that very moment, and again for the next."""
    turn_segment(workspace_id=workspace_id, segment_id=segment_id, now=max(timezone.now(), at))


def turn_segment(*, workspace_id: UUID, segment_id: UUID, now: datetime) -> None:
    """Judge those whose moment came since the clock was followed last; everybody if they are many, or by a new day."""
    hold_membership(segment_id)
    segments = Segment.objects.filter(workspace_id=workspace_id, pk=segment_id, state=SegmentState.READY)
    segment = segments.filter(next_turn_at__lte=now, judged_until__isnull=False).first()
    if segment is None or segment.judged_until is None:
        return
    condition = read_definition(segment.definition)
    people = queries.people_turning(condition, workspace_id=workspace_id, since=segment.judged_until, until=now)
    if people is None:
        compute_membership(workspace_id=workspace_id, segment_id=segment_id, version=segment.version, now=now)
        return
    segments.update(judged_until=now, next_turn_at=None)
    judge(segment_id, workspace_id=workspace_id, person_ids=people, now=now)
    expect_turn(segment_id, workspace_id=workspace_id, now=now)


def expect_turn(segment_id: UUID, *, workspace_id: UUID, now: datetime, among: Sequence[UUID] | None = None) -> None:
    """
    Queue the segment for the next moment at which somebody comes or goes by the clock alone.

    :param among: only these people are new to it; an earlier moment of somebody else stays
    """
    segment = Segment.objects.get(workspace_id=workspace_id, pk=segment_id)
    try:
        condition = read_definition(segment.definition)
    except InvalidDefinition:
        return
    at = queries.next_turn_at(condition, workspace_id=workspace_id, now=now, among=among)
    if at is None or (segment.next_turn_at is not None and segment.next_turn_at <= at):
        return
    Segment.objects.filter(workspace_id=workspace_id, pk=segment_id).update(next_turn_at=at)
    queue_turn(segment, max(at, now + BREATH))


def queue_turn(segment: Segment, at: datetime) -> None:
    """Queue the segment for a moment."""
    key = f"turn {segment.pk} {at.isoformat()}"
    follow_clock.defer_until(key, at, workspace_id=segment.workspace_id, segment_id=segment.pk, at=at)
