"""Facts about a workspace itself."""

from dataclasses import dataclass

from dangol.kit.fact import Fact


@dataclass(frozen=True, kw_only=True)
class KeyAdded(Fact):
    """From now on another key seals the workspace's secrets. `key` is its name."""

    key: str


@dataclass(frozen=True, kw_only=True)
class WorkspaceSuspended(Fact):
    """Nobody comes in and nothing is done for it until it is resumed."""


@dataclass(frozen=True, kw_only=True)
class WorkspaceResumed(Fact):
    """Everything goes on where it stopped."""
