"""A person's buying rhythm as a picture: dots on a line of time, silences shaded."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from dangol.customers.models import Person
from dangol.kit.compiled import Compiled
from dangol.relations.models import StoryEntry

WIDTH, HEIGHT, MARGIN = 640, 72, 10
SMALLEST, LARGEST = 3.0, 9.0
MOST = 80
FEWEST_MONTHS_PER_YEAR_LABEL = 14
KINDS = ("order", "gift_order", "return", "silence")
RECENT: Compiled[StoryEntry] = Compiled(
    lambda **whose: StoryEntry.objects.filter(**whose, kind__in=KINDS).order_by("-at", "-id")[:MOST]
)


@dataclass(frozen=True)
class Dot:
    """One purchase; its area follows its amount."""

    x: float
    radius: float
    is_gift: bool
    day: str
    amount: Decimal
    currency: str


@dataclass(frozen=True)
class Band:
    """One silence."""

    x: float
    width: float


@dataclass(frozen=True)
class Mark:
    """The beginning of a year or month."""

    x: float
    label: str


@dataclass(frozen=True)
class RhythmPicture:
    """The last purchases from the first of them until now, in units of the view box."""

    dots: Sequence[Dot]
    silences: Sequence[Band]
    marks: Sequence[Mark]
    since: datetime
    width: int = WIDTH
    height: int = HEIGHT
    now_x: int = WIDTH - MARGIN


def rhythm_picture(person: Person, *, zone: ZoneInfo, now: datetime) -> RhythmPicture | None:
    """The person's last purchases as they were told in the story, or nothing before the first."""
    recent = RECENT(workspace_id=person.workspace_id, person_id=person.pk)[::-1]
    bought = [entry for entry in recent if entry.kind != "silence"]
    if not bought:
        return None
    start, span = bought[0].at, max((now - bought[0].at).total_seconds(), 1.0)

    def place(at: datetime) -> float:
        share = (min(at, now) - start).total_seconds() / span
        return round(MARGIN + max(share, 0) * (WIDTH - 2 * MARGIN), 1)

    largest = max((float(entry.details.get("amount") or 0) for entry in bought), default=0) or 1.0
    dots = [_dot(entry, place(entry.at), largest, zone) for entry in bought]
    silences = [_band(entry, bought, place, now) for entry in recent if entry.kind == "silence" and entry.at >= start]
    marks = [Mark(place(at), label) for at, label in _beginnings(start.astimezone(zone), now.astimezone(zone))]
    return RhythmPicture(dots, silences, marks, start)


def _dot(entry: StoryEntry, x: float, largest: float, zone: ZoneInfo) -> Dot:
    amount = Decimal(entry.details.get("amount") or 0)
    share = max(float(amount), 0) / largest
    radius = round(SMALLEST + (LARGEST - SMALLEST) * share**0.5, 1)
    day, currency = f"{entry.at.astimezone(zone):%Y-%m-%d}", entry.details.get("currency") or "KRW"
    return Dot(x, radius, bool(entry.details.get("gift")), day, amount, currency)


def _band(entry: StoryEntry, bought: Sequence[StoryEntry], place: Callable[[datetime], float], now: datetime) -> Band:
    end = next((order.at for order in bought if order.at > entry.at), now)
    left = place(entry.at)
    return Band(left, max(round(place(end) - left, 1), 1.0))


def _beginnings(start: datetime, now: datetime) -> list[tuple[datetime, str]]:
    """Return the years between two moments, or their months when the time is short."""
    if now - start > timedelta(days=31 * FEWEST_MONTHS_PER_YEAR_LABEL):
        years = range(start.year + 1, now.year + 1)
        step = len(years) // 8 + 1
        return [(start.replace(year=year, month=1, day=1, hour=0, minute=0), str(year)) for year in years[::step]]
    months = [start.month + 12 * start.year + number for number in range(FEWEST_MONTHS_PER_YEAR_LABEL + 2)]
    first_days = [start.replace(year=n // 12, month=n % 12 + 1, day=1, hour=0, minute=0) for n in months]
    return [(at, f"{at.year}.{at.month}" if at.month == 1 else str(at.month)) for at in first_days if at <= now]
