"""Whoever comes or changes is compared at once with those who share a key."""

from collections.abc import Sequence
from uuid import UUID

import numpy as np
from django.db import connection
from django.utils import timezone

from dangol.customers.matching.blocking import LARGEST_BLOCK, keys_of
from dangol.customers.matching.records import People
from dangol.customers.matching.weighing import EXPECTED_SHARE, Crowd, find_duplicates
from dangol.customers.operations.duplicates.reading import people_by_id, sample_of_people
from dangol.customers.operations.duplicates.scanning import LISTED, begin_scan
from dangol.customers.operations.duplicates.writing import forget_pairs, write_keys, write_pairs
from dangol.kit.jobs import job

AT_ONCE = 500
TOO_MANY = 20_000
"""When more people wait, comparing everybody is quicker than one handful after the other."""

PLACES, FROM_EACH = 10, 300

TAKE = """
DELETE FROM customers_tocompare WHERE workspace_id = %(workspace)s AND id IN (
    SELECT id FROM customers_tocompare WHERE workspace_id = %(workspace)s
    ORDER BY id LIMIT %(count)s FOR UPDATE SKIP LOCKED
) RETURNING person_id
"""

WAITING = """
SELECT count(*) FROM (
    SELECT FROM customers_tocompare WHERE workspace_id = %s LIMIT %s
) AS waiting
"""

NEIGHBOURS = """
SELECT asked.key, near.person_id FROM unnest(%(keys)s::bigint[]) AS asked (key)
CROSS JOIN LATERAL (
    SELECT person_id FROM customers_matchkey
    WHERE workspace_id = %(workspace)s AND key = asked.key LIMIT %(most)s
) AS near
"""

EVERYBODY = "SELECT reltuples::bigint FROM pg_class WHERE oid = 'customers_person'::regclass"


@job(queue="merging")
def compare_changed_people(*, workspace_id: UUID) -> None:
    """Compare the people who came or changed since the last run, some hundreds at a time. Idempotent."""
    if _waiting(workspace_id) > TOO_MANY:
        begin_scan(workspace_id=workspace_id, by=None, now=timezone.now())
        return
    changed = _take(workspace_id)
    if not changed:
        return
    _compare(workspace_id, changed)
    if _waiting(workspace_id):
        compare_changed_people.defer(workspace_id=workspace_id)


def _compare(workspace_id: UUID, changed: Sequence[UUID]) -> None:
    now = timezone.now()
    records = people_by_id(workspace_id, changed)
    ids = [UUID(str(record.id)) for record in records]
    own = People(records)
    keys = keys_of(own)
    write_keys(workspace_id, changed, [], [])
    write_keys(workspace_id, ids, keys, range(len(ids)))
    wanted = sorted({int(key) for column in keys for key in column if key})
    sample = sample_of_people(workspace_id, places=PLACES, each=FROM_EACH)
    others = [person_id for person_id in {*_neighbours(workspace_id, wanted), *sample} if person_id not in set(ids)]
    people = People([*records, *people_by_id(workspace_id, others)])
    place = {person_id: position for position, person_id in enumerate(people.ids)}
    standing = np.array([place[person_id] for person_id in sample if person_id in place], np.int64)
    crowd = Crowd(standing if len(standing) else np.arange(len(people)), _everybody(len(people)), EXPECTED_SHARE)
    among = np.arange(len(people)) < len(records)
    found = find_duplicates(people, at_least=LISTED, among=among, crowd=crowd)
    write_pairs(workspace_id, people, found, now=now)
    forget_pairs(workspace_id, now=now, ids=changed)


def _take(workspace_id: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE, {"workspace": workspace_id, "count": AT_ONCE})
        return sorted({person_id for (person_id,) in cursor.fetchall()})


def _waiting(workspace_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(WAITING, [workspace_id, TOO_MANY + 1])
        return int(cursor.fetchone()[0])


def _neighbours(workspace_id: UUID, keys: Sequence[int]) -> set[UUID]:
    """Return who shares a key, leaving out keys that too many share."""
    with connection.cursor() as cursor:
        cursor.execute(NEIGHBOURS, {"workspace": workspace_id, "keys": list(keys), "most": LARGEST_BLOCK + 1})
        blocks: dict[int, list[UUID]] = {}
        for key, person_id in cursor.fetchall():
            blocks.setdefault(key, []).append(person_id)
    return {person_id for block in blocks.values() if len(block) <= LARGEST_BLOCK for person_id in block}


def _everybody(here: int) -> int:
    """Return about how many people there are; the planner's estimate will do."""
    with connection.cursor() as cursor:
        cursor.execute(EVERYBODY)
        return max(here, int(cursor.fetchone()[0]))
