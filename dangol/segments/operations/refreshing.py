"""Keep memberships true while people act and time passes."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

from dangol.kit import tenancy
from dangol.kit.jobs import SOON, job
from dangol.segments.contracts import Condition, InvalidDefinition, read_definition
from dangol.segments.models import Segment
from dangol.segments.operations.computing import compute_once, judge, queue_turn

LATE = timedelta(seconds=10)


@job(queue="segments", atomic=False, priority=SOON)
def refresh_segments_of(*, workspace_id: UUID, person_ids: tuple[UUID, ...], event_names: tuple[str, ...]) -> None:
    """
    Judge these people again, in the segments that depend on what they did.

    One transaction per segment, so that a large one holds nobody up.
    """
    with tenancy.workspace(workspace_id):
        concerned = [
            segment.pk for segment, condition in _readable(workspace_id) if condition.may_change_by(event_names)
        ]
    for segment_id in concerned:
        with tenancy.workspace(workspace_id):
            judge(segment_id, workspace_id=workspace_id, person_ids=person_ids, now=timezone.now())


@job(queue="segments", atomic=False, priority=SOON)
def refresh_segments_of_person(*, workspace_id: UUID, person_id: UUID) -> None:
    """Judge one person again in every segment: consent given or withdrawn, a visitor recognised."""
    _judge_everywhere(workspace_id, [person_id])


@job(queue="segments", atomic=False, priority=SOON)
def refresh_segments_of_people(*, workspace_id: UUID, person_ids: tuple[UUID, ...]) -> None:
    """Judge these people again in every segment: they became one, or two again."""
    _judge_everywhere(workspace_id, person_ids)


def _judge_everywhere(workspace_id: UUID, person_ids: Sequence[UUID]) -> None:
    with tenancy.workspace(workspace_id):
        segment_ids = [segment.pk for segment, _condition in _readable(workspace_id)]
    for segment_id in segment_ids:
        with tenancy.workspace(workspace_id):
            judge(segment_id, workspace_id=workspace_id, person_ids=person_ids, now=timezone.now())


@job(queue="segments")
def refresh_segments(*, workspace_id: UUID) -> None:
    """Queue a computation of every segment: many people changed at once."""
    for segment, _condition in _readable(workspace_id):
        compute_once(segment)


@job(queue="segments")
def refresh_moving_segments(*, workspace_id: UUID) -> None:
    """
    Queue a computation of the segments in which people come and go unheard. Recurring, every minute.

    A turn that did not happen when it was due is queued again.
    """
    now = timezone.now()
    for segment, condition in _readable(workspace_id):
        if condition.changes_unheard() or segment.judged_until is None:
            compute_once(segment)
        if segment.next_turn_at is not None and segment.next_turn_at < now - LATE:
            queue_turn(segment, now)


def _readable(workspace_id: UUID) -> Iterator[tuple[Segment, Condition]]:
    for segment in Segment.objects.filter(workspace_id=workspace_id).order_by("id"):
        try:
            yield segment, read_definition(segment.definition)
        except InvalidDefinition:
            continue
