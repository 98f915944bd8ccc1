"""How often people did what, by day."""

from collections.abc import Sequence
from decimal import Decimal
from uuid import UUID

from django.db import connection

COUNTED = ("track", "page", "screen")
ADD = """
INSERT INTO tracking_daily_count AS old (workspace_id, person_id, name, day, count)
SELECT %s, person_id, name, (occurred_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM tracking_chunk
WHERE person_id IS NOT NULL AND kind = ANY(%s) GROUP BY person_id, name, day ORDER BY person_id, name, day
ON CONFLICT (workspace_id, person_id, name, day) DO UPDATE SET count = old.count + excluded.count
"""
WORTH = """
UPDATE tracking_daily_count d SET amount = d.amount + told.amount
FROM (
    SELECT c.person_id, c.name, (c.occurred_at AT TIME ZONE 'UTC')::date AS day, sum(o.amount) AS amount
    FROM unnest(%s::uuid[], %s::numeric[]) AS o(id, amount) JOIN tracking_chunk c USING (id) GROUP BY 1, 2, 3
) told
WHERE d.workspace_id = %s AND (d.person_id, d.name, d.day) = (told.person_id, told.name, told.day)
"""


def count_chunk(workspace_id: UUID) -> None:
    """Add the chunk to the daily counts, in the order of their key: neighbours share pages."""
    with connection.cursor() as cursor:
        cursor.execute(ADD, [workspace_id, list(COUNTED)])


def add_amounts(workspace_id: UUID, amounts: Sequence[tuple[UUID, Decimal]]) -> None:
    """Add what orders of the chunk, given by their event, were worth to the counts of their day."""
    if amounts:
        events, worth = (list(column) for column in zip(*amounts, strict=True))
        with connection.cursor() as cursor:
            cursor.execute(WORTH, [events, worth, workspace_id])
