"""Facts about what comes in from outside systems."""

from dataclasses import dataclass
from uuid import UUID

from dangol.kit.fact import Fact


@dataclass(frozen=True, kw_only=True)
class SourceRead(Fact):
    """A scheduled source was read to its end."""

    source_id: UUID
    run_id: UUID
    created: int
    updated: int


@dataclass(frozen=True, kw_only=True)
class SourceFailed(Fact):
    """A scheduled source could not be read, and will not be tried again before its next time."""

    source_id: UUID
    run_id: UUID
    error: str


@dataclass(frozen=True, kw_only=True)
class SourceDrifted(Fact):
    """The columns of a scheduled source changed. With `gone` nothing is written until somebody looks."""

    source_id: UUID
    run_id: UUID
    gone: tuple[str, ...]
    new: tuple[str, ...]
    changed: tuple[str, ...]
