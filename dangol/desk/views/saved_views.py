"""Keeping a view of a list: its name, who sees it, columns, order, grouping, and whom it shows."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST

from dangol.desk.enums import Listed
from dangol.desk.models import SavedView
from dangol.desk.operations import delete_view
from dangol.desk.tables.shown_list import list_url
from dangol.desk.tables.view_form import ViewForm
from dangol.kit.errors import OperationError
from dangol.workspaces.access import MemberRequest, member_required


@member_required
def create(request: MemberRequest, listed: Listed) -> HttpResponse:
    """Make a new view, beginning with what the list shows now."""
    return _edit(request, ViewForm(listed, request.member, request.GET, request.POST, request.now))


@member_required
def edit(request: MemberRequest, listed: Listed, view_id: UUID) -> HttpResponse:
    """Change a view, or keep a changed one under another name."""
    view = _view(request, view_id)
    return _edit(request, ViewForm(listed, request.member, request.GET, request.POST, request.now, view=view))


@member_required
@require_POST
def delete(request: MemberRequest, listed: Listed, view_id: UUID) -> HttpResponse:
    """Throw a view away."""
    try:
        delete_view(member=request.member, view=_view(request, view_id))
    except OperationError as refusal:
        messages.error(request, str(refusal))
    return redirect(list_url(listed))


def _edit(request: MemberRequest, form: ViewForm) -> HttpResponse:
    if "save" in request.POST:
        view = form.save()
        if view is not None:
            return redirect(f"{list_url(form.listed)}?view={view.pk}")
    part = "#builder" if request.htmx and "save" not in request.POST else ""
    return render(request, f"desk/view_form.html{part}", form.context, status=422 if form.problems else 200)


def _view(request: MemberRequest, view_id: UUID) -> SavedView:
    return get_object_or_404(SavedView.objects.visible_to(request.member), pk=view_id)
