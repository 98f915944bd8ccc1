"""Months of the calendar."""

from datetime import date, timedelta
from typing import TypeVar

Day = TypeVar("Day", bound=date)


def following_month(day: Day) -> Day:
    """Return the first day of the month after that of a day; a moment keeps its time of day."""
    return (day.replace(day=1) + timedelta(days=32)).replace(day=1)
