"""Facts that the event pipeline reports, in chunks: one fact per processed chunk, not per event."""

from dataclasses import dataclass
from uuid import UUID

from dangol.kit.fact import Fact


@dataclass(frozen=True, kw_only=True)
class PeopleActed(Fact):
    """These people did something; segments and flows may have changed for them."""

    person_ids: tuple[UUID, ...]
    event_names: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class OrdersRefunded(Fact):
    """Something of these orders was given back, or they were cancelled."""

    order_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class OrdersPlaced(Fact):
    """These orders are new."""

    order_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class PersonIdentified(Fact):
    """An anonymous visitor turned out to be this person."""

    person_id: UUID
    anonymous_id: str
