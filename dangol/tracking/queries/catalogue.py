"""Reads of the catalogue: which events there are, how many come, what they carry, and what looks odd."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import reduce
from operator import or_
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db import connection
from django.db.models import Max, Q, QuerySet, Sum

from dangol.tracking.contracts import EventNames
from dangol.tracking.enums import EventKind
from dangol.tracking.models import EventDefinition, HourlyCount, PropertyDefinition, SchemaWarning, Source
from dangol.workspaces.models import Member

NEWEST = 500
"""Shares and examples are read from so many of an event's newest: nothing of them is kept, so erasure reaches all."""

PEOPLE_PER_EXAMPLE = 3
"""A value that fewer people share may tell who somebody is."""

LONGEST_EXAMPLE = 40
EXAMPLES = 3
DIGITS_OF_A_PHONE = 7

CARRIED = """
WITH newest AS (
    SELECT properties, coalesce(person_id::text, anonymous_id) AS who FROM tracking_event
    WHERE workspace_id = %(workspace)s AND name = %(name)s ORDER BY occurred_at DESC LIMIT %(newest)s
)
SELECT told.key, CASE WHEN jsonb_typeof(told.value) IN ('string', 'number', 'boolean')
    THEN left(told.value #>> '{}', %(longest)s) END AS shown, count(*), count(DISTINCT newest.who),
    (SELECT count(*) FROM newest)
FROM newest, jsonb_each(newest.properties) AS told
WHERE jsonb_typeof(told.value) <> 'null'
GROUP BY told.key, shown ORDER BY count(*) DESC, shown
"""
DAILY = """
SELECT name, (hour AT TIME ZONE %(zone)s)::date AS day, sum(count)::int FROM tracking_hourly_count
WHERE workspace_id = %(workspace)s AND name = ANY(%(names)s) AND hour >= %(since)s
GROUP BY name, day
"""


@dataclass(slots=True)
class Carried:
    """How many of an event's newest carry a property, and values that several people share."""

    share: float = 0.0
    examples: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Sending:
    """One source that sends an event: how many in the time asked for, and when last, to the hour."""

    source_id: UUID
    name: str
    count: int
    last_at: datetime


def events_known(member: Member, text: str = "") -> QuerySet[EventDefinition]:
    """Every kind of event of the member's workspace; or those whose name, label or description holds a text."""
    events = EventDefinition.objects.filter(workspace_id=member.workspace_id)
    if not text:
        return events
    said = ("name", "label_ko", "label_en", "description")
    return events.filter(reduce(or_, (Q(**{f"{field}__icontains": text}) for field in said)))


def event_names() -> EventNames:
    """What the entered workspace calls its events in the active language."""
    own = EventDefinition.objects.exclude(label_ko="", label_en="")
    return EventNames({event.name: event.label for event in own if event.label})


def properties_of(event: EventDefinition) -> QuerySet[PropertyDefinition]:
    """What an event was ever seen to carry, by name."""
    return PropertyDefinition.objects.filter(workspace_id=event.workspace_id, event=event).order_by("name")


def open_warnings(member: Member) -> QuerySet[SchemaWarning]:
    """What nobody has taken as understood yet, newest first."""
    warnings = SchemaWarning.objects.filter(workspace_id=member.workspace_id, closed_at=None)
    return warnings.select_related("event").order_by("-last_at", "-id")


def daily_volumes(
    *, workspace_id: UUID, names: Collection[str], zone: ZoneInfo, now: datetime, days: int
) -> dict[str, list[int]]:
    """Count events by local day, the oldest first and today last; names that did not come are absent."""
    since = start_of(now, zone, days=days)
    places = {day: place for place, day in enumerate(days_until(now, zone, days))}
    volumes: dict[str, list[int]] = defaultdict(lambda: [0] * days)
    values: dict[str, Any] = {"workspace": workspace_id, "names": list(names), "zone": zone.key, "since": since}
    with connection.cursor() as cursor:
        cursor.execute(DAILY, values)
        for name, day, count in cursor.fetchall():
            if day in places:
                volumes[name][places[day]] = count
    return volumes


def days_until(now: datetime, zone: ZoneInfo, days: int) -> list[date]:
    """Return the days that `daily_volumes` counts."""
    today = now.astimezone(zone).date()
    return [today - timedelta(days=back) for back in range(days - 1, -1, -1)]


def start_of(now: datetime, zone: ZoneInfo, *, days: int) -> datetime:
    """Return the midnight with which so many days until today begin."""
    first = days_until(now, zone, days)[0]
    return datetime(first.year, first.month, first.day, tzinfo=zone)


def sources_sending(event: EventDefinition, *, since: datetime) -> list[Sending]:
    """Which sources sent an event since then, the busiest first."""
    counts = HourlyCount.objects.filter(workspace_id=event.workspace_id, name=event.name, hour__gte=since)
    rows = counts.values_list("source_id").annotate(events=Sum("count"), last=Max("hour")).order_by("-events")
    names = dict(Source.objects.filter(workspace_id=event.workspace_id).values_list("pk", "name"))
    return [Sending(source, names.get(source, ""), events, last) for source, events, last in rows]


def last_hours(*, workspace_id: UUID, names: Collection[str]) -> dict[str, datetime]:
    """When each event came last, to the hour."""
    counts = HourlyCount.objects.filter(workspace_id=workspace_id, name__in=list(names))
    return dict(counts.values_list("name").annotate(last=Max("hour")).order_by())


def carried_by(event: EventDefinition) -> dict[str, Carried]:
    """Read shares and examples of properties from the newest events. Traits give no examples: they are people."""
    carried: dict[str, Carried] = defaultdict(Carried)
    values: dict[str, Any] = {"workspace": event.workspace_id, "name": event.name}
    values |= {"newest": NEWEST, "longest": LONGEST_EXAMPLE}
    with connection.cursor() as cursor:
        cursor.execute(CARRIED, values)
        for name, shown, count, people, whole in cursor.fetchall():
            carried[name].share += count / whole
            is_shared = people >= PEOPLE_PER_EXAMPLE and event.kind != EventKind.IDENTIFY
            if is_shared and shown and len(carried[name].examples) < EXAMPLES and not _looks_personal(shown):
                carried[name].examples.append(shown)
    return carried


def _looks_personal(shown: str) -> bool:
    return "@" in shown or sum(sign.isdigit() for sign in shown) >= DIGITS_OF_A_PHONE
