"""Writing down a breach, and each step that is taken about it."""

from dataclasses import dataclass, replace
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.privacy.enums import StepKind
from dangol.privacy.models import Breach, BreachStep
from dangol.segments.models import Segment
from dangol.segments.queries import member_ids
from dangol.workspaces.enums import DataSort
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act


class UnableToRecordBreach(OperationError):
    """The breach could not be written down as it was described."""


@dataclass(frozen=True, kw_only=True)
class BreachDetails:
    """What is known of a breach. Without `people_count` the people in the segment are counted."""

    title: str
    cause: str
    is_certain: bool
    found_at: datetime
    happened_at: datetime | None
    happened: str
    sorts: list[str]
    has_sensitive: bool
    is_gdpr: bool
    risk: str
    people_count: int | None
    segment: Segment | None
    advice: str
    measures: str
    contact: str


@transaction.atomic
def record_breach(*, details: BreachDetails, member: Member, now: datetime) -> Breach:
    """
    Write a breach down. The 72 hours run from when it was found.

    :raises UnableToRecordBreach: if it was found later than now, or nobody says how many people it hit
    """
    told = _checked(details, now)
    breach = Breach.objects.create(workspace_id=member.workspace_id, by=member, created_at=now, **_columns(told))
    record_act(member=member, verb="record_breach", detail={"breach": str(breach.pk)}, now=now)
    return breach


@transaction.atomic
def change_breach(*, breach: Breach, details: BreachDetails, member: Member, now: datetime) -> None:
    """
    Write down what became known of a breach since. What was told before stands in its steps.

    :raises UnableToRecordBreach: as `record_breach`
    """
    told = _checked(details, now)
    Breach.objects.filter(workspace_id=breach.workspace_id, pk=breach.pk).update(**_columns(told))
    record_act(member=member, verb="change_breach", detail={"breach": str(breach.pk)}, now=now)


@transaction.atomic
def record_step(*, breach: Breach, kind: str, note: str, member: Member, now: datetime) -> BreachStep:
    """Write down what was done about a breach."""
    step = BreachStep.objects.create(
        workspace_id=breach.workspace_id, breach=breach, kind=StepKind(kind), note=note.strip(), by=member, at=now
    )
    detail = {"breach": str(breach.pk), "step": step.kind}
    record_act(member=member, verb="record_breach_step", detail=detail, now=now)
    return step


def _checked(details: BreachDetails, now: datetime) -> BreachDetails:
    if details.found_at > now:
        raise UnableToRecordBreach(_("The clock runs from when you came to know of it. That cannot be later than now."))
    if details.people_count is not None:
        return details
    if details.segment is None:
        raise UnableToRecordBreach(_("Say how many people it hit, or choose the segment that holds them."))
    return replace(details, people_count=member_ids(details.segment).count())


def _columns(details: BreachDetails) -> dict[str, object]:
    """Return the columns of a breach. Sealed data is sensitive by its nature."""
    columns = {name: getattr(details, name) for name in BreachDetails.__dataclass_fields__}
    return columns | {"has_sensitive": details.has_sensitive or DataSort.SEALED in details.sorts}
