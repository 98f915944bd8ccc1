"""Taking changes back: out of the trash, by batch, by field, or to a moment."""

from dangol.customers.operations.history.trash import (
    UnableToRestore,
    empty_trash,
    move_to_trash,
    restore_from_trash,
)
from dangol.customers.operations.history.undo import Left, UndoResult, undo_batch

__all__ = [
    "Left",
    "UnableToRestore",
    "UndoResult",
    "empty_trash",
    "move_to_trash",
    "restore_from_trash",
    "undo_batch",
]
