"""One person's relationship as plain data, ready to be told."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from dangol.customers.models import Person
from dangol.relations.models import Feeling, Hurt, Promise, Strength


@dataclass(frozen=True)
class Spent:
    """What a person bought in one currency."""

    currency: str
    orders: int
    gifts: int
    amount: Decimal
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True)
class Relationship:
    """
    Everything that the story so far is told from.

    `spent` has the most frequent currency first. `promises` and `hurts` are the open ones, the oldest first.
    """

    person: Person
    spent: Sequence[Spent]
    strength: Strength | None
    feeling: Feeling | None
    promises: Sequence[Promise]
    hurts: Sequence[Hurt]
    zone: ZoneInfo
    now: datetime

    @property
    def orders(self) -> int:
        return sum(one.orders for one in self.spent)

    @property
    def gifts(self) -> int:
        return sum(one.gifts for one in self.spent)

    @property
    def since(self) -> datetime:
        """When the person was first known, which is not later than the first purchase."""
        return min([self.person.first_seen_at, *(one.first_at for one in self.spent)])

    @property
    def last_at(self) -> datetime | None:
        """When the person last bought."""
        return max((one.last_at for one in self.spent), default=None)

    @property
    def usual_gap(self) -> timedelta | None:
        """The mean time between purchases, once there were two."""
        if self.last_at is None or self.orders < 2:  # noqa: PLR2004 - a gap has two ends
            return None
        return (self.last_at - min(one.first_at for one in self.spent)) / (self.orders - 1)

    @property
    def late_promises(self) -> list[Promise]:
        """Open promises whose day has passed."""
        return [promise for promise in self.promises if promise.due_at < self.now]
