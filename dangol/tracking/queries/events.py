"""Reads of events, orders, sources and what was put aside."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Count, Max, Min, Q, QuerySet, Sum

from dangol.customers.models import Person
from dangol.kit.pagination import CAP, CappedCount
from dangol.tracking.enums import DeadLetterCode
from dangol.tracking.models import STANDING, DeadLetter, Event, InboxEntry, Order, Replay, Sample, Source, TimeRules
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import sees_everybody

BY_REASON = """
SELECT code, count(*) FROM unnest(%(codes)s::text[]) AS reason(code)
CROSS JOIN LATERAL (
    SELECT FROM tracking_deadletter AS letter WHERE letter.workspace_id = %(workspace)s AND letter.code = reason.code
        AND (%(source)s::uuid IS NULL OR letter.source_id = %(source)s) LIMIT %(most)s
) AS letters
GROUP BY code ORDER BY count(*) DESC, code
"""
LATEST = 30
LOOKED_THROUGH = 10_000
USUAL_WAIT = timedelta(seconds=5)


@dataclass(frozen=True, slots=True)
class OrderTotals:
    """What one person bought so far, in one currency."""

    currency: str
    count: int
    amount: Decimal
    first_at: datetime
    last_at: datetime


def events_of(person: Person) -> QuerySet[Event]:
    """What this person did, newest first. Never ask for all of it: take a page."""
    return Event.objects.filter(workspace_id=person.workspace_id, person_id=person.pk).order_by("-occurred_at", "-id")


def orders_of(person: Person) -> QuerySet[Order]:
    """What this person bought, newest first."""
    return Order.objects.filter(workspace_id=person.workspace_id, person_id=person.pk).order_by("-placed_at", "-id")


def order_totals(*, workspace_id: UUID, person_ids: Iterable[UUID]) -> dict[UUID, OrderTotals]:
    """
    Count and add the orders of many people, less what was given back, in one query; people without orders are absent.

    Of several currencies only the one with most orders is told: amounts of two currencies cannot be added.
    """
    rows = (
        Order.objects.filter(STANDING, workspace_id=workspace_id, person_id__in=list(person_ids))
        .values_list("person_id", "currency")
        .annotate(orders=Count("id"), spent=Sum("amount"), first=Min("placed_at"), last=Max("placed_at"))
        .order_by("person_id", "orders", "currency")
    )
    return {person_id: OrderTotals(*told) for person_id, *told in rows}


def sources_of(member: Member) -> QuerySet[Source]:
    """The sources of the member's workspace, newest first."""
    return Source.objects.filter(workspace_id=member.workspace_id).order_by("-created_at", "-id")


@dataclass(frozen=True, slots=True)
class StreamFilter:
    """Which of the newest events to show. Empty means any."""

    name: str = ""
    source_id: UUID | None = None
    person: str = ""


def events_visible(member: Member) -> QuerySet[Event]:
    """Events of people whom the member may see, and of visitors who are nobody yet."""
    events = Event.objects.filter(workspace_id=member.workspace_id).select_related("person")
    if sees_everybody(member):
        return events
    return events.filter(Q(person__isnull=True) | Q(person__in=Person.objects.visible_to(member)))


def latest_events(member: Member, wanted: StreamFilter = StreamFilter()) -> QuerySet[Event]:
    """
    The last events that arrived, as far as the member may see them.

    A filter looks at the last ten thousand, so that the question costs the same however much there is.
    """
    events = events_visible(member).order_by("-id")
    if wanted == StreamFilter():
        return events[:LATEST]
    window = Event.objects.filter(workspace_id=member.workspace_id).order_by("-id").values("id")[:LOOKED_THROUGH]
    events = events.filter(id__in=window)
    if wanted.name:
        events = events.filter(name=wanted.name)
    if wanted.source_id:
        events = events.filter(source_id=wanted.source_id)
    if wanted.person:
        events = events.filter(
            Q(person__name__icontains=wanted.person)
            | Q(person__email__iexact=wanted.person)
            | Q(person__external_id=wanted.person)
        )
    return events[:LATEST]


def behind_since(member: Member, now: datetime) -> datetime | None:
    """Return when the oldest request arrived that waits to be processed, if it waits for longer than usual."""
    waiting = InboxEntry.objects.filter(workspace_id=member.workspace_id).order_by("id")
    oldest = waiting.values_list("received_at", flat=True).first()
    return oldest if oldest and now - oldest > USUAL_WAIT else None


@dataclass(frozen=True, slots=True)
class LetterFilter:
    """Which dead letters are meant. Empty means any."""

    code: str = ""
    source_id: UUID | None = None


def dead_letters(member: Member, wanted: LetterFilter = LetterFilter()) -> QuerySet[DeadLetter]:
    """Events that were acknowledged but could not be used."""
    letters = DeadLetter.objects.filter(workspace_id=member.workspace_id)
    if wanted.code:
        letters = letters.filter(code=wanted.code)
    if wanted.source_id:
        letters = letters.filter(source_id=wanted.source_id)
    return letters


def letters_by_reason(member: Member, source_id: UUID | None = None) -> dict[str, CappedCount]:
    """Count dead letters by reason, each up to ten thousand, the most frequent first."""
    values: dict[str, Any] = {"workspace": member.workspace_id, "source": source_id, "codes": DeadLetterCode.values}
    with connection.cursor() as cursor:
        cursor.execute(BY_REASON, values | {"most": CAP + 1})
        return {code: CappedCount(min(count, CAP), is_capped=count > CAP) for code, count in cursor.fetchall()}


def samples_of(source: Source) -> QuerySet[Sample]:
    """The last documents that a source sent, newest first."""
    return Sample.objects.filter(workspace_id=source.workspace_id, source=source).order_by("-received_at", "-id")


def replays_of(member: Member) -> QuerySet[Replay]:
    """What was made anew in the member's workspace, or is."""
    return Replay.objects.filter(workspace_id=member.workspace_id).select_related("by__user")


def time_rules(member: Member) -> TimeRules:
    """How late and how far ahead events of the member's workspace may be."""
    return TimeRules.objects.filter(workspace_id=member.workspace_id).first() or TimeRules()
