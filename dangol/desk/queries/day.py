"""What a member needs to know this morning, in a few set-based reads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Count, Exists, OuterRef, QuerySet, Sum
from django.db.models.functions import TruncDate
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import Promise as Lazy
from django.utils.translation import gettext_lazy as _

from dangol.customers.models import Person
from dangol.kit.pagination import CappedCount, capped_count
from dangol.marketing.enums import ON_ITS_WAY, CampaignState
from dangol.marketing.models import Campaign
from dangol.marketing.queries import campaigns_visible_to, progress_of
from dangol.messaging.enums import MessageState
from dangol.messaging.models import Sender
from dangol.messaging.queries import messages_visible_to
from dangol.relations.models import Promise, PromiseEnd, Strength
from dangol.segments.models import Segment
from dangol.tracking.models import STANDING, Order
from dangol.workspaces.contracts import Alarm, Alarms
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_configure, may_import

LOOK_BACK = timedelta(days=30)
LOOK_AHEAD = timedelta(days=7)
SHOWN = 5
BAR_HEIGHT = 40.0
FADING = -5
"""A relationship that lost this many points within a month is worth a look."""


@dataclass(frozen=True)
class SalesDay:
    """One bar of the picture: its day, its orders, and where it stands on a plane of 100 by 40."""

    on: date
    orders: int
    x: float
    y: float
    height: float


@dataclass(frozen=True)
class Sales:
    """Orders of the last 30 days in the workspace's currency, and their days as bars, the oldest first."""

    orders: int
    amount: Decimal
    days: Sequence[SalesDay]


@dataclass(frozen=True)
class Running:
    """A campaign under way: how many of its people have their outcome."""

    campaign: Campaign
    done: int
    audience: int


@dataclass(frozen=True)
class Step:
    """One thing to do in an empty house."""

    label: Lazy
    advice: Lazy
    url: str
    is_done: bool


@dataclass(frozen=True)
class Day:
    """The home page."""

    people: CappedCount
    newcomers: CappedCount
    sales: Sales
    held: CappedCount
    promises: Sequence[Promise]
    fading: Sequence[Strength]
    running: Sequence[Running]
    steps: Sequence[Step]
    alarms: Sequence[Alarm]
    now: datetime


def day_of(member: Member, *, now: datetime) -> Day:
    """Everything on the home page, of people whom the member may see."""
    people = Person.objects.visible_to(member).filter(is_anonymous=False)
    seen = capped_count(people)
    running = running_campaigns(member)
    return Day(
        people=seen,
        newcomers=capped_count(people.filter(first_seen_at__gte=now - LOOK_BACK)),
        sales=sales_of(member, people, now=now),
        held=capped_count(messages_visible_to(member).filter(state=MessageState.HELD)),
        promises=promises_due(member, people, now=now),
        fading=fading_people(member, people),
        running=running,
        steps=first_steps(member, has_people=seen.value > 0),
        alarms=Alarms.all_of(member),
        now=now,
    )


def sales_of(member: Member, people: QuerySet[Person], *, now: datetime) -> Sales:
    """Orders of the last 30 days. Members who see everybody skip the look at each person."""
    recent = Order.objects.filter(
        STANDING, workspace_id=member.workspace_id, placed_at__gte=now - LOOK_BACK, currency=member.workspace.currency
    )
    visible = recent.filter(Exists(people.filter(pk=OuterRef("person_id"))))
    by_day = visible.order_by().values(on=TruncDate("placed_at")).annotate(orders=Count("pk"), total=Sum("amount"))
    rows = {row["on"]: row for row in by_day}
    return Sales(
        orders=sum(row["orders"] for row in rows.values()),
        amount=sum((row["total"] for row in rows.values()), Decimal(0)),
        days=_bars({on: row["orders"] for on, row in rows.items()}, last=timezone.localdate(now)),
    )


def _bars(orders: Mapping[date, int], *, last: date) -> list[SalesDay]:
    days = [last - timedelta(days=back) for back in reversed(range(LOOK_BACK.days + 1))]
    most = max(orders.values(), default=0)
    heights = [BAR_HEIGHT * orders.get(on, 0) / most if most else 0.0 for on in days]
    wide = 100 / len(days)
    return [
        SalesDay(on=on, orders=orders.get(on, 0), x=wide * at, y=BAR_HEIGHT - height, height=height)
        for at, (on, height) in enumerate(zip(days, heights, strict=True))
    ]


def promises_due(member: Member, people: QuerySet[Person], *, now: datetime) -> list[Promise]:
    """Open promises that are late or due within a week, the most urgent first."""
    open_ones = Promise.objects.filter(workspace_id=member.workspace_id, due_at__lte=now + LOOK_AHEAD).exclude(
        Exists(PromiseEnd.objects.filter(workspace_id=member.workspace_id, promise_id=OuterRef("pk")))
    )
    mine = open_ones.filter(Exists(people.filter(pk=OuterRef("person_id"))))
    return list(mine.select_related("person", "by__user").order_by("due_at", "id")[:SHOWN])


def fading_people(member: Member, people: QuerySet[Person]) -> list[Strength]:
    """Relationships that lost most within a month, the strongest of them first."""
    fading = Strength.objects.filter(workspace_id=member.workspace_id, trend__lte=FADING)
    mine = fading.filter(Exists(people.filter(pk=OuterRef("person_id"))))
    return list(mine.select_related("person").order_by("trend", "-score", "id")[:SHOWN])


def running_campaigns(member: Member) -> list[Running]:
    """Campaigns that are being sent or wait for their hour."""
    under_way = campaigns_visible_to(member).filter(state__in=[*ON_ITS_WAY, CampaignState.SCHEDULED])
    rows = []
    for campaign in under_way.order_by("-created_at")[:3]:
        progress = progress_of(campaign)
        rows.append(Running(campaign, done=progress.done, audience=progress.audience))
    return rows


def first_steps(member: Member, *, has_people: bool) -> list[Step]:
    """What is left to do before the first campaign is out; empty afterwards, and for members who may not do it."""
    if not (may_configure(member) or may_import(member)):
        return []
    house = member.workspace_id
    steps = [
        Step(
            _("Bring in your people"),
            _("Import a file, or connect your shop so that people and orders arrive by themselves."),
            reverse("people"),
            has_people,
        ),
        Step(
            _("Say who writes"),
            _("Set the sender and the mail server. Every advertisement carries your name and address."),
            reverse("messaging:sender"),
            Sender.objects.filter(workspace_id=house).exists(),
        ),
        Step(
            _("Describe the people you mean"),
            _("Build a segment and read it as one sentence."),
            reverse("segments:list"),
            Segment.objects.filter(workspace_id=house).exists(),
        ),
        Step(
            _("Send the first right message"),
            _("See who gets it, and who is held back and why, before anything leaves."),
            reverse("marketing:campaigns"),
            Campaign.objects.filter(workspace_id=house).exclude(state=CampaignState.DRAFT).exists(),
        ),
    ]
    return [] if all(step.is_done for step in steps) else steps
