"""What members do in the staff shell."""

from dangol.desk.operations.bulk import (
    UnableToChangeMany,
    begin_approved,
    change_many,
    run_bulk_change,
    run_undo,
    undo_bulk_change,
)
from dangol.desk.operations.event_exports import export_events, forget_event_exports, run_event_export, write_approved
from dangol.desk.operations.exporting import UnableToExport, begin_list_export
from dangol.desk.operations.measuring import measure_levels, measure_once
from dangol.desk.operations.notices import choose_notices, tell_members
from dangol.desk.operations.views import UnableToSaveView, ViewDetails, delete_view, save_view

__all__ = [
    "UnableToChangeMany",
    "UnableToExport",
    "UnableToSaveView",
    "ViewDetails",
    "begin_approved",
    "begin_list_export",
    "change_many",
    "choose_notices",
    "delete_view",
    "export_events",
    "forget_event_exports",
    "measure_levels",
    "measure_once",
    "run_bulk_change",
    "run_event_export",
    "run_undo",
    "save_view",
    "tell_members",
    "undo_bulk_change",
    "write_approved",
]
