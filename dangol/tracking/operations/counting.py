"""How often people did what, by day."""

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import connection

from dangol.tracking.operations.copying import array

ADD = """
INSERT INTO tracking_daily_count (workspace_id, person_id, name, day, count, amount)
SELECT %s, told.person_id, names.name, told.day, told.count, told.amount
FROM unnest(%s::uuid[], %s::int[], %s::date[], %s::int[], %s::numeric[]) AS told(person_id, name, day, count, amount)
JOIN unnest(%s::text[]) WITH ORDINALITY AS names(name, place) ON names.place = told.name
ON CONFLICT (workspace_id, person_id, name, day) DO UPDATE
SET count = tracking_daily_count.count + excluded.count, amount = tracking_daily_count.amount + excluded.amount
"""
Key = tuple[str, int, int]


class Counts:
    """Daily counts of one chunk, added up before they are written."""

    def __init__(self) -> None:
        self._names: dict[str, int] = {}
        self._counts: dict[Key, int] = defaultdict(int)
        self._amounts: dict[Key, Decimal] = {}

    def add(self, person_id: UUID, name: str, at: datetime, amount: Decimal | None) -> None:
        """Count one event on its UTC day; `amount` is what an order was worth."""
        key = (person_id.hex, self._names.setdefault(name, len(self._names) + 1), at.toordinal())
        self._counts[key] += 1
        if amount is not None:
            self._amounts[key] = self._amounts.get(key, Decimal(0)) + amount

    def write(self, workspace_id: UUID) -> None:
        """Add everything to the daily counters in one statement, in the order of their key: neighbours share pages."""
        if not self._counts:
            return
        keys = sorted(self._counts)
        days = {ordinal: datetime.fromordinal(ordinal).date() for _person, _name, ordinal in keys}
        told = [
            array(person for person, _name, _day in keys),
            array(name for _person, name, _day in keys),
            array(days[day] for _person, _name, day in keys),
            array(self._counts[key] for key in keys),
            array(self._amounts.get(key, 0) for key in keys),
        ]
        with connection.cursor() as cursor:
            cursor.execute(ADD, [workspace_id, *told, list(self._names)])
