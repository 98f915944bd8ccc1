"""What members do in the staff shell."""

from dangol.desk.operations.bulk import UnableToChangeMany, change_many, run_bulk_change, run_undo, undo_bulk_change
from dangol.desk.operations.views import UnableToSaveView, ViewDetails, delete_view, save_view

__all__ = [
    "UnableToChangeMany",
    "UnableToSaveView",
    "ViewDetails",
    "change_many",
    "delete_view",
    "run_bulk_change",
    "run_undo",
    "save_view",
    "undo_bulk_change",
]
