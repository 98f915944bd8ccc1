"""A fair sample of the people, for answers that may be rough but not late."""

from dataclasses import dataclass
from uuid import UUID

from django.db import connection

from dangol.customers.contracts import SAMPLED_SHARE, is_sampled

LEAST = 2000
"""So many people say of a twentieth of all how many that is, to some ten in a hundred. Fewer say too little."""

DRAW = f"""
SELECT array_agg(id)::text, count(*) FROM customers_person
WHERE workspace_id = %s AND NOT is_anonymous AND {is_sampled("id")}
"""  # noqa: S608 - our own words
FIGURES = 2


@dataclass(frozen=True)
class PeopleSample:
    """
    Some of the people: the same each time, since a number must not move when nothing was changed.

    :ivar ids: as PostgreSQL writes a list; as many objects would take longer to make and to send than it takes to count
    """

    ids: str
    size: int

    def of_all(self, count: int) -> int:
        """Return how many of all so many of the sample stand for, in as many figures as it can tell."""
        size = round(count / SAMPLED_SHARE)
        return round(size, FIGURES - len(str(size))) if count < self.size else size


def people_sample(workspace_id: UUID) -> PeopleSample | None:
    """Draw the sample. None if there are too few people for one."""
    with connection.cursor() as cursor:
        cursor.execute(DRAW, [workspace_id])
        ids, size = cursor.fetchone()
    return PeopleSample(ids, size) if size >= LEAST else None
