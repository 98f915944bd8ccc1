"""The catalogue as its pages show it: events with their last month, what they carry, warnings in words."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from zoneinfo import ZoneInfo

from django.utils.formats import date_format
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from dangol.tracking import queries
from dangol.tracking.charts import Chart, bar_chart
from dangol.tracking.contracts import EventUse, uses_of
from dangol.tracking.enums import PropertyType, WarningKind
from dangol.tracking.models import EventDefinition, PropertyDefinition, SchemaWarning
from dangol.tracking.queries import Carried, Sending
from dangol.workspaces.models import Member

DAYS = 30
SPARK_HEIGHT = 32


@dataclass(frozen=True, slots=True)
class EventRow:
    """One event in the list, with its last thirty days."""

    event: EventDefinition
    spark: Chart
    count: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class PropertyRow:
    """One property with its share among the newest events and values that several people share."""

    definition: PropertyDefinition
    share: float
    examples: Sequence[str]


@dataclass(frozen=True, slots=True)
class WarningRow:
    """One warning and why."""

    warning: SchemaWarning
    sentence: str


def event_rows(events: Sequence[EventDefinition], *, zone: ZoneInfo, now: datetime) -> list[EventRow]:
    """Add the last month to a page of events, in two reads."""
    if not events:
        return []
    workspace_id, names = events[0].workspace_id, [event.name for event in events]
    volumes = queries.daily_volumes(workspace_id=workspace_id, names=names, zone=zone, now=now, days=DAYS)
    last = queries.last_hours(workspace_id=workspace_id, names=names)
    labels = day_labels(now, zone)
    return [
        EventRow(event, bar_chart(days, labels, height=SPARK_HEIGHT), sum(days), last.get(event.name))
        for event in events
        for days in [volumes.get(event.name, [0] * DAYS)]
    ]


def day_labels(now: datetime, zone: ZoneInfo) -> list[str]:
    """Name the days of the last month."""
    return [date_format(day, "MONTH_DAY_FORMAT") for day in queries.days_until(now, zone, DAYS)]


def warning_rows(warnings: Iterable[SchemaWarning]) -> list[WarningRow]:
    """Say why each warning was given."""
    return [WarningRow(warning, sentence_of(warning)) for warning in warnings]


def sentence_of(warning: SchemaWarning) -> str:
    """Return a warning as a sentence that names its numbers."""
    if warning.kind in (WarningKind.RESIDENT_NUMBER, WarningKind.CARD_NUMBER):
        sentence = ngettext(
            "%(what)s came in “%(property)s” once and were struck out before storing. Keep the sender from it.",
            "%(what)s came in “%(property)s” %(times)s times and were struck out before storing. "
            "Keep the sender from it.",
            warning.times,
        )
    else:
        sentence = str(SENTENCES[WarningKind(warning.kind)])
    words = {name: _types(told) if isinstance(told, list) else f"{told:,}" for name, told in warning.detail.items()}
    words |= {"what": warning.get_kind_display(), "property": warning.property, "times": f"{warning.times:,}"}
    return sentence % words


SENTENCES = {
    WarningKind.NEW_PROPERTY: _("“%(property)s” was never in this event before."),
    WarningKind.TYPE_CHANGED: _(
        "“%(property)s” was always %(was)s and now came as %(now)s. Conditions on it may miss people."
    ),
    WarningKind.UNPLANNED: _("You expect certain events, and this is none of them. A slip of the pen in its name?"),
    WarningKind.STOPPED: _(
        "None came in the last 24 hours; on each of the %(days)s days before, at least %(least)s did."
    ),
    WarningKind.FEWER: _("%(last)s came in the last 24 hours; the weakest of the %(days)s days before had %(least)s."),
    WarningKind.MORE: _("%(last)s came in the last 24 hours; the strongest of the %(days)s days before had %(most)s."),
}


def _types(types: Iterable[str]) -> str:
    return ", ".join(str(PropertyType(kind).label) for kind in types)


@dataclass(frozen=True)
class EventPage:
    """Everything on the page of one event. Nothing is read before the template shows it."""

    event: EventDefinition
    member: Member
    now: datetime

    @cached_property
    def zone(self) -> ZoneInfo:
        return ZoneInfo(self.member.workspace.time_zone)

    @cached_property
    def row(self) -> EventRow:
        return event_rows([self.event], zone=self.zone, now=self.now)[0]

    @cached_property
    def properties(self) -> list[PropertyRow]:
        carried = queries.carried_by(self.event)
        return [
            PropertyRow(one, found.share, found.examples)
            for one in queries.properties_of(self.event)
            for found in [carried.get(one.name, Carried())]
        ]

    @cached_property
    def sources(self) -> list[Sending]:
        return queries.sources_sending(self.event, since=queries.start_of(self.now, self.zone, days=DAYS))

    @cached_property
    def uses(self) -> list[EventUse]:
        return uses_of(self.event.name, self.member)

    @cached_property
    def warnings(self) -> list[WarningRow]:
        return warning_rows(queries.open_warnings(self.member).filter(event=self.event))
