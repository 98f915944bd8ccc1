"""Membership: the difference between who matches now and who was in, applied in one statement."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from dangol.kit.jobs import job
from dangol.segments import queries
from dangol.segments.contracts import Compiled, InvalidDefinition, read_definition
from dangol.segments.enums import SegmentState
from dangol.segments.models import Segment

# Ids are UUIDv7 made by the database: 48 bits of milliseconds over a random UUID, then the version bits.
DIFFERENCE = """
WITH matching AS MATERIALIZED ({people}),
gone AS (
    DELETE FROM segments_segmentmember AS old
    WHERE old.workspace_id = %(workspace)s AND old.segment_id = %(segment)s {among}
      AND NOT EXISTS (SELECT 1 FROM matching WHERE matching.person_id = old.person_id)
    RETURNING 1
),
come AS (
    INSERT INTO segments_segmentmember (id, workspace_id, segment_id, person_id, entered_at)
    SELECT encode(set_bit(set_bit(overlay(uuid_send(gen_random_uuid()) PLACING %(stamp)s FROM 1 FOR 6), 52, 1), 53, 1),
                  'hex')::uuid,
           %(workspace)s, %(segment)s, matching.person_id, %(now)s
    FROM matching
    WHERE NOT EXISTS (
        SELECT 1 FROM segments_segmentmember AS old
        WHERE old.workspace_id = %(workspace)s AND old.segment_id = %(segment)s AND old.person_id = matching.person_id
    )
    RETURNING 1
)
SELECT (SELECT count(*) FROM come), (SELECT count(*) FROM gone)
"""


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
    try:
        with transaction.atomic():
            has_changed = apply_difference(segment, now=now)
            _publish_size(segment, version, now)
    except Outdated:
        return
    if has_changed or segment.state == SegmentState.COMPUTING:
        follow(segment)


def hold_membership(segment_id: UUID) -> None:
    """Wait until nobody else writes this segment's membership; holds until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended('members ' || %s, 0))", [str(segment_id)])


def apply_difference(segment: Segment, *, now: datetime, among: Sequence[UUID] | None = None) -> bool:
    """
    Insert who is new and delete who is gone; return whether there was anybody.

    :param among: judge these people only
    """
    try:
        condition = read_definition(segment.definition)
    except InvalidDefinition:
        return False
    compiled = queries.compile_people(condition, workspace_id=segment.workspace_id, now=now, among=among)
    come, gone = _written(segment, compiled, now, among)
    return bool(come or gone)


def follow(segment: Segment) -> None:
    """Queue the segments that are built on this one."""
    for other in queries.segments_using(segment.pk, workspace_id=segment.workspace_id):
        compute_segment.defer_once(
            f"segment {other.pk} {other.version}",
            workspace_id=other.workspace_id,
            segment_id=other.pk,
            version=other.version,
        )


def _written(segment: Segment, compiled: Compiled, now: datetime, among: Sequence[UUID] | None) -> tuple[int, int]:
    restriction = "" if among is None else "AND old.person_id = ANY(%(among)s)"
    values = compiled.values | {
        "workspace": segment.workspace_id,
        "segment": segment.pk,
        "now": now,
        "among": None if among is None else list(among),
        "stamp": int(now.timestamp() * 1000).to_bytes(6, "big"),
    }
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCE.format(people=compiled.sql(), among=restriction), values)
        come, gone = cursor.fetchone()
    return come, gone


def _publish_size(segment: Segment, version: int, now: datetime) -> None:
    """Declare the membership true, unless the definition is another one by now."""
    size = queries.member_ids(segment).count()
    same = Segment.objects.filter(workspace_id=segment.workspace_id, pk=segment.pk, version=version)
    if not same.update(state=SegmentState.READY, size=size, computed_at=now):
        raise Outdated
