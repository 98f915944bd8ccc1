"""Who is in a segment: the difference between who matches now and who was in, applied in one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection

from dangol.kit.locks import hold
from dangol.segments import queries
from dangol.segments.contracts import Compiled, InvalidDefinition, read_definition
from dangol.segments.models import Segment, SegmentSize

# Ids are UUIDv7 made by the database: 48 bits of milliseconds over a random UUID, then the version bits. People come in
# the order of their ids, so that neighbours share pages.
DIFFERENCE = """
WITH matching AS MATERIALIZED ({people}),
gone AS (
    DELETE FROM segments_segmentmember AS old
    WHERE old.workspace_id = %(workspace)s AND old.segment_id = %(segment)s {among}
      AND NOT EXISTS (SELECT 1 FROM matching WHERE matching.person_id = old.person_id)
    RETURNING old.person_id
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
    ORDER BY matching.person_id
    RETURNING person_id
)
SELECT count(*) FILTER (WHERE has_come), array_agg(person_id) FILTER (WHERE has_come AND %(named)s),
       count(*) FILTER (WHERE NOT has_come), array_agg(person_id) FILTER (WHERE NOT has_come AND %(named)s)
FROM (SELECT person_id, true AS has_come FROM come UNION ALL SELECT person_id, false FROM gone) AS moved
"""


@dataclass(frozen=True)
class Moves:
    """How many came and went, and who, as far as that was asked."""

    came: int = 0
    went: int = 0
    entered: Sequence[UUID] = ()
    left: Sequence[UUID] = ()

    def __bool__(self) -> bool:
        return bool(self.came or self.went)


def hold_membership(segment_id: UUID) -> None:
    """Wait until nobody else writes this segment's membership; holds until the transaction ends."""
    hold(f"members {segment_id}")


def apply_difference(
    segment: Segment, *, now: datetime, among: Sequence[UUID] | None = None, named: bool = True
) -> Moves:
    """
    Insert who is new and delete who is gone.

    :param among: judge these people only
    :param named: return who it was, not only how many
    """
    try:
        condition = read_definition(segment.definition)
    except InvalidDefinition:
        return Moves()
    compiled = queries.compile_people(condition, workspace_id=segment.workspace_id, now=now, among=among)
    return _written(segment, compiled, now, among, named=named)


def note_size(segment: Segment, *, now: datetime) -> None:
    """Keep the size for the hour; the last one of an hour stays."""
    size = Segment.objects.get(pk=segment.pk).size or 0
    SegmentSize.objects.update_or_create(
        workspace_id=segment.workspace_id,
        segment=segment,
        hour=now.replace(minute=0, second=0, microsecond=0),
        defaults={"size": size},
    )


def _written(
    segment: Segment, compiled: Compiled, now: datetime, among: Sequence[UUID] | None, *, named: bool
) -> Moves:
    restriction = "" if among is None else "AND old.person_id = ANY(%(among)s)"
    values = compiled.values | {
        "workspace": segment.workspace_id,
        "segment": segment.pk,
        "now": now,
        "among": None if among is None else list(among),
        "stamp": int(now.timestamp() * 1000).to_bytes(6, "big"),
        "named": named,
    }
    with connection.cursor() as cursor:
        cursor.execute(DIFFERENCE.format(people=compiled.sql(), among=restriction), values)
        came, entered, went, left = cursor.fetchone()
    return Moves(came, went, entered or (), left or ())
