"""What members keep of their own work: views of lists, changes of many rows, files of events; and mails to them."""

from dangol.desk.models.bulk_change import BulkChange
from dangol.desk.models.event_export import EventExport, EventExportPiece
from dangol.desk.models.notice import Notice, NoticeChoice
from dangol.desk.models.saved_view import SavedView

__all__ = ["BulkChange", "EventExport", "EventExportPiece", "Notice", "NoticeChoice", "SavedView"]
