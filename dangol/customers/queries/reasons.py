"""Why a member sees a row, or does not: the rule of `reached_by` in words."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.customers.contracts import ReadsBounds
from dangol.customers.models import Company, CustomRecord, Person, Share
from dangol.customers.permissions import given_by_level
from dangol.customers.queries.shares import Row, shares_of
from dangol.kit.ids import as_uuid
from dangol.kit.pagination import CappedCount, capped_count
from dangol.workspaces.enums import Kind, Level
from dangol.workspaces.models import Member

MODELS: dict[Kind, Any] = {Kind.PEOPLE: Person, Kind.COMPANIES: Company, Kind.RECORDS: CustomRecord}
SAMPLES = 3
LOOKED_THROUGH = 100
"""Among so many of the newest a few are looked for that the asking member sees as well."""

RULES: dict[Level, Promise] = {
    Level.NONE: gettext_lazy("The role allows none."),
    Level.OWN: gettext_lazy("The role allows those that the member owns, and those that were shared."),
    Level.TEAM: gettext_lazy("The role allows those of the team, those of nobody, and those that were shared."),
    Level.BRANCH: gettext_lazy(
        "The role allows those of the branch and of all below it, those of nobody, and those that were shared."
    ),
    Level.ALL: gettext_lazy("The role allows all."),
}


@dataclass(frozen=True)
class Reason:
    """One row, whether it is seen, and why."""

    row: Row
    is_seen: bool
    text: str


@dataclass(frozen=True)
class Sight:
    """
    What a member sees of one kind: the rule, how many rows, and a few of them with the reason for each.

    `bounds` say whom the rule is narrowed to.
    """

    kind: Kind
    level: Level
    rule: Promise
    bounds: Sequence[str]
    count: CappedCount
    samples: Sequence[Reason]


def sights_of(member: Member, *, asking: Member, now: datetime) -> list[Sight]:
    """Return what a colleague sees of every kind; only rows that the asking member sees as well are named."""
    return [_sight(kind, member, asking, now) for kind in MODELS]


def reasons_for(text: str, member: Member, *, asking: Member, now: datetime) -> list[Reason]:
    """Return why a colleague sees, or does not see, the row whose address or id was given."""
    wanted = next((found for part in text.split("/") if (found := as_uuid(part.strip()))), None)
    rows = [
        row
        for kind in MODELS
        for row in _named(MODELS[kind].objects.visible_to(asking)).filter(pk=wanted)
        if wanted is not None
    ]
    return [_reason(row, member, asking, now) for row in rows]


def _sight(kind: Kind, member: Member, asking: Member, now: datetime) -> Sight:
    level, seen = member.reach(kind), MODELS[kind].objects.visible_to(member)
    both = _named(MODELS[kind].objects.visible_to(asking)).filter(
        pk__in=seen.order_by("-created_at").values("pk")[:LOOKED_THROUGH]
    )
    samples = [_reason(row, member, asking, now) for row in both.order_by("-created_at", "-id")[:SAMPLES]]
    return Sight(kind, level, RULES[level], _bounds(member, kind, asking), capped_count(seen), samples)


def _bounds(member: Member, kind: Kind, asking: Member) -> Sequence[str]:
    bounds = member.bounds(kind)
    return ReadsBounds.known.sentences(bounds, asking) if bounds and ReadsBounds.known else []


def _named(rows: QuerySet[Any]) -> QuerySet[Any]:
    return rows.select_related("owner__user", "owner__team__branch")


def _reason(row: Row, member: Member, asking: Member, now: datetime) -> Reason:
    is_seen = type(row).objects.visible_to(member).filter(pk=row.pk).exists()
    return Reason(row, is_seen, _seen_because(row, member, now) if is_seen else _not_seen_because(row, member, asking))


def _seen_because(row: Row, member: Member, now: datetime) -> str:
    kind, owner = type(row).objects.all().kind, row.owner
    if member.reaches_all(kind):
        return _("The role allows all.")
    if owner is not None and owner.pk == member.pk:
        return _("It is the member's own.")
    if (shared := _share_of(row, member, now)) is not None:
        return _("It was shared until %(until)s.") % {"until": date_format(localtime(shared.until), "DATETIME_FORMAT")}
    if member.reach(kind) == Level.ALL:
        return _("It is among those to whom the rights are limited.")
    return _within_reach(owner, member)


def _within_reach(owner: Member | None, member: Member) -> str:
    if owner is None:
        return _("Nobody owns it.")
    words = {
        "name": owner.user.name,
        "team": str(owner.team or ""),
        "branch": str((owner.team and owner.team.branch) or ""),
    }
    if owner.team_id == member.team_id:
        return _("%(name)s owns it, of the same team: %(team)s.") % words
    return _("%(name)s owns it, of a branch within reach: %(branch)s.") % words


def _not_seen_because(row: Row, member: Member, asking: Member) -> str:
    kind = type(row).objects.all().kind
    if member.reach(kind) == Level.NONE:
        return _("The role allows none.")
    if type(row).objects.filter(given_by_level(member, kind), pk=row.pk).exists():
        return _("The rights are limited: %(limits)s.") % {"limits": " · ".join(_bounds(member, kind, asking))}
    if row.owner is None:
        return _("Nobody owns it, and the role reaches only the member's own.")
    words = {"name": row.owner.user.name, "team": str(row.owner.team or "—")}
    return _("%(name)s owns it, of the team %(team)s, which the role does not reach.") % words


def _share_of(row: Row, member: Member, now: datetime) -> Share | None:
    live = shares_of(row).filter(until__gt=now)
    return live.filter(member=member).first() or (live.filter(team=member.team).first() if member.team_id else None)
