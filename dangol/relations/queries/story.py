"""The story of one person: in five lines, and entry by entry."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, Min, Q, Sum
from django.utils import timezone

from dangol.customers.models import Person
from dangol.kit.compiled import Compiled
from dangol.kit.pagination import Page, first_page, keyset_page
from dangol.relations.enums import Chapter
from dangol.relations.models import Hurt, Promise, StoryEntry
from dangol.relations.queries.care import latest_feeling, open_hurts, open_promises
from dangol.relations.queries.standing import strength_of
from dangol.relations.relationship import Relationship, Spent
from dangol.relations.sentences import Telling, tell
from dangol.relations.sentences.so_far import five_lines
from dangol.tracking.models import STANDING, Order

ENTRIES_ON_A_PAGE = 25
ORDER = ("-at", "-id")
NEWEST: Compiled[StoryEntry] = Compiled(
    lambda **whose: StoryEntry.objects.filter(**whose).order_by(*ORDER)[: ENTRIES_ON_A_PAGE + 1]
)

OPEN_PROMISES: Compiled[Promise] = Compiled(
    lambda workspace_id, person_id: open_promises(Person(pk=person_id, workspace_id=workspace_id))
)
OPEN_HURTS: Compiled[Hurt] = Compiled(
    lambda workspace_id, person_id: open_hurts(Person(pk=person_id, workspace_id=workspace_id))
)
SPENT: Compiled[dict[str, Any]] = Compiled(
    lambda **whose: (
        Order.objects.filter(STANDING, **whose)
        .values("currency")
        .annotate(
            orders=Count("id"),
            gifts=Count("id", filter=Q(is_gift=True)),
            total=Sum("amount"),
            first_at=Min("placed_at"),
            last_at=Max("placed_at"),
        )
        .order_by("-orders", "currency")
    )
)


@dataclass(frozen=True)
class ToldEntry:
    """One entry as a sentence in the reader's language."""

    at: datetime
    kind: str
    sentence: str


@dataclass(frozen=True)
class ToldChapter:
    """Entries in a row that belong to one chapter, the newest first."""

    name: str
    entries: Sequence[ToldEntry]


@dataclass(frozen=True)
class StoryPage:
    """One page of the story, the newest chapter first. `next_after` leads to what came before."""

    chapters: Sequence[ToldChapter]
    next_after: str | None
    is_first: bool


def relationship_of(person: Person, *, zone: ZoneInfo, now: datetime) -> Relationship:
    """Everything that the story so far is told from, in five reads."""
    return Relationship(
        person=person,
        spent=_spent(person),
        strength=strength_of(person),
        feeling=latest_feeling(person),
        promises=OPEN_PROMISES(workspace_id=person.workspace_id, person_id=person.pk),
        hurts=OPEN_HURTS(workspace_id=person.workspace_id, person_id=person.pk),
        zone=zone,
        now=now,
    )


def story_so_far(person: Person, language: str, *, now: datetime | None = None) -> list[str]:
    """The story in five lines: who, how much, still a regular, how they feel, what is open."""
    zone = ZoneInfo(person.workspace.time_zone)
    return five_lines(relationship_of(person, zone=zone, now=now or timezone.now()), language)


def story_page(
    person: Person,
    language: str,
    *,
    zone: ZoneInfo,
    now: datetime,
    after: str | None = None,
) -> StoryPage:
    """One page of the person's story, told in a language."""
    page = _entries(person, after)
    today = now.astimezone(zone).date()
    chapters = [
        ToldChapter(str(Chapter(name).label), [told(entry, language, zone, today) for entry in run])
        for name, run in groupby(page.items, key=lambda entry: entry.chapter)
    ]
    return StoryPage(chapters, page.next_after, page.is_first)


def told(entry: StoryEntry, language: str, zone: ZoneInfo, today: date) -> ToldEntry:
    """One entry in one or two sentences."""
    telling = Telling(kind=entry.kind, at=entry.at, details=entry.details, zone=zone, today=today)
    return ToldEntry(entry.at, entry.kind, tell(telling, language))


def _entries(person: Person, after: str | None) -> Page[StoryEntry]:
    """The first page, which everybody opens, is compiled once."""
    if after is None:
        newest = NEWEST(workspace_id=person.workspace_id, person_id=person.pk)
        return first_page(newest, StoryEntry.objects.all(), order=ORDER, size=ENTRIES_ON_A_PAGE)
    entries = StoryEntry.objects.filter(workspace_id=person.workspace_id, person=person)
    return keyset_page(entries, order=ORDER, after=after, size=ENTRIES_ON_A_PAGE)


def _spent(person: Person) -> list[Spent]:
    rows = SPENT(workspace_id=person.workspace_id, person_id=person.pk)
    return [
        Spent(row["currency"], row["orders"], row["gifts"], row["total"], row["first_at"], row["last_at"])
        for row in rows
    ]
