"""The lists of people and companies: one page of rows, a file of all of them, and the way from row to row."""

from uuid import UUID

from django.contrib import messages
from django.db import transaction
from django.http import HttpResponse, QueryDict, StreamingHttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.customers.permissions import may_change_people
from dangol.desk.approvals import export_of
from dangol.desk.enums import Listed
from dangol.desk.operations import UnableToExport, begin_list_export
from dangol.desk.permissions import may_export
from dangol.desk.queries import lists
from dangol.desk.tables.export import csv_lines
from dangol.desk.tables.shown_list import ShownList, asked_of, list_url
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.contracts import Proposal
from dangol.workspaces.operations import UnableToAsk, clear
from dangol.workspaces.permissions import may_import
from dangol.workspaces.queries import rule_for


@member_required
def people(request: MemberRequest) -> HttpResponse:
    return _show(request, Listed.PEOPLE)


@member_required
def companies(request: MemberRequest) -> HttpResponse:
    return _show(request, Listed.COMPANIES)


@member_required
def count(request: MemberRequest, listed: Listed) -> HttpResponse:
    """Say how many rows a long list has, once the list itself is there."""
    shown = ShownList(listed, request.member, request.GET, request.now)
    return render(request, "desk/_list_count.html", {"list": shown, "total": shown.counted})


@member_required
def groups(request: MemberRequest, listed: Listed) -> HttpResponse:
    """Show by which values a long list is divided, once the list itself is there."""
    shown = ShownList(listed, request.member, request.GET, request.now)
    return render(request, "desk/_list_groups.html", {"list": shown})


@member_required
@allowed(may_export)
@proof_required
def export(request: MemberRequest, listed: Listed) -> HttpResponse:
    """Stream every row of the list as it is shown; by POST only, where others have to agree first."""
    shown = ShownList(listed, request.member, request.GET, request.now)
    proposal = export_of(shown)
    try:
        with transaction.atomic():  # a refusal gives the approval back
            if (redirection := _agreed(request, proposal, shown.address)) is not None:
                return redirection
            begin_list_export(member=request.member, listed=listed, count=proposal.amount, now=request.now)
    except UnableToExport as refusal:
        messages.error(request, str(refusal))
        return redirect(list_url(listed))
    answer = StreamingHttpResponse(csv_lines(shown), content_type="text/csv; charset=utf-8")
    name = f"{listed}-{timezone.localdate(request.now):%Y%m%d}.csv"
    answer["Content-Disposition"] = f'attachment; filename="{name}"'
    return answer  # type: ignore[return-value] # a streaming answer is no HttpResponse, but passes all the same


def _agreed(request: MemberRequest, proposal: Proposal, address: str) -> HttpResponse | None:
    """Lead to the question for approval if others have to agree first. A link asks nobody, and uses nothing up."""
    if request.method != "POST":
        if rule_for(request.member.workspace_id, proposal.subject, proposal.amount) is None:
            return None
        messages.info(request, _("Others have to agree before this list becomes a file. Ask with the button “Export”."))
        return redirect(address)
    try:
        asked = clear(proposal=proposal, by=request.member, now=request.now)
    except UnableToAsk as refusal:
        messages.error(request, str(refusal))
        return redirect(address)
    return redirect("approval", asked.pk) if asked is not None else None


@member_required
def neighbour(request: MemberRequest, listed: Listed, row_id: UUID, way: str) -> HttpResponse:
    """Lead to the row after or before this one; at the end of the list, back to the list."""
    row = get_object_or_404(lists.visible_rows(listed, request.member), pk=row_id)
    views = {str(view.pk): view for view in lists.views_of(request.member, listed)}
    asked = asked_of(listed, views.get(request.GET.get("view", "")), request.GET, request.member)
    found = lists.neighbour_of(asked, request.member, row, request.now, forward=way == "next")
    trail = request.GET.urlencode()
    return redirect(
        f"{found.get_absolute_url()}?{trail}" if found else f"{list_url(listed)}?{_without_list(request.GET)}"
    )


def _show(request: MemberRequest, listed: Listed) -> HttpResponse:
    shown = ShownList(listed, request.member, request.GET, request.now)
    rights = {"may_import": may_import(request.member), "may_change": may_change_people(request.member)}
    part = "#rows" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"desk/list_page.html{part}", {"list": shown, **rights})


def _without_list(query: QueryDict) -> str:
    kept = query.copy()
    kept.pop("list", None)
    return kept.urlencode()
