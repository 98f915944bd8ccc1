"""The lists of records of the workspace's own objects."""

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render

from dangol.customers.queries import live_objects
from dangol.desk.tables.record_list import RecordList
from dangol.workspaces.access import MemberRequest, member_required


@member_required
def show(request: MemberRequest, object_key: str) -> HttpResponse:
    """Show one page of records; a button of the filter's builder gets the builder alone."""
    own = get_object_or_404(live_objects(request.member), key=object_key)
    asked = request.POST if request.method == "POST" else request.GET
    is_building = request.method == "POST" or "act" in asked
    shown = RecordList(own, request.member, asked, request.now, is_building=is_building)
    part = ("#builder" if is_building else "#table") if request.htmx and not request.htmx.boosted else ""
    return render(request, f"desk/records.html{part}", {"list": shown, "object": own})
