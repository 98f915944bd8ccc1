"""Facts about segments. Who comes or goes because the description changed is not told: nothing happened to them."""

from dataclasses import dataclass
from uuid import UUID

from dangol.kit.fact import Fact


@dataclass(frozen=True, kw_only=True)
class SegmentEntered(Fact):
    """These people came to fit a segment, by what happened to them or by the clock."""

    segment_id: UUID
    person_ids: tuple[UUID, ...]


@dataclass(frozen=True, kw_only=True)
class SegmentLeft(Fact):
    """These people no longer fit a segment, by what happened to them or by the clock."""

    segment_id: UUID
    person_ids: tuple[UUID, ...]
