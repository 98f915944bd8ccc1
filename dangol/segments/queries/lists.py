"""The lists that were brought along, and what is built on them."""

from collections.abc import Sequence

from django.db.models import QuerySet

from dangol.segments.models import ImportedList, Segment
from dangol.segments.queries.segments import named_by, segments_visible
from dangol.workspaces.models import Member


def lists_visible(member: Member) -> QuerySet[ImportedList]:
    """Every list of the member's workspace."""
    return ImportedList.objects.filter(workspace_id=member.workspace_id).select_related("created_by__user")


def with_uses(lists: Sequence[ImportedList], member: Member) -> list[tuple[ImportedList, list[Segment]]]:
    """Return each list with the segments that ask for it, by name, in one read."""
    named = [(segment, named_by(segment)) for segment in segments_visible(member).order_by("name", "id")]
    return [(one, [segment for segment, told in named if ("list", str(one.pk)) in told]) for one in lists]
