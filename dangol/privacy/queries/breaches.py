"""Breaches: who has to be told by when, and what was done."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.privacy.enums import BreachCause, Risk, StepKind
from dangol.privacy.models import Breach, BreachStep
from dangol.workspaces.models import Member

MANY = 1000


@dataclass(frozen=True)
class Duty:
    """Somebody who has to be told, why, until when, and whether it is done."""

    kind: StepKind
    reason: str | Promise
    due_at: datetime
    done_at: datetime | None

    def is_late(self, now: datetime) -> bool:
        """Whether it should be done by now."""
        return self.done_at is None and self.due_at < now


def breaches_of(member: Member) -> QuerySet[Breach]:
    """Return the breaches of a workspace."""
    return Breach.objects.filter(workspace_id=member.workspace_id).select_related("by__user", "segment")


def steps_of(breach: Breach) -> Sequence[BreachStep]:
    """Return what was done, the first first."""
    steps = BreachStep.objects.filter(workspace_id=breach.workspace_id, breach=breach)
    return list(steps.select_related("by__user").order_by("at", "id"))


def duties_of(breach: Breach, steps: Iterable[BreachStep]) -> list[Duty]:
    """Return who has to be told of a breach. Each within 72 hours of its finding."""
    done: dict[str, datetime] = {}
    for step in steps:
        done.setdefault(step.kind, step.at)
    return [Duty(kind, reason, breach.due_at, done.get(kind)) for kind, reason in owed(breach)]


def open_breaches(member: Member) -> list[Breach]:
    """Return the breaches of which somebody still has to be told, the first due first. One query."""
    found = breaches_of(member).annotate(done=ArrayAgg("steps__kind", default=[])).order_by("found_at", "id")
    return [breach for breach in found if {kind for kind, _why in owed(breach)} - set(breach.done)]


def owed(breach: Breach) -> list[tuple[StepKind, str | Promise]]:
    """Return who has to be told by law, and why."""
    people = _("Those whose data it is (PIPA 34(1))")
    if not breach.is_certain:
        people = _("All who may be affected, since it cannot be told apart who is (PIPA decree 39-2)")
    told: list[tuple[StepKind, str | Promise]] = [(StepKind.PEOPLE_TOLD, people)]
    if why := _why_authority(breach):
        told.append((StepKind.AUTHORITY_TOLD, why))
    if breach.is_gdpr and breach.risk != Risk.UNLIKELY:
        told.append((StepKind.GDPR_TOLD, _("The supervisory authority, unless a risk is unlikely (GDPR 33)")))
    return told


def _why_authority(breach: Breach) -> str | Promise:
    """Say why the Korean authority has to be told (PIPA 34(4), decree 40); empty if it has not."""
    if breach.people_count >= MANY:
        return _("A thousand people or more (PIPA decree 40(1)1)")
    if breach.has_sensitive:
        return _("Sensitive data or unique identifiers (PIPA decree 40(1)2)")
    if breach.cause == BreachCause.INTRUSION:
        return _("Illegal access from outside (PIPA decree 40(1)3)")
    return ""
