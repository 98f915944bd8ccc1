"""What the API remembers of its callers."""

from dangol.api.models.kept_answer import KeptAnswer

__all__ = ["KeptAnswer"]
