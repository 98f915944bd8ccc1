"""What the workspace used, and how much it may."""

from django.http import HttpResponse
from django.shortcuts import render

from dangol.desk.operations import measure_once
from dangol.desk.usage import uses_of
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    measure_once(workspace_id=request.member.workspace_id, now=request.now)
    return render(request, "desk/usage.html", {"uses": uses_of(request.member.workspace_id, now=request.now)})
