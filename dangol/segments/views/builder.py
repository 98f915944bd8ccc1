"""Build a segment: rows that read like a sentence, with a count and a few people while you type."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.kit.errors import OperationError
from dangol.segments import operations, queries
from dangol.segments.contracts import InvalidDefinition, Offers, Subject
from dangol.segments.contracts import builder as forms
from dangol.segments.models import Segment
from dangol.segments.permissions import may_edit_segments
from dangol.workspaces.access import MemberRequest, allowed, member_required

MOST_COUNTED = 10
ROW_PATIENCE_MS = 300


@member_required
@allowed(may_edit_segments)
def create(request: MemberRequest) -> HttpResponse:
    """Build a new segment."""
    return _build(request, None)


@member_required
@allowed(may_edit_segments)
def edit(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    """Rebuild a segment."""
    return _build(request, get_object_or_404(queries.segments_visible(request.member), pk=segment_id))


@member_required
@allowed(may_edit_segments)
@require_POST
def estimate(request: MemberRequest) -> HttpResponse:
    """Say what the form describes so far, how many people that is, and show a few of them."""
    if not request.htmx:
        return _build(request, None)
    rows = forms.rows_from(request.POST.dict())
    offers = queries.offers(request.member, bounds_rights="bounds" in request.GET)
    preview = _quiet_preview(request, rows.definition(offers))
    context = preview | {"is_untouched": rows.is_untouched, "row_sizes": _row_sizes(request, rows, offers)}
    return render(request, "segments/_estimate.html", context)


def _build(request: MemberRequest, segment: Segment | None) -> HttpResponse:
    rows = _rows(request, segment)
    context: dict[str, object] = {
        "rows": rows,
        "segment": segment,
        "name": request.POST.get("name", segment.name if segment else ""),
    }
    offers = queries.offers(request.member, apart_from=segment)
    if "save" in request.POST:
        try:
            return redirect(_saved(request, segment, rows.definition(offers)))
        except InvalidDefinition as invalid:
            context["problems"] = forms.blame(rows, invalid.problems) or [_("Complete the marked conditions.")]
        except OperationError as refusal:
            context["problems"] = [str(refusal)]
    if request.method == "POST" and not request.htmx:
        context |= _quiet_preview(request, rows.definition(offers))
    forms.lay_out(rows, offers)
    part = "#builder" if request.htmx and "save" not in request.POST else ""
    context["groups"] = forms.group_choices()
    return render(request, f"segments/builder.html{part}", context)


def _rows(request: MemberRequest, segment: Segment | None) -> forms.Row:
    if request.method == "POST":
        rows = forms.rows_from(request.POST.dict())
        forms.change_rows(rows, request.POST.get("act", ""))
        return rows
    if segment is None:
        return forms.first_row()
    names = queries.linked_names_in(segment.definition, about=Subject.PERSON, reader=request.member)
    return forms.row_of(segment.definition, names)


def _saved(request: MemberRequest, segment: Segment | None, definition: dict[str, object]) -> Segment:
    name = request.POST.get("name", "")
    if segment is None:
        return operations.create_segment(by=request.member, name=name, definition=definition, now=request.now)
    seen = request.POST.get("version", "")
    return operations.edit_segment(
        segment=segment,
        by=request.member,
        reason=request.POST.get("reason", ""),
        name=name,
        definition=definition,
        now=request.now,
        seen_version=int(seen) if seen.isdecimal() else None,
    )


def _preview(request: MemberRequest, definition: dict[str, object]) -> dict[str, object]:
    return {
        "sentence": queries.describe(definition, get_language() or "en", reader=request.member),
        "estimate": queries.estimate(definition, workspace_id=request.member.workspace_id, now=request.now),
        "people": queries.sample(definition, member=request.member, now=request.now),
    }


def _row_sizes(
    request: MemberRequest, rows: forms.Row, offers: Offers
) -> list[tuple[forms.Row, queries.Estimate | None]]:
    """Count for each of the first rows whom it describes by itself; one row alone is the whole."""
    return [(row, _row_size(request, row.definition(offers))) for row in rows.rows[:MOST_COUNTED] if len(rows.rows) > 1]


def _row_size(request: MemberRequest, definition: dict[str, object]) -> queries.Estimate | None:
    workspace_id = request.member.workspace_id
    try:
        return queries.estimate(definition, workspace_id=workspace_id, now=request.now, patience_ms=ROW_PATIENCE_MS)
    except InvalidDefinition:
        return None


def _quiet_preview(request: MemberRequest, definition: dict[str, object]) -> dict[str, object]:
    try:
        return _preview(request, definition)
    except InvalidDefinition as unfinished:
        return {"unfinished": unfinished.problems[0].message}
