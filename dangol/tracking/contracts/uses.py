"""
What is built on an event: the rooms above say it, so that nobody breaks what others rely on.

A room registers one `EventUser` in its `AppConfig.ready`.
"""

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass

from dangol.workspaces.models import Member


@dataclass(frozen=True, slots=True)
class EventUse:
    """One thing that is built on an event, in the reader's language."""

    kind: str
    name: str
    url: str


class EventUser(ABC):
    """A room that builds on events."""

    @abstractmethod
    def uses_of(self, event_name: str, member: Member) -> Sequence[EventUse]:
        """Return what of this room builds on an event, as far as the member may see it."""

    def register(self) -> None:
        """Be asked from now on."""
        _users.append(self)


_users: list[EventUser] = []


def uses_of(event_name: str, member: Member) -> list[EventUse]:
    """Everything that is built on an event."""
    return [use for user in _users for use in user.uses_of(event_name, member)]
