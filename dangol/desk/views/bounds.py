"""Whom the rights of a role or of a member reach at all: a condition on people."""

from functools import partial
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from dangol.desk.tables.bounds_form import BoundsForm
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.operations import keep_member_within, keep_role_within
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import colleagues, custom_roles_of


@member_required
@allowed(may_configure)
@proof_required
def of_role(request: MemberRequest, role_id: UUID) -> HttpResponse:
    role = get_object_or_404(custom_roles_of(request.member), pk=role_id)
    keep = partial(keep_role_within, by=request.member, role=role, now=request.now)
    return _edit(request, BoundsForm(request, role.people, keep, name=role.name), back="roles")


@member_required
@allowed(may_configure)
@proof_required
def of_member(request: MemberRequest, member_id: UUID) -> HttpResponse:
    colleague = get_object_or_404(colleagues(request.member), pk=member_id)
    keep = partial(keep_member_within, by=request.member, member=colleague, now=request.now)
    return _edit(request, BoundsForm(request, colleague.people, keep, name=colleague.user.name), back="members")


def _edit(request: MemberRequest, form: BoundsForm, *, back: str) -> HttpResponse:
    if "save" in request.POST and form.save():
        messages.success(request, _("Saved. It holds at once for “%(name)s”.") % {"name": form.name})
        return redirect(back)
    part = "#builder" if request.htmx and "save" not in request.POST else ""
    context = form.context | {"back": back}
    return render(request, f"desk/bounds_form.html{part}", context, status=422 if form.problems else 200)
