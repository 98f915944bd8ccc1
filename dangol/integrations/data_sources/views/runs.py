"""The log of a run, and what can be done about it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.integrations.data_sources import operations
from dangol.integrations.data_sources.models import Run
from dangol.integrations.data_sources.queries import problem_lines, problems_of, runs_of, sources_of
from dangol.kit.csv_files import csv_answer
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
def show(request: MemberRequest, source_id: UUID, run_id: UUID) -> HttpResponse:
    run = _run(request, source_id, run_id)
    template = "data_sources/run.html#log" if request.htmx else "data_sources/run.html"
    return render(request, template, {"run": run, "source": run.source, "problems": problems_of(run)})


@member_required
@allowed(may_configure)
@require_POST
def cancel(request: MemberRequest, source_id: UUID, run_id: UUID) -> HttpResponse:
    run = _run(request, source_id, run_id)
    operations.cancel_run(run=run, member=request.member, now=request.now)
    return redirect(run)


@member_required
@allowed(may_configure)
@require_POST
def undo(request: MemberRequest, source_id: UUID, run_id: UUID) -> HttpResponse:
    run = _run(request, source_id, run_id)
    try:
        result = operations.undo_run(run=run, member=request.member, now=request.now)
    except operations.UnableToUndo as refusal:
        messages.error(request, str(refusal))
    else:
        told = {"undone": result.undone, "left": len(result.left)}
        messages.success(request, _("Taken back: %(undone)s. Left, because they were changed since: %(left)s.") % told)
    return redirect(run)


@member_required
@allowed(may_configure)
def problems(request: MemberRequest, source_id: UUID, run_id: UUID) -> HttpResponse:
    """The rows that were not taken, as a file that a spreadsheet program shows as text and never runs."""
    run = _run(request, source_id, run_id)
    lines = [[told.place, told.row, told.column, told.reason, told.text] for told in problem_lines(run)]
    return csv_answer([["place", "row", "column", "problem", "text"], *lines], name=f"problems-{run_id}.csv")


def _run(request: MemberRequest, source_id: UUID, run_id: UUID) -> Run:
    source = get_object_or_404(sources_of(request.member), pk=source_id)
    return get_object_or_404(runs_of(source).select_related("source", "by__user"), pk=run_id)
