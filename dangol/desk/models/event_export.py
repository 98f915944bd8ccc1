"""Events carried out of the house as a file."""

from datetime import datetime
from uuid import UUID

from django.db import models

from dangol.desk.enums import ExportFormat, ExportState
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.segments.models import Segment
from dangol.workspaces.models import Member


class EventExport(TenantModel):
    """
    The events of one name in a time, of everybody or of the people in a segment, as a file.

    `after_at` and `after_id` are the last event written: a run that was killed goes on behind it. `expected` counts
    the events of everybody.
    """

    name = models.TextField()
    since = models.DateTimeField()
    until = models.DateTimeField()
    segment = TenantForeignKey(Segment, on_delete=models.CASCADE, null=True, blank=True)
    format = models.CharField(max_length=10, choices=ExportFormat.choices)
    state = models.CharField(max_length=10, choices=ExportState.choices, default=ExportState.RUNNING)
    expected = models.PositiveIntegerField()
    written = models.PositiveIntegerField(default=0)
    after_at: "models.DateTimeField[datetime | None, datetime | None]" = models.DateTimeField(null=True)
    after_id: "models.UUIDField[UUID | None, UUID | None]" = models.UUIDField(null=True)
    by = TenantForeignKey(Member, on_delete=models.CASCADE)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at", "-id"], name="event_export_newest")]

    def __str__(self) -> str:
        return f"{self.name} {self.state}"


class EventExportPiece(TenantModel):
    """Some whole lines of the file. Pieces follow each other by their id."""

    export = TenantForeignKey(EventExport, on_delete=models.CASCADE)
    content = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "export", "id"], name="event_export_pieces")]

    def __str__(self) -> str:
        return f"{len(self.content)} bytes"
