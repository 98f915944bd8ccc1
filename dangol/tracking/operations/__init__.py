"""Writes of the event pipeline."""

from dangol.tracking.operations.dead_letters import UnableToTryAgain, try_again
from dangol.tracking.operations.lake import (
    compact_lake,
    copy_tables,
    rebuild_lake,
    start_lake_anew,
    sweep_lake,
    write_lake,
)
from dangol.tracking.operations.mapping import (
    UnableToMapFields,
    keep_samples,
    put_into_inbox,
    set_mapping,
    take_deliveries,
)
from dangol.tracking.operations.processing import process_workspace, run_inbox
from dangol.tracking.operations.sources import UnableToCreateSource, create_source, revoke_source

__all__ = [
    "UnableToCreateSource",
    "UnableToMapFields",
    "UnableToTryAgain",
    "compact_lake",
    "copy_tables",
    "create_source",
    "keep_samples",
    "process_workspace",
    "put_into_inbox",
    "rebuild_lake",
    "revoke_source",
    "run_inbox",
    "set_mapping",
    "start_lake_anew",
    "sweep_lake",
    "take_deliveries",
    "try_again",
    "write_lake",
]
