"""How late and how far ahead of its arrival an event may be."""

from collections import defaultdict
from datetime import datetime, timedelta
from uuid import UUID

from dangol.tracking.calls import TimeLimits
from dangol.tracking.enums import SourceKind
from dangol.tracking.models import Source, TimeRules
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act


def set_time_rules(*, member: Member, hours_ahead: int | None, days_late: int | None, now: datetime) -> None:
    """Put events aside from now on whose own time is too far from their arrival. None: however far is not too far."""
    told = {"hours_ahead": hours_ahead, "days_late": days_late}
    TimeRules.objects.update_or_create(workspace_id=member.workspace_id, defaults=told)
    record_act(member=member, verb="set_time_rules", detail=told, now=now)


def time_limits(workspace_id: UUID) -> defaultdict[UUID, TimeLimits]:
    """Return the limits of each source that has one. Files of past events are of the past by what they are."""
    rules = TimeRules.objects.filter(workspace_id=workspace_id).first()
    if rules is None:
        return defaultdict(TimeLimits)
    limits = TimeLimits(
        None if rules.hours_ahead is None else timedelta(hours=rules.hours_ahead),
        None if rules.days_late is None else timedelta(days=rules.days_late),
    )
    live = Source.objects.filter(workspace_id=workspace_id).exclude(kind=SourceKind.FILE)
    return defaultdict(TimeLimits, dict.fromkeys(live.values_list("pk", flat=True), limits))
