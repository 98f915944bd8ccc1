"""Changing many rows of a list, watching it, and undoing it."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.desk.enums import BulkAction, Listed
from dangol.desk.forms import BulkForm
from dangol.desk.models import BulkChange
from dangol.desk.operations import change_many, undo_bulk_change
from dangol.desk.permissions import may_change_rows
from dangol.desk.queries.lists import bulk_changes_of
from dangol.desk.tables.shown_list import ShownList, list_url
from dangol.kit.errors import OperationError
from dangol.workspaces.access import MemberRequest, allowed, member_required, require_proof

MERGE = "merge"


@member_required
@allowed(may_change_rows)
@require_POST
def change(request: MemberRequest, listed: Listed) -> HttpResponse:
    """Do one thing to the ticked rows, or to all that the list shows."""
    form = BulkForm(request.POST, listed=listed)
    shown = ShownList(listed, request.member, request.POST, request.now)
    if form.verb == MERGE:
        return _merge(request, shown, form.chosen(shown.rows))
    if form.verb == BulkAction.DELETE:
        require_proof(request)
    try:
        done = change_many(
            member=request.member, listed=listed, action=form.action, detail=form.detail,
            ids=form.chosen(shown.rows), now=request.now,
        )  # fmt: skip
    except OperationError as refusal:
        messages.error(request, str(refusal))
        return redirect(shown.address)
    return redirect(f"{shown.address}&change={done.pk}")


@member_required
@allowed(may_change_rows)
def inputs(request: MemberRequest, listed: Listed) -> HttpResponse:
    """Offer what can be done to ticked rows: most readers of a list tick none."""
    shown = ShownList(listed, request.member, request.GET, request.now)
    return render(request, "desk/_bulk_inputs.html", {"list": shown})


def _merge(request: MemberRequest, shown: ShownList, ids: list[UUID]) -> HttpResponse:
    """Go on to the page where the two ticked rows become one."""
    if len(ids) != 2:  # noqa: PLR2004 - two become one
        messages.error(request, _("Tick exactly two rows to merge them."))
        return redirect(shown.address)
    return redirect("customers:merge_two", "person" if shown.listed == Listed.PEOPLE else "company", *ids)


@member_required
def progress(request: MemberRequest, change_id: UUID) -> HttpResponse:
    """Say how far a change is."""
    return render(request, "desk/_bulk_change.html", {"change": _own_change(request, change_id)})


@member_required
@allowed(may_change_rows)
@require_POST
def undo(request: MemberRequest, change_id: UUID) -> HttpResponse:
    """Give every row back what it held."""
    change = _own_change(request, change_id)
    try:
        undo_bulk_change(change=change, member=request.member, now=request.now)
    except OperationError as refusal:
        messages.error(request, str(refusal))
        return redirect(str(change.listed))
    return redirect(f"{list_url(Listed(change.listed))}?change={change.pk}")


def _own_change(request: MemberRequest, change_id: UUID) -> BulkChange:
    return get_object_or_404(bulk_changes_of(request.member), pk=change_id)
