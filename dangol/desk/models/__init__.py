"""What members keep of their own work: views of lists, changes of many rows, and files of events."""

from dangol.desk.models.bulk_change import BulkChange
from dangol.desk.models.event_export import EventExport, EventExportPiece
from dangol.desk.models.saved_view import SavedView

__all__ = ["BulkChange", "EventExport", "EventExportPiece", "SavedView"]
