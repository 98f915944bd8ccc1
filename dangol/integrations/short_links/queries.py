"""Reads of short links and their visits."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Count, Max, QuerySet
from django.db.models.functions import TruncDate

from dangol.integrations.short_links.models import ShortLink
from dangol.integrations.short_links.operations import LINK_VISITED
from dangol.kit import tenancy
from dangol.tracking.models import Event, Source
from dangol.workspaces.models import Member

DAYS = 30
HEIGHT = 40


@dataclass(frozen=True, slots=True)
class LinkRow:
    """A link with its visits of the last thirty days."""

    link: ShortLink
    visits: int
    last_at: datetime | None


@dataclass(frozen=True, slots=True)
class DayBar:
    """One day of the chart, placed in a field of 100 by 40."""

    on: date
    visits: int
    x: float
    y: float
    height: float


def links_of(member: Member) -> QuerySet[ShortLink]:
    """The links of the member's workspace."""
    return ShortLink.objects.filter(workspace_id=member.workspace_id).select_related("source")


def link_rows(source: Source, *, now: datetime) -> list[LinkRow]:
    """The links of a source, newest first, each with its visits; two queries."""
    links = ShortLink.objects.filter(workspace_id=source.workspace_id, source=source).order_by("-created_at", "-id")
    visits = _visits(source, now).values_list("properties__code").annotate(Count("id"), Max("occurred_at"))
    told = {code: (count, last_at) for code, count, last_at in visits}
    return [LinkRow(link, *told.get(link.code, (0, None))) for link in links]


def visits_by_day(link: ShortLink, *, now: datetime) -> list[DayBar]:
    """The visits of the last thirty days, by the workspace's days."""
    zone = ZoneInfo(link.workspace.time_zone)
    own = _visits(link.source, now).filter(properties__code=link.code)
    by_day = own.annotate(on=TruncDate("occurred_at", tzinfo=zone)).values_list("on").annotate(Count("id"))
    counts = dict(by_day)
    days = [now.astimezone(zone).date() - timedelta(days=back) for back in range(DAYS - 1, -1, -1)]
    most = max(counts.values(), default=0) or 1
    bars = []
    for place, on in enumerate(days):
        height = counts.get(on, 0) * HEIGHT / most
        bars.append(DayBar(on, counts.get(on, 0), place * 100 / DAYS, HEIGHT - height, height))
    return bars


def link_with(code: str) -> ShortLink | None:
    """Find a link of any workspace by its code and enter its workspace."""
    tenancy.enter_secret(code)
    link = ShortLink.objects.filter(code=code).first()
    if link is not None:
        tenancy.enter_workspace(link.workspace_id)
    return link


def _visits(source: Source, now: datetime) -> QuerySet[Event]:
    return Event.objects.filter(
        workspace_id=source.workspace_id,
        name=LINK_VISITED,
        occurred_at__gte=now - timedelta(days=DAYS),
        source_id=source.pk,
    )
