"""Which rows are older than they may be."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from dangol.kit.pagination import CappedCount, capped_count
from dangol.privacy.models import RetentionChoice, RetentionRun
from dangol.workspaces.contracts import Period, PersonalData
from dangol.workspaces.models import Member


@dataclass(frozen=True)
class RetentionLine:
    """One table with a period: what is chosen, and how many rows would go now."""

    held: PersonalData
    period: Period
    days: int
    is_on: bool
    over: CappedCount


def limited() -> list[PersonalData]:
    """Return what a period can end, one a table, from the lowest room up."""
    return [held for held in PersonalData.held if isinstance(held.kept, Period)]


def period_of(table: str) -> Period | None:
    """Return what a table allows."""
    return next((held.kept for held in limited() if held.table == table and isinstance(held.kept, Period)), None)


def chosen_periods(workspace_id: UUID) -> Mapping[str, RetentionChoice]:
    """Return what was chosen, by table."""
    return {choice.table: choice for choice in RetentionChoice.objects.filter(workspace_id=workspace_id)}


def retention_lines(member: Member, *, now: datetime) -> Sequence[RetentionLine]:
    """Return every table with a period, and how many rows are over it. A query a table, which counts to a limit."""
    chosen = chosen_periods(member.workspace_id)
    return [_line(held, held.kept, chosen, member, now) for held in limited() if isinstance(held.kept, Period)]


def older_than(held: PersonalData, *, workspace_id: UUID, before: datetime) -> "QuerySet[Any]":
    """Return the rows of a table whose time was over at a moment."""
    if not isinstance(held.kept, Period):
        raise TypeError(f"{held.table} has no period")
    rows: QuerySet[Any] = QuerySet(held.model).filter(workspace_id=workspace_id, **held.kept.only)
    return rows.filter(**{f"{held.kept.since}__lt": before})


def run_titles() -> dict[str, str]:
    """Return what the rows of each table are, in words."""
    return {held.table: str(held.title) for held in limited()}


def runs_of(member: Member) -> QuerySet[RetentionRun]:
    """Return what was deleted."""
    return RetentionRun.objects.filter(workspace_id=member.workspace_id)


def _line(
    held: PersonalData, period: Period, chosen: Mapping[str, RetentionChoice], member: Member, now: datetime
) -> RetentionLine:
    choice = chosen.get(held.table)
    days = choice.days if choice else period.days
    over = older_than(held, workspace_id=member.workspace_id, before=now - timedelta(days=days))
    return RetentionLine(held, period, days, is_on=bool(choice and choice.is_on), over=capped_count(over))
