"""
Telling of purchases, and of meeting and silence around them.

These entries are derived: whenever a person's orders change, all of them are worked out again from all orders, so a
purchase that arrives late ends in the same story as one that arrived in time. Everything is one pass over the people.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.utils import timezone

from dangol.kit import tenancy
from dangol.kit.jobs import job
from dangol.kit.locks import hold
from dangol.relations.operations.chapters import settle_chapters
from dangol.relations.operations.strength import measure

PATIENCE = {"first_days": 120, "least_days": 60, "most_days": 365, "gaps": 3}
"""Silence begins after three usual gaps, within 60 to 365 days; after a single purchase, 120 days after it."""

LONGEST_PRODUCT = 60
"""So much of a product's name is told."""

RULES = PATIENCE | {"longest": LONGEST_PRODUCT}
"""What the statements take besides the workspace, the people and the moment."""

CHUNK = 10_000
"""So many people are told of at a time, so that sorting stays in memory."""

# An id holds the moment and the number of the purchase, so that entries of one moment keep their order.
TELL = """
DROP TABLE IF EXISTS pg_temp.told;
CREATE TEMP TABLE told ON COMMIT DROP AS
WITH placed AS (
    SELECT person_id, id, number, placed_at, amount + refunded AS amount, currency, item_count, is_gift,
        row_number() OVER one AS nth,
        lead(placed_at) OVER one AS next_at,
        extract(epoch FROM placed_at - first_value(placed_at) OVER one) / 86400 AS days_known
    FROM tracking_order WHERE workspace_id = %(workspace)s AND person_id = ANY(%(people)s::uuid[])
    WINDOW one AS (PARTITION BY person_id ORDER BY placed_at, number)
), paced AS (
    SELECT *, CASE WHEN nth > 1 THEN days_known / (nth - 1) ELSE 0 END AS gap_days FROM placed
), patient AS (
    SELECT *, placed_at + interval '1 day' * (CASE WHEN nth = 1 THEN %(first_days)s
        ELSE greatest(%(least_days)s, least(%(most_days)s, %(gaps)s * gap_days)) END)::float8 AS silent_at
    FROM paced
), heard AS (
    SELECT *, lag(silent_at) OVER one < placed_at AS is_return,
        extract(epoch FROM placed_at - lag(placed_at) OVER one) / 86400 AS silent_days
    FROM patient WINDOW one AS (PARTITION BY person_id ORDER BY placed_at, number)
), lines AS (
    SELECT person_id, id AS source_id, 'tracking_order' AS source_table, placed_at AS at, nth,
        CASE WHEN is_return THEN 'return' WHEN is_gift THEN 'gift_order' ELSE 'order' END AS kind,
        CASE WHEN nth = 1 THEN 'first_purchase' WHEN is_return THEN 'return' ELSE 'growing_closer' END AS chapter,
        jsonb_build_object('nth', nth, 'number', number, 'amount', amount::text, 'currency', currency,
            'items', item_count, 'gift', is_gift)
        || coalesce((SELECT jsonb_build_object('lines', jsonb_agg(jsonb_build_array(line.name, line.quantity)
                ORDER BY line.position)) FROM (
            SELECT left(coalesce(nullif(name, ''), sku), %(longest)s) AS name, sum(quantity) AS quantity,
                min(position) AS position
            FROM tracking_orderline WHERE workspace_id = %(workspace)s AND order_id = heard.id AND name || sku <> ''
            GROUP BY 1
        ) AS line HAVING count(*) > 0), '{}')
        || CASE WHEN is_return THEN jsonb_build_object('silent_days', round(silent_days)) ELSE '{}' END AS details
    FROM heard
    UNION ALL
    SELECT person_id, id, 'tracking_order', silent_at, nth, 'silence', 'silence',
        jsonb_build_object('last_at', placed_at, 'gap_days', round(gap_days),
            'silent_days', round(extract(epoch FROM silent_at - placed_at) / 86400))
    FROM heard WHERE silent_at < coalesce(next_at, %(now)s)
    UNION ALL
    SELECT placed.person_id, refund.id, 'tracking_refund', refunded_at, 4095, 'refund', 'first_meeting',
        jsonb_build_object('number', placed.number, 'amount', refund.amount::text,
            'currency', coalesce(nullif(refund.currency, ''), placed.currency))
    FROM placed
    JOIN tracking_refund AS refund ON refund.workspace_id = %(workspace)s AND refund.number = placed.number
    UNION ALL
    SELECT person.id, person.id, 'customers_person', least(person.first_seen_at, first.at), 0,
        CASE WHEN person.origin LIKE 'import%%' AND (first.at IS NULL OR first.at >= person.first_seen_at)
            THEN 'imported' ELSE 'first_seen' END, 'first_meeting', jsonb_build_object('origin', person.origin)
    FROM customers_person AS person
    LEFT JOIN (SELECT person_id, min(placed_at) AS at FROM placed GROUP BY person_id) AS first
        ON first.person_id = person.id
    WHERE person.workspace_id = %(workspace)s AND person.id = ANY(%(people)s::uuid[])
)
SELECT *, (right(lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 16, '0'), 12) || '7'
    || lpad(to_hex(nth %% 4096), 3, '0') || '8' || left(md5(kind || source_id), 15))::uuid AS id
FROM lines
"""

