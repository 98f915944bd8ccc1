"""Further ways to reach a person or a company: adding, taking away, making one the main one."""

from collections.abc import Callable
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.customers.models import Company, Person
from dangol.customers.operations import add_way, make_main, remove_way
from dangol.customers.permissions import may_change_people
from dangol.customers.queries.ties import ends_visible_to
from dangol.customers.ways_forms import WayForm
from dangol.kit.errors import OperationError
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.enums import FieldAccess


@member_required
@allowed(may_change_people)
@require_POST
def add(request: MemberRequest, kind: str, subject_id: UUID) -> HttpResponse:
    def act(row: Person | Company, form: WayForm) -> None:
        add_way(row=row, now=request.now, use=form.chosen_use, is_shared=form.cleaned_data["is_shared"], **form.way)

    return _carry_out(request, kind, subject_id, act)


@member_required
@allowed(may_change_people)
@require_POST
def remove(request: MemberRequest, kind: str, subject_id: UUID) -> HttpResponse:
    return _carry_out(request, kind, subject_id, lambda row, form: remove_way(row=row, **form.way))


@member_required
@allowed(may_change_people)
@require_POST
def main(request: MemberRequest, kind: str, subject_id: UUID) -> HttpResponse:
    def act(row: Person | Company, form: WayForm) -> None:
        make_main(row=row, member=request.member, now=request.now, **form.way)

    return _carry_out(request, kind, subject_id, act)


def _carry_out(
    request: MemberRequest, kind: str, subject_id: UUID, act: Callable[[Person | Company, WayForm], None]
) -> HttpResponse:
    """Do it, and lead back to the page, which says what happened."""
    if kind not in ("person", "company"):
        raise Http404
    row = get_object_or_404(ends_visible_to(request.member, kind), pk=subject_id)
    form = WayForm(request.POST)
    try:
        if kind == "person" and request.member.rights.access(request.POST.get("kind", "")) != FieldAccess.WRITE:
            raise PermissionDenied
        if form.is_valid():
            act(row, form)
            messages.success(request, _("Saved."))
        else:
            messages.error(request, _("Write an e-mail address, a phone number or an address."))
    except OperationError as refusal:
        messages.error(request, str(refusal))
    return redirect(f"{row.get_absolute_url()}#ways")
