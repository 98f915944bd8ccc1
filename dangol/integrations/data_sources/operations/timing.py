"""When a source is read next."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from dangol.integrations.data_sources.enums import Rhythm
from dangol.integrations.data_sources.models import Source

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
MOST_ATTEMPTS = 8


def next_time(source: Source, *, after: datetime) -> datetime | None:
    """Return when the source is due after a moment, at its own rhythm; None if only when somebody asks."""
    match Rhythm(source.rhythm):
        case Rhythm.MINUTES:
            return after + timedelta(minutes=source.every)
        case Rhythm.HOURS:
            return after + timedelta(hours=source.every)
        case Rhythm.DAILY:
            return _next_at(source, after, ZoneInfo(source.workspace.time_zone))
    return None


def pause_after(attempts: int) -> timedelta | None:
    """Return how long to wait after so many failed attempts, twice as long each time; None to give up."""
    if attempts >= MOST_ATTEMPTS:
        return None
    doubled: timedelta = FIRST_PAUSE * 2 ** (attempts - 1)
    return min(doubled, LONGEST_PAUSE)


def _next_at(source: Source, after: datetime, zone: ZoneInfo) -> datetime:
    there = after.astimezone(zone)
    today = datetime.combine(there.date(), source.daily_at, tzinfo=zone)
    return today if today > there else datetime.combine(there.date() + timedelta(days=1), source.daily_at, tzinfo=zone)
