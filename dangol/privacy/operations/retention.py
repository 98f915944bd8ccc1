"""Choosing how long rows are kept, and deleting those whose time is over."""

from datetime import datetime, timedelta
from uuid import UUID

from django.db import transaction
from django.db.models import F
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.kit import tenancy
from dangol.kit.authorship import erasing
from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.privacy.models import RetentionChoice, RetentionRun
from dangol.privacy.queries.retention import limited, older_than, period_of
from dangol.workspaces.contracts import PersonalData
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

BATCH = 1000


class UnableToChoosePeriod(OperationError):
    """The law, or the need behind the data, does not allow this period."""


@transaction.atomic
def choose_period(*, table: str, days: int, is_on: bool, member: Member, now: datetime) -> RetentionChoice:
    """
    Say after how many days the rows of a table go, and whether they do. Nothing is deleted before the next run.

    :raises UnableToChoosePeriod: outside of what the table allows
    """
    period = period_of(table)
    if period is None or not period.least <= days <= period.most:
        raise UnableToChoosePeriod(_("Choose a number of days within what the law allows for this data."))
    choice, _is_new = RetentionChoice.objects.update_or_create(
        workspace_id=member.workspace_id, table=table,
        defaults={"days": days, "is_on": is_on, "by": member, "at": now},
    )  # fmt: skip
    record_act(member=member, verb="choose_retention", detail={"table": table, "days": days, "is_on": is_on}, now=now)
    return choice


@job(queue="rights", atomic=False)
def apply_retention(*, workspace_id: UUID) -> None:
    """
    Delete what is older than the periods that are switched on, a thousand rows a transaction, and report it.

    A run that was cut off goes on where it stood. Runs daily; idempotent.
    """
    now = timezone.now()
    with tenancy.workspace(workspace_id):
        chosen = dict(
            RetentionChoice.objects.filter(workspace_id=workspace_id, is_on=True).values_list("table", "days")
        )
    for held in limited():
        if held.table in chosen:
            with tenancy.workspace(workspace_id):
                run = _open_run(workspace_id, held.table, before=now - timedelta(days=chosen[held.table]), now=now)
            while _delete_some(workspace_id, held, run):
                pass


def _open_run(workspace_id: UUID, table: str, *, before: datetime, now: datetime) -> RetentionRun:
    """Return the run that was cut off, with today's limit, or a new one."""
    run, _is_new = RetentionRun.objects.update_or_create(
        workspace_id=workspace_id, table=table, finished_at=None,
        defaults={"before": before}, create_defaults={"before": before, "started_at": now},
    )  # fmt: skip
    return run


def _delete_some(workspace_id: UUID, held: PersonalData, run: RetentionRun) -> bool:
    """Delete one batch in one transaction, and count it. Return whether there may be more."""
    with tenancy.workspace(workspace_id), erasing():
        rows = older_than(held, workspace_id=workspace_id, before=run.before)
        ids = list(rows.order_by("pk").values_list("pk", flat=True)[:BATCH])
        _end(held, workspace_id, ids, run)
        mine = RetentionRun.objects.filter(workspace_id=workspace_id, pk=run.pk)
        mine.update(deleted=F("deleted") + len(ids))
        if len(ids) < BATCH:
            mine.update(finished_at=timezone.now())
    return len(ids) == BATCH


def _end(held: PersonalData, workspace_id: UUID, ids: list[UUID], run: RetentionRun) -> None:
    period = period_of(held.table)
    if period is not None and period.end is not None:
        period.end(workspace_id=workspace_id, ids=ids, member=None, now=timezone.now())
    else:
        older_than(held, workspace_id=workspace_id, before=run.before).filter(pk__in=ids).delete()
