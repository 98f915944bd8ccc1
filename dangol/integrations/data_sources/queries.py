"""Reads of the scheduled sources."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

from django.db.models import OuterRef, Q, QuerySet, Subquery

from dangol.customers.queries import import_targets
from dangol.integrations.data_sources.enums import RunState
from dangol.integrations.data_sources.models import Run, RunProblem, Source
from dangol.integrations.data_sources.readers.sftp import fingerprint
from dangol.workspaces.models import Member

RUNS_SHOWN = 30
PROBLEMS_SHOWN = 200
TROUBLES_SHOWN = 5


@dataclass(frozen=True)
class SourceView:
    """
    A source at a glance: its last run, the last one that came to its end, and how old what it brought is.

    `subject` is what its rows tell of, as the reader calls it.
    """

    source: Source
    last: Run | None
    proof: Run | None
    lag: timedelta | None
    subject: str

    @property
    def newest(self) -> str:
        """How far it was read: the newest value of its cursor."""
        return str(self.source.cursor.get("value", ""))


def sources_of(member: Member) -> QuerySet[Source]:
    """All sources of the member's workspace."""
    return Source.objects.filter(workspace_id=member.workspace_id).select_related("workspace").order_by("name", "id")


def source_views(sources: Sequence[Source], *, now: datetime) -> list[SourceView]:
    """Each source with its last run and its last proof, in three queries for all."""
    subjects = dict(import_targets(workspace_id=sources[0].workspace_id)) if sources else {}
    last = _newest(sources, list(RunState.values))
    proofs = _newest(sources, [RunState.DONE.value])
    views = []
    for source in sources:
        proof = proofs.get(source.pk)
        lag = now - proof.started_at if proof else None
        views.append(SourceView(source, last.get(source.pk), proof, lag, subjects.get(source.subject, source.subject)))
    return views


def runs_of(source: Source) -> QuerySet[Run]:
    """The runs of a source, the newest first."""
    return Run.objects.filter(workspace_id=source.workspace_id, source=source).order_by("-started_at", "-id")


def recent_runs(source: Source) -> list[Run]:
    """The last runs."""
    return list(runs_of(source)[:RUNS_SHOWN])


def problems_of(run: Run) -> list[RunProblem]:
    """The first rows that a run could not take."""
    return list(problem_lines(run)[:PROBLEMS_SHOWN])


def problem_lines(run: Run) -> QuerySet[RunProblem]:
    """All rows that are kept of those that a run could not take."""
    return RunProblem.objects.filter(workspace_id=run.workspace_id, run=run).order_by("place", "row", "id")


def host_fingerprint(source: Source) -> str:
    """How the kept key of an SSH server is read aloud; empty if none is kept."""
    host_key = str(source.place.get("host_key") or "")
    return fingerprint(host_key) if host_key else ""


def sources_in_trouble(workspace_id: UUID) -> list[Source]:
    """Active sources whose columns changed, or whose last run failed. One query."""
    newest = Run.objects.filter(workspace_id=workspace_id, source_id=OuterRef("pk")).order_by("-started_at", "-id")
    found = Source.objects.filter(workspace_id=workspace_id).annotate(
        last_state=Subquery(newest.values("state")[:1]), last_error=Subquery(newest.values("error")[:1])
    )
    bad = ~Q(drift={}) | Q(is_active=True, last_state=RunState.FAILED)
    return list(found.filter(bad).order_by("name", "id")[:TROUBLES_SHOWN])


def _newest(sources: Sequence[Source], states: Sequence[str]) -> dict[UUID, Run]:
    if not sources:
        return {}
    runs = Run.objects.filter(workspace_id=sources[0].workspace_id, source__in=sources, state__in=states)
    newest = runs.order_by("source_id", "-started_at", "-id").distinct("source_id")
    return {run.source_id: run for run in newest}
