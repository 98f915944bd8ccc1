"""Events as a file: ask for one, see how far it is, fetch it."""

from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.desk.enums import ExportState
from dangol.desk.forms import EventExportForm
from dangol.desk.operations import UnableToExport, export_events
from dangol.desk.operations.event_exports import EVENTS
from dangol.desk.permissions import may_export
from dangol.desk.queries.event_exports import exports_of, pieces_of
from dangol.kit import tenancy
from dangol.kit.pagination import keyset_page
from dangol.segments.queries import segments_visible
from dangol.tracking.queries import events_known
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.operations import UnableToAsk
from dangol.workspaces.queries import newest_approvals


@member_required
@allowed(may_export)
def show(request: MemberRequest) -> HttpResponse:
    """List the member's files; a post asks for another."""
    form = _form(request)
    if request.method == "POST" and form.is_valid():
        try:
            _begin(request, form.cleaned_data)
            return redirect("event_exports")
        except (UnableToExport, UnableToAsk) as refusal:
            form.add_error(None, str(refusal))
    page = keyset_page(exports_of(request.member), after=request.GET.get("after"), size=20)
    part = "#exports" if request.htmx and not request.htmx.boosted else ""
    shown = {"form": form, "page": page, "is_writing": any(one.state == ExportState.RUNNING for one in page)}
    questions = newest_approvals(request.member.workspace_id, EVENTS, (export.pk for export in page))
    shown["rows"] = [(export, questions.get(export.pk)) for export in page]
    return render(request, f"desk/event_exports.html{part}", shown)


@member_required
@allowed(may_export)
@proof_required
def fetch(request: MemberRequest, export_id: UUID) -> HttpResponse:
    """Stream the file piece by piece."""
    export = get_object_or_404(exports_of(request.member), pk=export_id, state=ExportState.DONE)
    pieces = _pieces(request.member.workspace_id, export.pk)
    answer = StreamingHttpResponse(pieces, content_type="application/octet-stream")
    answer["Content-Disposition"] = f'attachment; filename="events-{export.created_at:%Y%m%d-%H%M}.{export.format}"'
    return answer  # type: ignore[return-value] # a streaming answer is no HttpResponse, but passes all the same


def _begin(request: MemberRequest, told: dict[str, Any]) -> None:
    export = export_events(
        member=request.member,
        name=told["event"].name,
        since=_midnight(told["first"]),
        until=_midnight(told["last"] + timedelta(days=1)),
        segment=told["segment"],
        form=told["format"],
        now=request.now,
    )
    if export.state == ExportState.RUNNING:
        messages.success(request, _("The file is being written. You can leave this page."))
    else:
        messages.info(request, _("Others have to agree first. It happens by itself when they have."))


def _pieces(workspace_id: UUID, export_id: UUID) -> Iterator[bytes]:
    after = None
    while True:
        with tenancy.workspace(workspace_id):
            piece = pieces_of(export_id, after=after).first()
        if piece is None:
            return
        yield bytes(piece.content)
        after = piece.pk


def _form(request: MemberRequest) -> EventExportForm:
    events, segments = events_known(request.member).order_by("name"), segments_visible(request.member).order_by("name")
    today = timezone.localdate(request.now)
    return EventExportForm(
        request.POST or None,
        initial={"event": request.GET.get("event"), "first": today - timedelta(days=29), "last": today},
        events=events,
        segments=segments,
    )


def _midnight(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))
