"""
Why a message was written, in the words of what asked for it.

Messages know their origin's id only. A room above this one registers how to turn that id into a sentence for the
customer; the same sentence names the topic that the customer may mute.
"""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class OriginReason:
    """
    One sentence for the customer, and what it is about.

    :param topic_id: what a person who mutes this reason will hear no more about, such as the campaign's segment
    """

    sentence: str
    topic_id: UUID


class Origin(ABC):
    """A kind of thing that asks for messages."""

    @abstractmethod
    def reason(self, *, workspace_id: UUID, origin_id: UUID, language: str) -> OriginReason | None:
        """Return why, without sensitive facts; None if the id is not of this kind."""


_ORIGINS: dict[str, Origin] = {}


def register_origin(name: str, origin: Origin) -> None:
    """Make a kind of origin known. Called once per process, from an application's `ready`."""
    _ORIGINS[name] = origin


def reason_of(*, workspace_id: UUID, origin_id: UUID, language: str) -> OriginReason | None:
    """Ask the known kinds in turn."""
    for origin in _ORIGINS.values():
        if reason := origin.reason(workspace_id=workspace_id, origin_id=origin_id, language=language):
            return reason
    return None
