"""Sharing one row with a colleague or a team for a while."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.customers.operations import UnableToShare, end_share, share
from dangol.customers.permissions import may_change_rows
from dangol.customers.queries import shares_of
from dangol.customers.queries.trash import MODELS
from dangol.desk.rights_forms import ShareForm
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
@allowed(may_change_rows)
def show(request: MemberRequest, kind: str, row_id: UUID) -> HttpResponse:
    """Say with whom a row is shared; by POST, share it with one more."""
    row = _row(request, kind, row_id)
    form = ShareForm(request.POST or None, by=request.member)
    if form.is_valid():
        try:
            share(by=request.member, row=row, now=request.now, **form.cleaned_data)
        except UnableToShare as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Shared."))
            return redirect("shares", kind, row_id)
    shown = {"row": row, "kind": kind, "shares": shares_of(row), "form": form, "now": request.now}
    return render(request, "desk/shares.html", shown)


@member_required
@allowed(may_change_rows)
@require_POST
def end(request: MemberRequest, kind: str, row_id: UUID, share_id: UUID) -> HttpResponse:
    """Show it no longer."""
    shared = get_object_or_404(shares_of(_row(request, kind, row_id)), pk=share_id)
    end_share(by=request.member, share=shared, now=request.now)
    messages.success(request, _("It is no longer shared."))
    return redirect("shares", kind, row_id)


def _row(request: MemberRequest, kind: str, row_id: UUID) -> Any:
    if kind not in MODELS:
        raise Http404
    return get_object_or_404(MODELS[kind].objects.visible_to(request.member), pk=row_id)
