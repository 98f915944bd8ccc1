"""
The real purchases of the CDNOW customers, moved in time so that the last one is today.

Source and licence: `dangol/config/demo_data/cdnow/README.md`.
"""

import gzip
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

MASTER = Path(__file__).resolve().parent.parent / "demo_data" / "cdnow" / "CDNOW_master.txt.gz"
SEOUL = ZoneInfo("Asia/Seoul")
WON_PER_DOLLAR = 1_350
OPENS_AT, OPEN_MINUTES = 9, 12 * 60
GIFT_EVERY = 17
"""One order in so many is marked as a gift: the history does not say, and the product must show it."""


@dataclass(frozen=True)
class Purchase:
    """One purchase: `number` is unique, `amount` is in won."""

    number: int
    customer: int
    at: datetime
    discs: int
    amount: int
    is_gift: bool


def purchases(*, now: datetime) -> Iterator[Purchase]:
    """Yield all purchases in the order of the file, moved so that the last day is today; none is in the future."""
    rows = list(_rows())
    shift = now.astimezone(SEOUL).date() - max(day for _, day, _, _ in rows)
    for number, (customer, day, discs, dollars) in enumerate(rows, 1):
        minute = number * 37 % OPEN_MINUTES
        moment = datetime.combine(day + shift, time(OPENS_AT), SEOUL) + timedelta(minutes=minute)
        amount = round(dollars * WON_PER_DOLLAR / 100) * 100
        yield Purchase(number, customer, min(moment, now), discs, amount, number % GIFT_EVERY == 0)


def _rows() -> Iterator[tuple[int, date, int, float]]:
    with gzip.open(MASTER, "rt", encoding="ascii") as lines:
        next(lines)
        for line in lines:
            customer, day, discs, dollars = line.split()
            yield int(customer), date(int(day[:4]), int(day[4:6]), int(day[6:])), int(discs), float(dollars)
