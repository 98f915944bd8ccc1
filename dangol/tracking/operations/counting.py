"""How often people did what, by day."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import connection

ADD = """
INSERT INTO tracking_daily_count (workspace_id, person_id, name, day, count, amount)
SELECT %s, * FROM unnest(%s::uuid[], %s::text[], %s::date[], %s::int[], %s::numeric[])
ON CONFLICT (workspace_id, person_id, name, day) DO UPDATE
SET count = tracking_daily_count.count + excluded.count, amount = tracking_daily_count.amount + excluded.amount
"""


class Counts:
    """Daily counts of one chunk, added up before they are written."""

    def __init__(self) -> None:
        self._counts: dict[tuple[UUID, str, date], int] = defaultdict(int)
        self._amounts: dict[tuple[UUID, str, date], Decimal] = {}

    def add(self, person_id: UUID, name: str, day: date, amount: Decimal | None) -> None:
        """Count one event; `amount` is what an order was worth."""
        key = (person_id, name, day)
        self._counts[key] += 1
        if amount is not None:
            self._amounts[key] = self._amounts.get(key, Decimal(0)) + amount

    def write(self, workspace_id: UUID) -> None:
        """Add everything to the daily counters, in one statement and in one order, so that two writers cannot deadlock."""
        if not self._counts:
            return
        keys = sorted(self._counts)
        people, names, days = (list(column) for column in zip(*keys, strict=True))
        counts = [self._counts[key] for key in keys]
        amounts = [self._amounts.get(key, Decimal(0)) for key in keys]
        with connection.cursor() as cursor:
            cursor.execute(ADD, [workspace_id, people, names, days, counts, amounts])
