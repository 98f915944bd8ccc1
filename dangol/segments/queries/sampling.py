"""A fair sample of the people, for answers that may be rough but not late."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from dangol.customers.contracts import SAMPLED_SHARE, is_sampled

LEAST = 2000
"""So many people say of a twentieth of all how many that is, to some ten in a hundred. Fewer say too little."""

DRAW = f"SELECT id FROM customers_person WHERE workspace_id = %s AND NOT is_anonymous AND {is_sampled('id')}"  # noqa: S608 - our own words
FIGURES = 2


@dataclass(frozen=True)
class PeopleSample:
    """Some of the people: the same each time, since a number must not move when nothing was changed."""

    ids: Sequence[UUID]

    def of_all(self, count: int) -> int:
        """Return how many of all so many of the sample stand for, in as many figures as it can tell."""
        size = round(count / SAMPLED_SHARE)
        return round(size, FIGURES - len(str(size))) if count < len(self.ids) else size


def people_sample(workspace_id: UUID) -> PeopleSample | None:
    """Draw the sample. None if there are too few people for one."""
    with connection.cursor() as cursor:
        cursor.execute(DRAW, [workspace_id])
        ids = [person_id for (person_id,) in cursor.fetchall()]
    return PeopleSample(ids) if len(ids) >= LEAST else None
