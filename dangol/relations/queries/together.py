"""Several people as one: what they tell, how strong the relationship is with them, and what they spent."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from statistics import median
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import Count, Sum

from dangol.customers.models import Person
from dangol.kit.pagination import keyset_page
from dangol.relations.models import StoryEntry, Strength
from dangol.relations.queries.story import ToldEntry, told
from dangol.tracking.models import STANDING, Order

LINES_ON_A_PAGE = 15


@dataclass(frozen=True)
class ToldOf:
    """One entry as a sentence, and about whom."""

    person: Person
    entry: ToldEntry


@dataclass(frozen=True)
class StoryTogether:
    """The newest entries of several people. `next_after` leads to what came before."""

    lines: Sequence[ToldOf]
    next_after: str | None


@dataclass(frozen=True)
class StrengthTogether:
    """How strong the relationship is with several people: with the closest of them, and with the one in the middle."""

    strongest: Person
    highest: int
    median: int
    measured: int


@dataclass(frozen=True)
class SpentTogether:
    """What several people bought, in one currency."""

    currency: str
    orders: int
    total: Decimal


def story_together(
    *,
    workspace_id: UUID,
    people: Sequence[UUID],
    language: str,
    zone: ZoneInfo,
    now: datetime,
    after: str | None = None,
) -> StoryTogether:
    """Return one page of what these people's stories tell, the newest first: one query."""
    entries = StoryEntry.objects.filter(workspace_id=workspace_id, person_id__in=people).select_related("person")
    page = keyset_page(entries, order=("-at", "-id"), after=after, size=LINES_ON_A_PAGE)
    today = now.astimezone(zone).date()
    lines = [ToldOf(entry.person, told(entry, language, zone, today)) for entry in page.items]
    return StoryTogether(lines, page.next_after)


def strength_together(*, workspace_id: UUID, people: Sequence[UUID]) -> StrengthTogether | None:
    """Return how strong the relationship with these people is, or None where it was not measured: one query."""
    measured = Strength.objects.filter(workspace_id=workspace_id, person_id__in=people).select_related("person")
    rows = sorted(measured, key=lambda one: (-one.score, str(one.person_id)))
    if not rows:
        return None
    return StrengthTogether(rows[0].person, rows[0].score, round(median(one.score for one in rows)), len(rows))


def spent_together(*, workspace_id: UUID, people: Sequence[UUID]) -> list[SpentTogether]:
    """Return what these people bought, by currency, the most frequent first: one query."""
    rows = (
        Order.objects.filter(STANDING, workspace_id=workspace_id, person_id__in=people)
        .values("currency")
        .annotate(orders=Count("id"), total=Sum("amount"))
        .order_by("-orders", "currency")
    )
    return [SpentTogether(row["currency"], row["orders"], row["total"]) for row in rows]
