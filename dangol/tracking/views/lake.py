"""The copy of the events in columns: what it consists of, and making it anew."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.tracking import operations, queries
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_configure


@member_required
@allowed(may_configure)
def show(request: MemberRequest) -> HttpResponse:
    """Show the files month by month, and how far the lake is behind."""
    status = queries.lake_status(workspace_id=request.member.workspace_id)
    template = "tracking/lake.html#status" if request.htmx else "tracking/lake.html"
    return render(request, template, {"status": status, "may_configure": True})


@require_POST
@member_required
@allowed(may_configure)
def rebuild(request: MemberRequest) -> HttpResponse:
    """Let the lake be made anew from the database."""
    operations.start_lake_anew(member=request.member, now=request.now)
    messages.success(request, _("The lake is being made anew. Questions are answered from the old files until then."))
    return redirect("tracking:lake")
