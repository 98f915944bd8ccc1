"""What was given back of orders, read out of `Order Refunded` and `Order Cancelled` events."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from dangol.kit.ids import uuid7
from dangol.tracking.operations.orders import (
    UnreadableOrder,
    amount_in,
    currency_in,
    decoded,
    lines_in,
    number_in,
)

ORDER_REFUNDED = "Order Refunded"
ORDER_CANCELLED = "Order Cancelled"
GIVEN_BACK = frozenset({ORDER_REFUNDED, ORDER_CANCELLED})
KEY_LENGTH = 100

# Of two events with one key the earlier one counts, in whatever order they arrive.
KEEP = """
INSERT INTO tracking_refund AS kept (workspace_id, id, number, key, refunded_at, amount, currency, event_id)
SELECT %s, * FROM unnest(%s::uuid[], %s::text[], %s::text[], %s::timestamptz[], %s::numeric[], %s::text[], %s::uuid[])
ON CONFLICT (workspace_id, number, key) DO UPDATE
SET refunded_at = excluded.refunded_at, amount = excluded.amount, currency = excluded.currency,
    event_id = excluded.event_id
WHERE (excluded.refunded_at, excluded.event_id) < (kept.refunded_at, kept.event_id)
"""

GIVEN_BACK_OF = """
SELECT DISTINCT number FROM tracking_refund WHERE workspace_id = %s AND number = ANY(%s)
"""

# Never more than was paid. What is given back in another currency than was paid cannot be subtracted.
SETTLE = """
UPDATE tracking_order AS settled SET amount = back.paid - back.total, refunded = back.total
FROM (
    SELECT o.id, o.amount + o.refunded AS paid,
        least(o.amount + o.refunded, sum(coalesce(refund.amount, o.amount + o.refunded))) AS total
    FROM tracking_order AS o
    JOIN tracking_refund AS refund ON refund.workspace_id = o.workspace_id AND refund.number = o.number
        AND (refund.amount IS NULL OR refund.currency IN ('', o.currency))
    WHERE o.workspace_id = %(workspace)s AND o.number = ANY(%(numbers)s) GROUP BY o.id, o.amount, o.refunded
) AS back
WHERE settled.workspace_id = %(workspace)s AND settled.id = back.id AND settled.refunded <> back.total
RETURNING settled.id, settled.person_id
"""


@dataclass(frozen=True, slots=True)
class RefundEvent:
    """What one event says was given back. No amount: all of the order. No currency: that of the order."""

    event_id: UUID
    number: str
    key: str
    refunded_at: datetime
    amount: Decimal | None
    currency: str


@dataclass(frozen=True, slots=True)
class Refunded:
    """The orders that are worth less than before, and whose they are."""

    order_ids: list[UUID] = field(default_factory=list)
    person_ids: list[UUID] = field(default_factory=list)


def read_refund(name: str, properties: str, *, event_id: UUID, at: datetime) -> RefundEvent:
    """
    Read the properties of an event that gives something back.

    A cancelled order is given back whole, and so is a refund that tells neither an amount nor products.

    :raises UnreadableOrder: naming the property that is missing or unreadable
    """
    told = decoded(properties)
    lines = lines_in(told)
    amount = None if name == ORDER_CANCELLED else amount_in(told, lines)
    if amount == 0 and lines:
        raise UnreadableOrder("total")
    key = str(told.get("refund_id") or event_id)[:KEY_LENGTH]
    worth = None if amount is None else abs(amount)
    currency = currency_in(told, "") if told.get("currency") else ""
    return RefundEvent(event_id, number_in(told), key, at, worth, currency)


def take_refunds(*, workspace_id: UUID, refunds: Sequence[RefundEvent], numbers: Iterable[str]) -> Refunded:
    """
    Keep what was given back, and take it off the orders of these refunds and numbers. Twice is as good as once.

    A refund may come before its order: call it with the numbers of orders that were written.
    """
    first: dict[tuple[str, str], RefundEvent] = {}
    for event in sorted(refunds, key=lambda event: (event.refunded_at, event.event_id)):
        first.setdefault((event.number, event.key), event)
    concerned = list({*numbers, *(event.number for event in refunds)})
    if not concerned:
        return Refunded()
    with connection.cursor() as cursor:
        if first:
            rows = [
                (uuid7(), one.number, one.key, one.refunded_at, one.amount, one.currency, one.event_id)
                for one in first.values()
            ]
            cursor.execute(KEEP, [workspace_id, *(list(column) for column in zip(*rows, strict=True))])
        cursor.execute(GIVEN_BACK_OF, [workspace_id, concerned])
        settled = []
        if numbers_given_back := [number for (number,) in cursor.fetchall()]:
            cursor.execute(SETTLE, {"workspace": workspace_id, "numbers": numbers_given_back})
            settled = cursor.fetchall()
    return Refunded([order for order, _person in settled], list({person for _order, person in settled}))