FORGET = """
DELETE FROM relations_storyentry AS entry
WHERE entry.workspace_id = %(workspace)s AND entry.person_id = ANY(%(people)s::uuid[])
    AND entry.kind IN ('order', 'gift_order', 'return', 'silence', 'refund', 'first_seen', 'imported')
    AND NOT EXISTS (SELECT FROM told WHERE told.id = entry.id AND told.at = entry.at AND told.details = entry.details)
"""

WRITE = """
INSERT INTO relations_storyentry
    (workspace_id, id, person_id, kind, chapter, at, details, source_table, source_id, recorded_at)
SELECT %(workspace)s, id, person_id, kind, chapter, at, details, source_table, source_id, now()
FROM told
ON CONFLICT (workspace_id, person_id, kind, source_id) DO NOTHING
"""

BUYERS = """
SELECT DISTINCT person_id FROM tracking_order WHERE workspace_id = %(workspace)s AND id = ANY(%(orders)s::uuid[])
"""

NEWLY_SILENT = """
SELECT person_id FROM (
    SELECT DISTINCT ON (person_id) person_id, id, placed_at FROM tracking_order
    WHERE workspace_id = %(workspace)s ORDER BY person_id, placed_at DESC, number DESC
) AS last
WHERE placed_at < %(now)s - interval '1 day' * %(least_days)s AND NOT EXISTS (
    SELECT FROM relations_storyentry AS entry WHERE entry.workspace_id = %(workspace)s
        AND entry.person_id = last.person_id AND entry.kind = 'silence' AND entry.source_id = last.id
)
"""

NEVER_MET = """
SELECT id FROM customers_person AS person
WHERE workspace_id = %(workspace)s AND NOT is_anonymous AND NOT EXISTS (
    SELECT FROM relations_storyentry AS entry WHERE entry.workspace_id = %(workspace)s
        AND entry.person_id = person.id AND entry.kind IN ('first_seen', 'imported')
)
"""


def tell_purchases(*, workspace_id: UUID, person_ids: Sequence[UUID], now: datetime) -> None:
    """Make the entries about meeting, purchases, silence and return of these people say what their orders say."""
    if not person_ids:
        return
    with tenancy.open_trash(), connection.cursor() as cursor:  # the story of who lies in the trash goes on
        # One worker at a time: two would delete what the other has just written.
        hold(f"purchases {workspace_id}")
        for start in range(0, len(person_ids), CHUNK):
            part = list(person_ids[start : start + CHUNK])
            values: dict[str, Any] = {"workspace": workspace_id, "people": part, "now": now} | RULES
            for statement in (TELL, FORGET, WRITE):
                cursor.execute(statement, values)
            settle_chapters(workspace_id=workspace_id, person_ids=part)


@job()
def tell_of_orders(*, workspace_id: UUID, order_ids: tuple[UUID, ...]) -> None:
    """Tell the purchases of everybody who placed one of these orders, and how strong the relationship is now."""
    buyers, now = _people(BUYERS, workspace=workspace_id, orders=list(order_ids)), timezone.now()
    tell_purchases(workspace_id=workspace_id, person_ids=buyers, now=now)
    measure(workspace_id=workspace_id, person_ids=buyers, now=now)


@job()
def tell_of_import(*, workspace_id: UUID) -> None:
    """Tell of the first meeting with everybody whose story has not begun."""
    tell_purchases(workspace_id=workspace_id, person_ids=_people(NEVER_MET, workspace=workspace_id), now=timezone.now())


@job()
def tell_of_silence(*, workspace_id: UUID) -> None:
    """Tell of everybody who has fallen silent. Runs daily."""
    now = timezone.now()
    silent = _people(NEWLY_SILENT, workspace=workspace_id, now=now, least_days=PATIENCE["least_days"])
    tell_purchases(workspace_id=workspace_id, person_ids=silent, now=now)


def _people(statement: str, **values: Any) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return [person_id for (person_id,) in cursor.fetchall()]
