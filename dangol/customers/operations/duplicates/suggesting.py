"""Pairs that nobody compared: calls of a shop or app say of two people that they may be one."""

from collections.abc import Collection
from datetime import datetime
from uuid import UUID

from dangol.customers.models import DuplicatePair

LIKELY = 0.9
SAID_BY_CALLS = [{"field": "calls", "level": "same", "bits": 3.2}]


def suggest_pairs(*, workspace_id: UUID, pairs: Collection[tuple[UUID, UUID]], now: datetime) -> None:
    """Open these pairs of people, the smaller id first. What was found or decided already stays."""
    DuplicatePair.objects.bulk_create(
        (
            DuplicatePair(
                workspace_id=workspace_id,
                person_id=one,
                other_person_id=other,
                score=LIKELY,
                evidence=SAID_BY_CALLS,
                found_at=now,
            )
            for one, other in sorted(pairs)
        ),
        ignore_conflicts=True,
    )
