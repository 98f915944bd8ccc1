"""Taking changes back: out of the trash, by batch, by field, or to a moment."""

from dangol.customers.operations.history.restoring import (
    restore_field,
    restore_record_before,
    restore_record_to,
    take_back,
)
from dangol.customers.operations.history.trash import (
    UnableToEnd,
    UnableToRestore,
    delete_for_good,
    empty_trash,
    end_trashed,
    move_to_trash,
    restore_from_trash,
)
from dangol.customers.operations.history.undo import Left, UndoResult, undo_batch

__all__ = [
    "Left",
    "UnableToEnd",
    "UnableToRestore",
    "UndoResult",
    "delete_for_good",
    "empty_trash",
    "end_trashed",
    "move_to_trash",
    "restore_field",
    "restore_from_trash",
    "restore_record_before",
    "restore_record_to",
    "take_back",
    "undo_batch",
]
