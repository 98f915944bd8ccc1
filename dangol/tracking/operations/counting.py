"""How often people did what by day, and how often it happened at all by hour."""

from collections.abc import Sequence
from uuid import UUID

from django.db import connection

from dangol.tracking.operations.orders import ORDER_COMPLETED, OrderEvent

COUNTED = ("track", "page", "screen")
ADD = """
INSERT INTO tracking_daily_count AS old (workspace_id, person_id, name, day, count)
SELECT %s, person_id, name, (occurred_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM tracking_chunk
WHERE person_id IS NOT NULL AND kind = ANY(%s) GROUP BY person_id, name, day ORDER BY person_id, name, day
ON CONFLICT (workspace_id, person_id, name, day) DO UPDATE SET count = old.count + excluded.count
"""
ADD_HOURS = """
INSERT INTO tracking_hourly_count AS old (workspace_id, name, hour, source_id, count)
SELECT %s, name, date_trunc('hour', occurred_at, 'UTC') AS hour, source_id, count(*) FROM tracking_chunk
GROUP BY name, hour, source_id ORDER BY name, hour, source_id
ON CONFLICT (workspace_id, name, hour, source_id) DO UPDATE SET count = old.count + excluded.count
"""
WORTH = """
UPDATE tracking_daily_count d SET amount = d.amount + told.amount
FROM (
    SELECT person_id, (at AT TIME ZONE 'UTC')::date AS day, sum(amount) AS amount
    FROM unnest(%s::uuid[], %s::timestamptz[], %s::numeric[]) AS o(person_id, at, amount) GROUP BY person_id, day
) told
WHERE d.workspace_id = %s AND d.name = %s AND (d.person_id, d.day) = (told.person_id, told.day)
"""
FORGET = "DELETE FROM tracking_daily_count WHERE workspace_id = %s AND person_id = ANY(%s)"
RECOUNT = """
INSERT INTO tracking_daily_count (workspace_id, person_id, name, day, count)
SELECT workspace_id, person_id, name, (occurred_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM tracking_event
WHERE workspace_id = %s AND person_id = ANY(%s) AND kind = ANY(%s) GROUP BY workspace_id, person_id, name, day
"""


def count_hours(workspace_id: UUID) -> None:
    """Add the chunk to the hourly counts, before older events join it."""
    with connection.cursor() as cursor:
        cursor.execute(ADD_HOURS, [workspace_id])


def count_chunk(workspace_id: UUID) -> None:
    """Add the chunk to the daily counts, in the order of their key: neighbours share pages."""
    with connection.cursor() as cursor:
        cursor.execute(ADD, [workspace_id, list(COUNTED)])


def recount(workspace_id: UUID, person_ids: Sequence[UUID]) -> None:
    """Count all that these people did anew, from their stored events."""
    with connection.cursor() as cursor:
        cursor.execute(FORGET, [workspace_id, list(person_ids)])
        cursor.execute(RECOUNT, [workspace_id, list(person_ids), list(COUNTED)])


def add_amounts(workspace_id: UUID, orders: Sequence[OrderEvent]) -> None:
    """Add what orders were worth to the counts of their day."""
    if orders:
        told = [(event.person_id, event.occurred_at, event.order.amount) for event in orders]
        columns = [list(column) for column in zip(*told, strict=True)]
        with connection.cursor() as cursor:
            cursor.execute(WORTH, [*columns, workspace_id, ORDER_COMPLETED])
