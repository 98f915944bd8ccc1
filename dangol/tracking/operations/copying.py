"""
Rows on their way into PostgreSQL by the thousand.

COPY is refused on tables with row-level security, so events are copied into a temporary table, the chunk. What follows
from them is read from there, set by set: the event store, the daily counts, and who was seen when.
"""

from collections.abc import Iterable
from datetime import datetime
from functools import lru_cache
from itertools import islice
from uuid import UUID

from django.db import connection

from dangol.tracking.calls import Draft
from dangol.tracking.operations.orders import ORDER_COMPLETED

COLUMNS = (
    "id, person_id, occurred_at, received_at, anonymous_id, user_id, kind, name, properties, context, source_id, "
    "message_id"
)
CHUNK = """
CREATE TEMP TABLE IF NOT EXISTS tracking_chunk (
    id uuid, person_id uuid, occurred_at timestamptz, received_at timestamptz, anonymous_id text, user_id text,
    kind text, name text, properties jsonb, context jsonb, source_id uuid, message_id text
) ON COMMIT DELETE ROWS
"""
RELINK = f"""
WITH moved AS (
    UPDATE tracking_event e SET person_id = l.person_id
    FROM unnest(%s::text[], %s::uuid[]) AS l(anonymous_id, person_id)
    WHERE e.workspace_id = %s AND e.anonymous_id = l.anonymous_id AND e.person_id IS NULL
    RETURNING {", ".join(f"e.{column}" for column in COLUMNS.split(", "))}
), chunk AS (
    INSERT INTO tracking_chunk ({COLUMNS}) SELECT * FROM moved
)
SELECT id, person_id, anonymous_id, occurred_at, kind, name,
    CASE WHEN kind = 'identify' OR name = '{ORDER_COMPLETED}' THEN properties::text ELSE '{{}}' END,
    source_id, received_at
FROM moved
"""  # noqa: S608 - a constant
SPANS = """
SELECT person_id AS id, min(occurred_at) AS first, date_trunc('hour', max(occurred_at)) AS last FROM tracking_chunk
WHERE person_id IS NOT NULL GROUP BY person_id ORDER BY person_id
"""
"""Who did something in the chunk, first and last. Last by the hour: so a busy visit writes its person once."""

SPANS_OF = f"SELECT * FROM ({SPANS}) AS span WHERE id = ANY(%s)"  # noqa: S608 - a constant
SLICE = 500
NULL = "\\N"
ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})


def write_line(draft: Draft) -> None:
    """
    Write an event as COPY's text format wants it, but for its id and its person, which are not known yet.

    One f-string per row costs a tenth of what a general row writer does.
    """
    told = (draft.anonymous_id, draft.user_id, draft.name, draft.properties, draft.context, draft.message_id)
    together = "".join(told)
    if "\\" in together or "\n" in together or "\t" in together or "\r" in together:
        told = tuple([text.translate(ESCAPES) for text in told])  # type: ignore[assignment] # as many as before
    anonymous, user, name, properties, context, message = told
    draft.line = (
        f"{draft.occurred_at.isoformat()}\t{_moment(draft.received_at)}\t{anonymous}\t{user}\t{draft.kind}\t{name}\t"
        f"{properties}\t{context}\t{_hex(draft.source_id)}\t{message}\n"
    )


def copy_events(workspace_id: UUID, lines: Iterable[str]) -> None:
    """
    Make these lines the chunk, and insert them into the event table of the entered workspace.

    Lines are sent in slices, so that PostgreSQL reads the first ones while the next are written.
    """
    waiting = iter(lines)
    with connection.cursor() as cursor:
        cursor.execute(CHUNK)
        cursor.execute("DELETE FROM tracking_chunk")
        with cursor.copy(f"COPY tracking_chunk ({COLUMNS}) FROM STDIN") as copy:
            while part := "".join(islice(waiting, SLICE)):
                copy.write(part)
        cursor.execute(
            f"INSERT INTO tracking_event (workspace_id, {COLUMNS}) SELECT %s, {COLUMNS} FROM tracking_chunk",  # noqa: S608 - a constant
            [workspace_id],
        )


def spans_of(person_ids: list[UUID]) -> dict[UUID, tuple[datetime, datetime]]:
    """Return when these people did something in the chunk, first and last."""
    if not person_ids:
        return {}
    with connection.cursor() as cursor:
        cursor.execute(SPANS_OF, [person_ids])
        return {person_id: (first, last) for person_id, first, last in cursor.fetchall()}


@lru_cache(maxsize=1000)
def _moment(at: datetime) -> str:
    return at.isoformat()


@lru_cache(maxsize=1000)
def _hex(source_id: UUID) -> str:
    return source_id.hex
