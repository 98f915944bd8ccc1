"""Settings of the house."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from dangol.desk.forms import WorkspaceForm
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.operations import change_workspace
from dangol.workspaces.permissions import may_configure
from dangol.workspaces.queries import runs_the_installation


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    form = WorkspaceForm(request.POST or None, workspace=request.member.workspace)
    if form.is_valid():
        change_workspace(by=request.member, now=request.now, **form.cleaned_data)
        messages.success(request, _("The workspace is saved."))
        return redirect("settings")
    return render(
        request, "desk/workspace.html", {"form": form, "runs_the_installation": runs_the_installation(request.member)}
    )
