"""Writes of the event pipeline."""

from dangol.tracking.operations.dead_letters import UnableToTryAgain, try_again
from dangol.tracking.operations.lake import (
    compact_lake,
    copy_tables,
    forget_lake,
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
from dangol.tracking.operations.replaying import (
    UnableToReplay,
    replay_events,
    resume_replay,
    run_replay,
    start_replay,
    stop_replay,
)
from dangol.tracking.operations.rules import describe_event, rule_event, rule_property
from dangol.tracking.operations.schema_warnings import close_warning
from dangol.tracking.operations.sources import UnableToCreateSource, create_source, revoke_source
from dangol.tracking.operations.times import set_time_rules
from dangol.tracking.operations.volumes import compare_volumes, watch_volumes

__all__ = [
    "UnableToCreateSource",
    "UnableToMapFields",
    "UnableToReplay",
    "UnableToTryAgain",
    "close_warning",
    "compact_lake",
    "compare_volumes",
    "copy_tables",
    "create_source",
    "describe_event",
    "forget_lake",
    "keep_samples",
    "process_workspace",
    "put_into_inbox",
    "rebuild_lake",
    "replay_events",
    "resume_replay",
    "revoke_source",
    "rule_event",
    "rule_property",
    "run_inbox",
    "run_replay",
    "set_mapping",
    "set_time_rules",
    "start_lake_anew",
    "start_replay",
    "stop_replay",
    "sweep_lake",
    "take_deliveries",
    "try_again",
    "watch_volumes",
    "write_lake",
]
