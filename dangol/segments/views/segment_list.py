"""All segments."""

from django.http import HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language

from dangol.kit.pagination import keyset_page
from dangol.segments import queries
from dangol.segments.permissions import may_edit_segments
from dangol.workspaces.access import MemberRequest, member_required


@member_required
def show(request: MemberRequest) -> HttpResponse:
    """Show the segments of the workspace, each in a sentence, with its size."""
    segments = queries.segments_visible(request.member)
    page = keyset_page(segments, order=("name", "id"), after=request.GET.get("after"))
    said = queries.sentences(page, get_language() or "en", reader=request.member)
    context = {
        "page": page,
        "rows": [(segment, said[segment.pk]) for segment in page],
        "may_edit": may_edit_segments(request.member),
    }
    return render(request, "segments/segment_list.html", context)
