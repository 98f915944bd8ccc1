"""Reads of files of events."""

from uuid import UUID

from django.db.models import QuerySet

from dangol.desk.models import EventExport, EventExportPiece
from dangol.workspaces.models import Member


def exports_of(member: Member) -> QuerySet[EventExport]:
    """The files that a member asked for. They are personal data, so nobody else fetches them."""
    return EventExport.objects.filter(workspace_id=member.workspace_id, by=member).select_related("segment")


def pieces_of(export_id: UUID, *, after: UUID | None) -> QuerySet[EventExportPiece]:
    """The pieces of a file behind another one, in their order."""
    pieces = EventExportPiece.objects.filter(export_id=export_id).order_by("id")
    return pieces.filter(id__gt=after) if after else pieces
