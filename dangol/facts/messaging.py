"""Facts about contacts and the answers to them."""

from dataclasses import dataclass
from uuid import UUID

from dangol.kit.fact import Fact


@dataclass(frozen=True, kw_only=True)
class ContactsMade(Fact):
    """These messages left the house; their story, cost and counters follow."""

    message_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PersonAnswered(Fact):
    """A person reacted to a message: opened, clicked, replied, complained, or it bounced."""

    person_id: UUID
    message_id: UUID
    reaction_id: UUID
    kind: str


@dataclass(frozen=True, kw_only=True)
class PersonOptedOut(Fact):
    """A person asked to hear no more, by one click, the preference page, or staff."""

    person_id: UUID
    purpose: str
    channel: str
    message_id: UUID | None = None
