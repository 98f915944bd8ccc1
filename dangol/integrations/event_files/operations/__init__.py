"""Files of events: kept, checked, taken in."""

from dangol.integrations.event_files.operations.running import (
    UnableToTakeEvents,
    check_event_file,
    review_event_file,
    run_event_file,
    start_event_file,
    steer_event_file,
)
from dangol.integrations.event_files.operations.uploading import UnableToKeepFile, keep_event_file

__all__ = [
    "UnableToKeepFile",
    "UnableToTakeEvents",
    "check_event_file",
    "keep_event_file",
    "review_event_file",
    "run_event_file",
    "start_event_file",
    "steer_event_file",
]
