"""Whoever comes or changes, person or company, is compared at once with those who share a key."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection
from django.utils import timezone

from dangol.customers.matching.blocking import LARGEST_BLOCK
from dangol.customers.matching.records import People
from dangol.customers.matching.weighing import Crowd, find_duplicates
from dangol.customers.operations.duplicates.kinds import COMPANIES, PEOPLE, Compared
from dangol.customers.operations.duplicates.reading import sample_of
from dangol.customers.operations.duplicates.scanning import begin_scan
from dangol.customers.operations.duplicates.writing import forget_pairs, write_keys, write_pairs
from dangol.kit.jobs import Job, job

AT_ONCE = 250
BREATH = timedelta(seconds=1)
"""Nobody waits for a comparison, and it takes a millisecond for each: others go between two handfuls."""

TOO_MANY = 20_000
"""When more people wait, comparing everybody is quicker than one handful after the other."""

PLACES, FROM_EACH = 10, 300

TAKE = """
DELETE FROM {waiting} WHERE workspace_id = %(workspace)s AND id = ANY (ARRAY(
    SELECT id FROM {waiting} WHERE workspace_id = %(workspace)s
    ORDER BY id LIMIT %(count)s FOR UPDATE SKIP LOCKED
)) RETURNING {kind}_id
"""

WAITING = """
SELECT count(*) FROM (
    SELECT FROM {waiting} WHERE workspace_id = %s LIMIT %s
) AS waiting
"""

NEIGHBOURS = """
SELECT asked.key, near.id FROM unnest(%(keys)s::bigint[]) AS asked (key)
CROSS JOIN LATERAL (
    SELECT {kind}_id AS id FROM {keyed}
    WHERE workspace_id = %(workspace)s AND key = asked.key LIMIT %(most)s
) AS near
"""

EVERYBODY = "SELECT reltuples::bigint FROM pg_class WHERE oid = 'customers_{kind}'::regclass"


@job(queue="merging")
def compare_changed_people(*, workspace_id: UUID) -> None:
    """Compare the people who came or changed since the last run, some hundreds at a time. Idempotent."""
    if _compare_changed(PEOPLE, workspace_id):
        _go_on(compare_changed_people, workspace_id)


@job(queue="merging")
def compare_changed_companies(*, workspace_id: UUID) -> None:
    """Compare the companies that came or changed since the last run, some hundreds at a time. Idempotent."""
    if _compare_changed(COMPANIES, workspace_id):
        _go_on(compare_changed_companies, workspace_id)


def _go_on(again: Job[Any], workspace_id: UUID) -> None:
    """Compare the next after a breath."""
    again.defer_until(f"{again.name}:{workspace_id}", timezone.now() + BREATH, workspace_id=workspace_id)


def _compare_changed(compared: Compared, workspace_id: UUID) -> bool:
    """Compare the next who wait; return whether more do."""
    if _waiting(compared, workspace_id) > TOO_MANY:
        begin_scan(workspace_id=workspace_id, by=None, now=timezone.now(), kind=compared.kind)
        return False
    changed = _take(compared, workspace_id)
    if not changed:
        return False
    _compare(compared, workspace_id, changed)
    return _waiting(compared, workspace_id) > 0


def _compare(compared: Compared, workspace_id: UUID, changed: Sequence[UUID]) -> None:
    now = timezone.now()
    records = compared.by_id(workspace_id, changed)
    ids = [UUID(str(record.id)) for record in records]
    keys = compared.keys_of(People(records))
    write_keys(compared, workspace_id, changed, [], [])
    write_keys(compared, workspace_id, ids, keys, range(len(ids)))
    wanted = sorted({int(key) for column in keys for key in column if key})
    sample = sample_of(compared.kind, workspace_id, places=PLACES, each=FROM_EACH)
    others = list({*_neighbours(compared, workspace_id, wanted), *sample}.difference(ids))
    people = People([*records, *compared.by_id(workspace_id, others)])
    place = {row_id: position for position, row_id in enumerate(people.ids)}
    standing = np.array([place[row_id] for row_id in sample if row_id in place], np.int64)
    everybody = _everybody(compared, len(people))
    crowd = Crowd(standing if len(standing) else np.arange(len(people)), everybody, compared.share)
    among = np.arange(len(people)) < len(records)
    found = find_duplicates(people, at_least=compared.listed, keys=compared.keys_of(people), among=among, crowd=crowd)
    write_pairs(workspace_id, people, found, now=now, kind=compared.kind)
    forget_pairs(workspace_id, now=now, kind=compared.kind, ids=changed)


def _take(compared: Compared, workspace_id: UUID) -> list[UUID]:
    with connection.cursor() as cursor:
        cursor.execute(TAKE.format(**compared.names), {"workspace": workspace_id, "count": AT_ONCE})
        return sorted({row_id for (row_id,) in cursor.fetchall()})


def _waiting(compared: Compared, workspace_id: UUID) -> int:
    with connection.cursor() as cursor:
        cursor.execute(WAITING.format(**compared.names), [workspace_id, TOO_MANY + 1])
        return int(cursor.fetchone()[0])


def _neighbours(compared: Compared, workspace_id: UUID, keys: Sequence[int]) -> set[UUID]:
    """Return who shares a key, leaving out keys that too many share."""
    asked: dict[str, Any] = {"workspace": workspace_id, "keys": list(keys), "most": LARGEST_BLOCK + 1}
    with connection.cursor() as cursor:
        cursor.execute(NEIGHBOURS.format(**compared.names), asked)
        blocks: dict[int, list[UUID]] = {}
        for key, row_id in cursor.fetchall():
            blocks.setdefault(key, []).append(row_id)
    return {row_id for block in blocks.values() if len(block) <= LARGEST_BLOCK for row_id in block}


def _everybody(compared: Compared, here: int) -> int:
    """Return about how many there are; the planner's estimate will do."""
    with connection.cursor() as cursor:
        cursor.execute(EVERYBODY.format(**compared.names))
        return max(here, int(cursor.fetchone()[0]))
