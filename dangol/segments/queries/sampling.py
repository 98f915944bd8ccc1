"""A fair sample of the people, for answers that may be rough but not late."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db import connection

WANTED = 20_000
"""So many people say of a twentieth of all how many that is, to some three in a hundred."""

# The same people each time: a number must not move when nothing was changed.
DRAW = """
SELECT id FROM customers_person TABLESAMPLE SYSTEM (%s) REPEATABLE (0)
WHERE workspace_id = %s AND NOT is_anonymous
"""
ALL = "SELECT reltuples FROM pg_class WHERE oid = 'customers_person'::regclass"
FIGURES = 2


@dataclass(frozen=True)
class PeopleSample:
    """Some of the people, and which share of all they are."""

    ids: Sequence[UUID]
    share: float

    def of_all(self, count: int) -> int:
        """Return how many of all so many of the sample stand for, in as many figures as it can tell."""
        size = round(count / self.share)
        return round(size, FIGURES - len(str(size))) if count < len(self.ids) else size


def people_sample(workspace_id: UUID) -> PeopleSample | None:
    """Draw a sample, whole blocks of the table at a time. None if there are too few people for one."""
    with connection.cursor() as cursor:
        cursor.execute(ALL)
        share = WANTED / max(cursor.fetchone()[0], 1)
        if share >= 1:
            return None
        cursor.execute(DRAW, [share * 100, workspace_id])
        return PeopleSample([person_id for (person_id,) in cursor.fetchall()], share)
