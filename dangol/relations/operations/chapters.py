"""Which chapter every entry of a story belongs to. Decided from the whole story, so late entries find their place."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

# An entry that opens a chapter gives its name to all that follow until the next one opens.
# While a hurt is open everything belongs to the trouble; its last resolution opens the recovery.
SETTLE = """
WITH told AS (
    SELECT id, person_id, at, kind, chapter,
        sum(CASE kind WHEN 'hurt_opened' THEN 1 WHEN 'hurt_resolved' THEN -1 ELSE 0 END)
            OVER (PARTITION BY person_id ORDER BY at, id) AS open_hurts,
        CASE
            WHEN kind IN ('first_seen', 'imported') THEN 'first_meeting'
            WHEN kind = 'silence' THEN 'silence'
            WHEN kind = 'return' THEN 'return'
            WHEN kind IN ('order', 'gift_order') AND details->>'nth' = '1' THEN 'first_purchase'
            WHEN kind IN ('order', 'gift_order') THEN 'growing_closer'
            WHEN kind = 'hurt_resolved' THEN 'recovery'
        END AS opens
    FROM relations_storyentry
    WHERE workspace_id = %(workspace)s AND person_id = ANY(%(people)s::uuid[])
), opened AS (
    SELECT *, CASE WHEN open_hurts > 0 THEN 'trouble' ELSE opens END AS opener FROM told
), numbered AS (
    SELECT *, count(opener) OVER (PARTITION BY person_id ORDER BY at, id) AS part FROM opened
), settled AS (
    SELECT id, chapter,
        coalesce(first_value(opener) OVER (PARTITION BY person_id, part ORDER BY at, id), 'first_meeting') AS right_one
    FROM numbered
)
UPDATE relations_storyentry AS entry SET chapter = settled.right_one
FROM settled
WHERE entry.workspace_id = %(workspace)s AND entry.id = settled.id AND settled.chapter <> settled.right_one
"""


def settle_chapters(*, workspace_id: UUID, person_ids: Sequence[UUID]) -> None:
    """Give every entry of these people the chapter that the whole story puts it in."""
    if not person_ids:
        return
    with connection.cursor() as cursor:
        cursor.execute(SETTLE, {"workspace": workspace_id, "people": list(person_ids)})
