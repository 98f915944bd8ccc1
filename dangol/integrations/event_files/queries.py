"""Reads of files of events."""

from django.db.models import QuerySet

from dangol.integrations.event_files.models import EventFile, EventFileProblem
from dangol.tracking.models import Source
from dangol.workspaces.models import Member

PROBLEMS_SHOWN = 50


def event_files(member: Member) -> QuerySet[EventFile]:
    """The files of the member's workspace."""
    return EventFile.objects.filter(workspace_id=member.workspace_id).select_related("source")


def files_of(source: Source) -> QuerySet[EventFile]:
    """The files of a source, newest first."""
    return EventFile.objects.filter(workspace_id=source.workspace_id, source=source).order_by("-created_at", "-id")


def problems_of(event_file: EventFile) -> QuerySet[EventFileProblem]:
    """The first lines that cannot be events."""
    own = EventFileProblem.objects.filter(workspace_id=event_file.workspace_id, event_file=event_file)
    return own.order_by("line")[:PROBLEMS_SHOWN]
