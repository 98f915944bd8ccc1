"""One segment: whom it describes, how many there are, who they are."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.kit.pagination import keyset_page
from dangol.segments import operations, queries
from dangol.segments.permissions import may_edit_segments
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
def show(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    """Show the segment and those of its people whom the member may see."""
    segment = get_object_or_404(queries.segments_visible(request.member), pk=segment_id)
    members = queries.members_visible(segment, request.member)
    context = {
        "segment": segment,
        "sentence": queries.sentences([segment], get_language() or "en", reader=request.member)[segment.pk],
        "page": keyset_page(members, order=("-entered_at", "-id"), after=request.GET.get("after")),
        "may_edit": may_edit_segments(request.member),
        "chart": queries.size_chart(segment, now=request.now),
        "users": queries.segments_using(segment.pk, workspace_id=segment.workspace_id),
    }
    part = "#membership" if request.htmx and not request.htmx.boosted else ""
    return render(request, f"segments/segment_detail.html{part}", context)


@member_required
@allowed(may_edit_segments)
@require_POST
def delete(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    """Delete the segment, unless something still uses it."""
    segment = get_object_or_404(queries.segments_visible(request.member), pk=segment_id)
    try:
        operations.delete_segment(segment=segment, now=request.now)
    except operations.UnableToDeleteSegment as refusal:
        messages.error(request, str(refusal))
        return redirect(segment)
    messages.success(request, _("The segment “%(name)s” is deleted.") % {"name": segment.name})
    return redirect("segments:list")
