"""What a segment was before: who changed it, when, and why; back to what it was."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.segments import operations, queries
from dangol.segments.permissions import may_edit_segments
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
def show(request: MemberRequest, segment_id: UUID) -> HttpResponse:
    """Show every version with its sentence, the newest first."""
    segment = get_object_or_404(queries.segments_visible(request.member), pk=segment_id)
    versions = queries.versions_of(segment)
    said = queries.sentences(versions, get_language() or "en", reader=request.member)
    befores = [*(said[one.pk] for one in versions[1:]), ""]
    rows = [(one, said[one.pk], before) for one, before in zip(versions, befores, strict=True)]
    context = {"segment": segment, "rows": rows, "may_edit": may_edit_segments(request.member)}
    return render(request, "segments/segment_history.html", context)


@member_required
@allowed(may_edit_segments)
@require_POST
def restore(request: MemberRequest, segment_id: UUID, number: int) -> HttpResponse:
    """Describe the segment as it was described in a former version."""
    segment = get_object_or_404(queries.segments_visible(request.member), pk=segment_id)
    former = get_object_or_404(queries.segment_versions(segment), number=number)
    reason = _("Back to version %(number)s") % {"number": number}
    try:
        operations.edit_segment(
            segment=segment, by=request.member, name=segment.name, definition=former.definition, now=request.now,
            reason=reason,
        )  # fmt: skip
    except operations.UnableToEditSegment as refusal:
        messages.error(request, str(refusal))
    return redirect("segments:history", segment_id)
