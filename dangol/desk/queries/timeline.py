"""Everything about one person in the order of time: what is told in the story, and every single event."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from heapq import merge
from itertools import islice
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Model, Q, QuerySet, TextField
from django.db.models.functions import Cast

from dangol.customers.models import Person
from dangol.desk.enums import TimelineKind
from dangol.relations.models import StoryEntry
from dangol.relations.queries import told
from dangol.tracking.models import DailyCount, Event

SIZE = 50
PROPERTIES_SHOWN = 4
R = TypeVar("R", bound=Model)


@dataclass(frozen=True, slots=True)
class TimelineFilter:
    """What of it to show; empty means everything. The days are local, both included."""

    kind: str = ""
    name: str = ""
    first: date | None = None
    last: date | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the timeline. Events have a name and what they carry, entries of the story a sentence."""

    at: datetime
    id: UUID
    sentence: str
    event: Event | None = None

    @property
    def carried(self) -> list[tuple[str, Any]]:
        """The first few properties that are texts or numbers."""
        told = self.event.properties.items() if self.event else ()
        plain = ((name, value) for name, value in told if type(value) in (str, int, float))
        return list(islice(plain, PROPERTIES_SHOWN))


@dataclass(frozen=True, slots=True)
class TimelinePage:
    """One page, the newest first. `next_after` leads on."""

    items: Sequence[Moment]
    next_after: str | None


def event_names_of(person: Person) -> list[str]:
    """The names of what this person ever did."""
    counts = DailyCount.objects.filter(workspace_id=person.workspace_id, person_id=person.pk)
    return list(counts.order_by("name").values_list("name", flat=True).distinct())


def timeline(
    person: Person, wanted: TimelineFilter, *, zone: ZoneInfo, language: str, now: datetime, after: str | None
) -> TimelinePage:
    """Return one page in at most two reads, each by the index of the person's time."""
    whose = {"workspace_id": person.workspace_id, "person_id": person.pk}
    today = now.astimezone(zone).date()
    entries: list[Moment] = []
    events: list[Moment] = []
    if wanted.kind != TimelineKind.EVENTS and not wanted.name:
        told_then = StoryEntry.objects.filter(_between("at", wanted, zone), **whose)
        found = _behind(_with_text(told_then, "details", wanted.text), "at", after)
        entries = [Moment(entry.at, entry.pk, told(entry, language, zone, today).sentence) for entry in found]
    if wanted.kind != TimelineKind.STORY:
        did = Event.objects.filter(_between("occurred_at", wanted, zone), **whose)
        did = did.filter(name=wanted.name) if wanted.name else did
        seen = _behind(_with_text(did, "properties", wanted.text), "occurred_at", after)
        events = [Moment(event.occurred_at, event.pk, event.name, event) for event in seen]
    moments = list(merge(entries, events, key=lambda one: (one.at, one.id), reverse=True))
    more = len(moments) > SIZE
    items = moments[:SIZE]
    return TimelinePage(items, f"{items[-1].at.isoformat()}_{items[-1].id}" if more else None)


def _between(at: str, wanted: TimelineFilter, zone: ZoneInfo) -> Q:
    since = Q(**{f"{at}__gte": _midnight(wanted.first, zone)}) if wanted.first else Q()
    until = Q(**{f"{at}__lt": _midnight(wanted.last + timedelta(days=1), zone)}) if wanted.last else Q()
    return since & until


def _with_text(rows: "QuerySet[Any]", words: str, text: str) -> "QuerySet[Any]":
    return rows.annotate(words=Cast(words, TextField())).filter(words__icontains=text) if text else rows


def _behind(rows: "QuerySet[R]", at: str, after: str | None) -> "QuerySet[R]":
    """Take the rows behind the cursor, one more than a page holds."""
    if position := _position(after):
        moment, last_id = position
        rows = rows.filter(Q(**{f"{at}__lt": moment}) | Q(**{at: moment, "id__lt": last_id}), **{f"{at}__lte": moment})
    return rows.order_by(f"-{at}", "-id")[: SIZE + 1]


def _position(after: str | None) -> tuple[datetime, UUID] | None:
    """Read a cursor; anything else is the beginning."""
    try:
        moment, _, last_id = (after or "").partition("_")
        at = datetime.fromisoformat(moment)
        return (at, UUID(last_id)) if at.tzinfo else None
    except ValueError:
        return None


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=zone)
