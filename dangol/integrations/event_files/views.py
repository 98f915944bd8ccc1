"""A source of files, and the way of one file: upload, fields, check, run."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from dangol.integrations.event_files import operations, queries
from dangol.integrations.event_files.forms import EventFileForm
from dangol.integrations.event_files.models import EventFile
from dangol.tracking.enums import SourceKind
from dangol.tracking.queries import sources_of
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
def source(request: MemberRequest, source_id: UUID) -> HttpResponse:
    """Upload a file, and see those that came before."""
    found = get_object_or_404(sources_of(request.member), pk=source_id, kind=SourceKind.FILE)
    form = EventFileForm(request.POST or None, request.FILES or None)
    if form.is_valid():
        file = form.cleaned_data["file"]
        told = {"source": found, "file_name": file.name, "content": file.chunks()}
        try:
            made = operations.keep_event_file(**told, member=request.member, now=request.now)
        except operations.UnableToKeepFile as refusal:
            form.add_error("file", str(refusal))
        else:
            return redirect("event_files:file", made.pk)
    return render(request, "event_files/source.html", {"source": found, "form": form, "files": queries.files_of(found)})


@member_required
@allowed(may_configure)
def show(request: MemberRequest, file_id: UUID) -> HttpResponse:
    """How far the file is; the page asks again while it is worked on."""
    found = get_object_or_404(queries.event_files(request.member), pk=file_id)
    template = "event_files/file.html#progress" if request.htmx else "event_files/file.html"
    return render(request, template, {"file": found, "problems": queries.problems_of(found)})


@member_required
@allowed(may_configure)
@require_POST
def check(request: MemberRequest, file_id: UUID) -> HttpResponse:
    return _acted(request, file_id, lambda file: operations.check_event_file(event_file=file))


@member_required
@allowed(may_configure)
@require_POST
def start(request: MemberRequest, file_id: UUID) -> HttpResponse:
    def act(file: EventFile) -> None:
        operations.start_event_file(event_file=file, member=request.member, now=request.now)

    return _acted(request, file_id, act)


@member_required
@allowed(may_configure)
@require_POST
def steer(request: MemberRequest, file_id: UUID) -> HttpResponse:
    """Pause, go on, or cancel."""
    to = request.POST.get("to", "")
    return _acted(request, file_id, lambda file: operations.steer_event_file(event_file=file, to=to))


def _acted(request: MemberRequest, file_id: UUID, act: Callable[[EventFile], object]) -> HttpResponse:
    found = get_object_or_404(queries.event_files(request.member), pk=file_id)
    try:
        act(found)
    except operations.UnableToTakeEvents as refusal:
        messages.error(request, str(refusal))
    return redirect("event_files:file", file_id)
