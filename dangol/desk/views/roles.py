"""What each role may do, and the roles that the workspace makes for itself."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from dangol.desk.rights_forms import RoleForm
from dangol.desk.tables.roles import role_matrix
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.models import CustomRole
from dangol.workspaces.operations import UnableToSaveRole, save_role
from dangol.workspaces.permissions import ROLES, Rights, may_configure
from dangol.workspaces.queries import custom_roles_of


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    return render(request, "desk/roles.html", {"matrix": role_matrix(request.member)})


@member_required
@allowed(may_configure)
@proof_required
def new(request: MemberRequest) -> HttpResponse:
    """Make a role, beginning with what another one allows."""
    return _form(request, None, ROLES.get(request.GET.get("like", ""), Rights()))


@member_required
@allowed(may_configure)
@proof_required
def edit(request: MemberRequest, role_id: UUID) -> HttpResponse:
    role = get_object_or_404(custom_roles_of(request.member), pk=role_id)
    return _form(request, role, role.rights)


def _form(request: MemberRequest, role: CustomRole | None, like: Rights) -> HttpResponse:
    form = RoleForm(request.POST or None, member=request.member, role=role, like=like)
    if form.is_valid():
        try:
            saved = save_role(by=request.member, role=role, now=request.now, **form.details)
        except UnableToSaveRole as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("The role “%(name)s” is saved. It holds at once.") % {"name": saved})
            return redirect("roles")
    return render(request, "desk/role_form.html", {"form": form, "role": role}, status=422 if form.errors else 200)
