"""Writes of the event pipeline."""

from dangol.tracking.operations.dead_letters import UnableToTryAgain, try_again
from dangol.tracking.operations.processing import process_workspace, run_inbox
from dangol.tracking.operations.sources import UnableToCreateSource, create_source, revoke_source

__all__ = [
    "UnableToCreateSource",
    "UnableToTryAgain",
    "create_source",
    "process_workspace",
    "revoke_source",
    "run_inbox",
    "try_again",
]
