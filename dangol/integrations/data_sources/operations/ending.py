"""How a run ends, or waits, and what the house is told about it."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.utils.translation import gettext as _

from dangol import facts
from dangol.integrations.data_sources.enums import RunState
from dangol.integrations.data_sources.models import Run, RunProblem, Source
from dangol.integrations.data_sources.operations.drift import Drift
from dangol.integrations.data_sources.operations.taking import RowTrouble
from dangol.integrations.data_sources.operations.timing import pause_after
from dangol.kit import bus, tenancy

Problems = Sequence[RowTrouble]
PROBLEMS_KEPT = timedelta(days=30)
"""Texts of refused rows are people's data: they do not stay for good."""


def finish(*, run: Run, source: Source, drift: Drift, now: datetime) -> None:
    """The source was read to its end. Inside the run's transaction."""
    _tell_of_drift(run, source, drift)
    _end(run, RunState.DONE, now)
    RunProblem.objects.filter(
        workspace_id=run.workspace_id, run__source=source, run__started_at__lt=now - PROBLEMS_KEPT
    ).delete()
    bus.publish(
        facts.SourceRead(
            workspace_id=run.workspace_id,
            source_id=source.pk,
            run_id=run.pk,
            created=run.created_count,
            updated=run.updated_count,
        )
    )


def stop(*, run: Run, drift: Drift, now: datetime) -> None:
    """Columns that are taken in are gone: nothing more is written until somebody looks."""
    with tenancy.workspace(run.workspace_id):
        held = _held(run)
        if held is None:
            return
        _tell_of_drift(held, run.source, drift)
        told = {"names": ", ".join(drift.gone)}
        held.error = (_("Columns that are taken in are gone: %(names)s. Nothing was written.") % told)[:500]
        _end(held, RunState.STOPPED, now)


def fail(*, run: Run, error: str, now: datetime) -> None:
    """The source refuses, or was out of reach too often."""
    with tenancy.workspace(run.workspace_id):
        held = _held(run)
        if held is not None:
            held.error = error[:500]
            _end(held, RunState.FAILED, now)
            bus.publish(
                facts.SourceFailed(
                    workspace_id=run.workspace_id, source_id=run.source_id, run_id=run.pk, error=held.error
                )
            )


def wait(*, run: Run, error: str, now: datetime) -> None:
    """The source is out of reach: try again in a while, the longer the more often it was; give up in the end."""
    with tenancy.workspace(run.workspace_id):
        held = _held(run)
        if held is None:
            return
        held.attempts += 1
        pause = pause_after(held.attempts)
        if pause is not None:
            held.state, held.error, held.next_try_at, held.holder = RunState.WAITING, error[:500], now + pause, None
            held.save()
            return
    fail(run=run, error=error, now=now)


def _held(run: Run) -> Run | None:
    """The run's row, if this process still carries it on."""
    found = Run.objects.select_for_update().filter(workspace_id=run.workspace_id, pk=run.pk)
    return found.filter(holder=run.holder, state=RunState.RUNNING).first()


def _end(run: Run, state: RunState, now: datetime) -> None:
    run.state, run.ended_at, run.next_try_at, run.holder = state, now, None, None
    if state == RunState.DONE:
        run.error = ""
    run.save()


def _tell_of_drift(run: Run, source: Source, drift: Drift) -> None:
    """Say once what changed; the same change again is no news."""
    run.drift = drift.stored()
    if not drift or run.drift == source.drift:
        return
    Source.objects.filter(workspace_id=source.workspace_id, pk=source.pk).update(drift=run.drift)
    bus.publish(
        facts.SourceDrifted(
            workspace_id=run.workspace_id,
            source_id=source.pk,
            run_id=run.pk,
            gone=drift.gone,
            new=drift.new,
            changed=tuple(name for name, _before, _now in drift.changed),
        )
    )
