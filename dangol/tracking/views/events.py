"""What arrives right now."""

from django.http import HttpResponse
from django.shortcuts import render

from dangol.tracking import queries
from dangol.workspaces.access import MemberRequest, member_required
from dangol.workspaces.permissions import may_configure


@member_required
def show(request: MemberRequest) -> HttpResponse:
    """Show the latest events; the page asks again by itself."""
    context = {"events": list(queries.latest_events(request.member)), "may_configure": may_configure(request.member)}
    part = "#stream" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"tracking/events.html{part}", context)
