"""What the privacy officer keeps."""

from dangol.privacy.models.breach import Breach, BreachStep
from dangol.privacy.models.retention import RetentionChoice, RetentionRun

__all__ = ["Breach", "BreachStep", "RetentionChoice", "RetentionRun"]
