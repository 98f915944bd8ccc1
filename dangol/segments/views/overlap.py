"""Two segments side by side: who is in both, and who in one alone."""

from dataclasses import dataclass
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _

from dangol.kit.ids import as_uuid
from dangol.kit.pagination import keyset_page
from dangol.segments import queries
from dangol.segments.models import Segment
from dangol.ui.templatetags.words import count
from dangol.workspaces.access import MemberRequest, member_required


@dataclass(frozen=True)
class Part:
    """One of the three parts as the page shows it: a number, a piece of the line, a list behind it."""

    key: str
    label: str
    shown: str
    start: float
    width: float
    url: str
    is_chosen: bool


@member_required
def show(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    """Show how far a segment and another one share their people, and those whom the member may see."""
    segments = queries.segments_visible(request.member)
    segment = get_object_or_404(segments, pk=segment_id)
    others = segments.exclude(pk=segment_id).order_by("name")[: queries.MOST_OFFERED]
    context: dict[str, object] = {"segment": segment, "others": others}
    if "with" in request.GET:
        other = get_object_or_404(segments, pk=as_uuid(request.GET["with"]))
        chosen = request.GET.get("part", "both")
        people = queries.people_in_part(segment, other, chosen, request.member)
        page = keyset_page(people, order=("-created_at", "-id"), after=request.GET.get("after"))
        context |= {"other": other, "overlap": True, "parts": _parts(segment, other, chosen), "page": page}
    return render(request, "segments/segment_overlap.html", context)


def _parts(segment: Segment, other: Segment, chosen: str) -> list[Part]:
    only = _("Only in “%(name)s”")
    labels = {"first": only % {"name": segment.name}, "both": _("In both"), "second": only % {"name": other.name}}
    return [
        Part(key, labels[key], count(people), start, width, f"?with={other.pk}&part={key}", key == chosen)
        for key, people, start, width in queries.overlap(segment, other).parts
    ]
