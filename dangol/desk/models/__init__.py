"""What members keep of their own work: views of lists, and changes of many rows."""

from dangol.desk.models.bulk_change import BulkChange
from dangol.desk.models.saved_view import SavedView

__all__ = ["BulkChange", "SavedView"]
