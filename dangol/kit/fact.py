"""The shape that every business fact shares."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened inside the business, in one workspace."""

    workspace_id: UUID
