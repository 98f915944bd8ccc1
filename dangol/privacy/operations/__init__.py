"""What the privacy officer decides."""

from dangol.privacy.operations.breaches import (
    BreachDetails,
    UnableToRecordBreach,
    change_breach,
    record_breach,
    record_step,
)
from dangol.privacy.operations.retention import UnableToChoosePeriod, apply_retention, choose_period

__all__ = [
    "BreachDetails",
    "UnableToChoosePeriod",
    "UnableToRecordBreach",
    "apply_retention",
    "change_breach",
    "choose_period",
    "record_breach",
    "record_step",
]
