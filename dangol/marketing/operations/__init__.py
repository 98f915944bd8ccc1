"""Campaigns: compose, launch, schedule, cancel, and carry on until everybody has an outcome."""

from dangol.marketing.operations.audience import continue_campaigns, fix_audience, stop_in_doubt
from dangol.marketing.operations.campaigns import (
    UnableToCancel,
    UnableToChange,
    UnableToCompose,
    UnableToLaunch,
    cancel,
    change,
    compose,
    launch,
    let_go,
    schedule,
)

__all__ = [
    "UnableToCancel",
    "UnableToChange",
    "UnableToCompose",
    "UnableToLaunch",
    "cancel",
    "change",
    "compose",
    "continue_campaigns",
    "fix_audience",
    "launch",
    "let_go",
    "schedule",
    "stop_in_doubt",
]
