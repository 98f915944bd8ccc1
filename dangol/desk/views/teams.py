"""The branches of the organisation and its teams."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from dangol.desk.rights_forms import BranchForm, TeamForm
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.operations import UnableToDivide, save_branch, save_team
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import branches_of, teams_of


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    member = request.member
    shown = {"branches": branches_of(member), "teams": teams_of(member)}
    forms = {"branch_form": BranchForm(None, by=member), "team_form": TeamForm(None, by=member)}
    return render(request, "desk/teams.html", shown | forms)


@member_required
@allowed(may_configure)
def branch(request: MemberRequest, branch_id: UUID | None = None) -> HttpResponse:
    """Make a branch, or change one."""
    member = request.member
    changed = get_object_or_404(branches_of(member), pk=branch_id) if branch_id else None
    form = BranchForm(request.POST or None, by=member, branch=changed)
    if form.is_valid():
        try:
            save_branch(by=member, branch=changed, now=request.now, **form.cleaned_data)
        except UnableToDivide as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("teams")
    return render(request, "desk/part_form.html", {"form": form, "title": changed or _("New branch")})


@member_required
@allowed(may_configure)
def team(request: MemberRequest, team_id: UUID | None = None) -> HttpResponse:
    """Make a team, or change one."""
    member = request.member
    changed = get_object_or_404(teams_of(member), pk=team_id) if team_id else None
    form = TeamForm(request.POST or None, by=member, team=changed)
    if form.is_valid():
        try:
            save_team(by=member, team=changed, now=request.now, **form.cleaned_data)
        except UnableToDivide as refusal:
            form.add_error("name", str(refusal))
        else:
            messages.success(request, _("Saved."))
            return redirect("teams")
    return render(request, "desk/part_form.html", {"form": form, "title": changed or _("New team")})
