"""What can be done with scheduled sources."""

from dangol.integrations.data_sources.operations.running import run_source
from dangol.integrations.data_sources.operations.scheduling import (
    UnableToRun,
    cancel_run,
    run_due_sources,
    run_now,
    set_active,
)
from dangol.integrations.data_sources.operations.setting_up import (
    Sample,
    UnableToSetUp,
    create_source,
    delete_source,
    dry_run,
    forget_host_key,
    sample_of,
    save_content,
    save_mapping,
    save_place,
    save_schedule,
    suggestion,
    try_connection,
)
from dangol.integrations.data_sources.operations.undoing import UnableToUndo, undo_run

__all__ = [
    "Sample",
    "UnableToRun",
    "UnableToSetUp",
    "UnableToUndo",
    "cancel_run",
    "create_source",
    "delete_source",
    "dry_run",
    "forget_host_key",
    "run_due_sources",
    "run_now",
    "run_source",
    "sample_of",
    "save_content",
    "save_mapping",
    "save_place",
    "save_schedule",
    "set_active",
    "suggestion",
    "try_connection",
    "undo_run",
]
