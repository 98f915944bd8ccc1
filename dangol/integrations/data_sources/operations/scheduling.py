"""Starting runs: when their time has come, when somebody asks, and again after a pause."""

from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.integrations.data_sources.enums import OPEN, RunState
from dangol.integrations.data_sources.models import Run, Source
from dangol.integrations.data_sources.operations.running import run_source
from dangol.integrations.data_sources.operations.timing import next_time
from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act


class UnableToRun(OperationError):
    """The source is being read already, or it is not known yet what its columns mean."""


@job()
def run_due_sources(*, workspace_id: UUID) -> None:
    """Start what is due, and carry on what waits or was left by a killed worker. Harmless as often as it runs."""
    now = timezone.now()
    due = Source.objects.select_for_update(of=("self",)).select_related("workspace")
    for source in due.filter(workspace_id=workspace_id, is_active=True, next_run_at__lte=now):
        source.next_run_at = next_time(source, after=now)
        source.save(update_fields=["next_run_at"])
        if not _open_runs(source).exists():
            _started(source, by=None, now=now)
    ready = Q(state=RunState.RUNNING) | Q(state=RunState.WAITING, next_try_at__lte=now)
    for run in Run.objects.filter(ready, workspace_id=workspace_id):
        _queue(run)


@transaction.atomic
def run_now(*, source: Source, member: Member, now: datetime) -> Run:
    """
    Read a source at once, paused or not.

    :raises UnableToRun: if it is being read already, or is not set up
    """
    if not source.is_ready:
        raise UnableToRun(_("Say first what the columns mean."))
    waiting = _open_runs(source).filter(state=RunState.WAITING).first()
    if waiting is not None:
        waiting.next_try_at = now
        waiting.save(update_fields=["next_try_at"])
        _queue(waiting)
        return waiting
    try:
        with transaction.atomic():
            run = _started(source, by=member, now=now)
    except IntegrityError:
        raise UnableToRun(_("This source is being read right now.")) from None
    record_act(member=member, verb="run_data_source", detail={"source": str(source.pk)}, now=now)
    return run


@transaction.atomic
def cancel_run(*, run: Run, member: Member, now: datetime) -> None:
    """End a run where it is. What was taken stays; nothing more comes."""
    changed = Run.objects.filter(workspace_id=run.workspace_id, pk=run.pk, state__in=OPEN).update(
        state=RunState.CANCELLED, ended_at=now, next_try_at=None, holder=None
    )
    if changed:
        record_act(member=member, verb="cancel_data_source_run", detail={"run": str(run.pk)}, now=now)


@transaction.atomic
def set_active(*, source: Source, member: Member, is_active: bool, now: datetime) -> None:
    """
    Let a source be read by its rhythm, or pause it.

    :raises UnableToRun: if it is not set up
    """
    if is_active and not source.is_ready:
        raise UnableToRun(_("Say first what the columns mean."))
    source.is_active = is_active
    source.next_run_at = next_time(source, after=now) if is_active else None
    source.save(update_fields=["is_active", "next_run_at"])
    verb = "resume_data_source" if is_active else "pause_data_source"
    record_act(member=member, verb=verb, detail={"source": str(source.pk)}, now=now)


def _open_runs(source: Source) -> QuerySet[Run]:
    return Run.objects.filter(workspace_id=source.workspace_id, source=source, state__in=OPEN)


def _started(source: Source, *, by: Member | None, now: datetime) -> Run:
    run = Run.objects.create(
        workspace_id=source.workspace_id,
        source=source,
        by=by,
        started_at=now,
        cursor_before=source.cursor,
        cursor_after=source.cursor,
    )
    _queue(run)
    return run


def _queue(run: Run) -> None:
    run_source.defer_once(f"run_source:{run.pk}", workspace_id=run.workspace_id, run_id=run.pk)
