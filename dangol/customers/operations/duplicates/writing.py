"""What was found, written down."""

import json
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import connection

from dangol.customers.matching.comparing import FIELDS, MISSING
from dangol.customers.matching.records import People
from dangol.customers.matching.weighing import Scored
from dangol.customers.operations.duplicates.kinds import Compared

WRITE_AT_ONCE = 5_000

PAIRS = """
INSERT INTO customers_duplicatepair
    (workspace_id, id, {kind}_id, other_{kind}_id, score, evidence, state, found_at)
SELECT %(workspace)s, gen_random_uuid(), least(one, other), greatest(one, other), score, evidence, 'open', %(now)s
FROM unnest(%(ones)s::uuid[], %(others)s::uuid[], %(scores)s::float8[], %(evidence)s::jsonb[])
    AS found (one, other, score, evidence)
ON CONFLICT (workspace_id, {kind}_id, other_{kind}_id) WHERE {kind}_id IS NOT NULL
DO UPDATE SET score = excluded.score, evidence = excluded.evidence, found_at = excluded.found_at
WHERE customers_duplicatepair.state = 'open'
"""

# Open pairs of those who were compared, not found again: they have become unlike. What calls said, stays said.
GONE = """
DELETE FROM customers_duplicatepair
WHERE workspace_id = %(workspace)s AND state = 'open' AND {kind}_id IS NOT NULL AND found_at < %(now)s {among}
    AND NOT evidence @> '[{{"field": "calls"}}]'
"""

AMONG = "AND ({kind}_id = ANY(%(ids)s) OR other_{kind}_id = ANY(%(ids)s))"

UNKEYED = "DELETE FROM {keyed} WHERE workspace_id = %s AND {kind}_id = ANY(%s)"
KEYS = """
INSERT INTO {keyed} (workspace_id, key, {kind}_id)
SELECT DISTINCT %(workspace)s::uuid, key, id FROM unnest(%(keys)s::bigint[], %(ids)s::uuid[]) AS told (key, id)
ON CONFLICT DO NOTHING
"""


def write_pairs(workspace_id: UUID, people: People, found: Scored, *, now: datetime, kind: str = "person") -> int:
    """Open the pairs that were found, or bring their score up to date. What members decided stays."""
    rows = list(_rows(people, found))
    for start in range(0, len(rows), WRITE_AT_ONCE):
        ones, others, scores, evidence = zip(*rows[start : start + WRITE_AT_ONCE], strict=True)
        values: dict[str, Any] = {"workspace": workspace_id, "now": now, "ones": list(ones), "others": list(others)}
        with connection.cursor() as cursor:
            cursor.execute(PAIRS.format(kind=kind), values | {"scores": list(scores), "evidence": list(evidence)})
    return len(rows)


def forget_pairs(workspace_id: UUID, *, now: datetime, kind: str = "person", ids: Sequence[UUID] | None = None) -> None:
    """Forget open pairs that were not found now."""
    sql = GONE.format(kind=kind, among="" if ids is None else AMONG.format(kind=kind))
    with connection.cursor() as cursor:
        cursor.execute(sql, {"workspace": workspace_id, "now": now, "ids": list(ids or ())})


def write_keys(
    compared: Compared, workspace_id: UUID, ids: Sequence[UUID], keys: Sequence[Any], positions: Sequence[int]
) -> None:
    """Replace the keys of these people or companies."""
    with connection.cursor() as cursor:
        cursor.execute(UNKEYED.format(**compared.names), [workspace_id, list(ids)])
        at = np.asarray(positions, np.int64)
        for column in keys:
            told = np.flatnonzero(column[at])
            if len(told):
                owners = [ids[position] for position in told.tolist()]
                statement = KEYS.format(**compared.names)
                cursor.execute(statement, {"workspace": workspace_id, "keys": column[at][told].tolist(), "ids": owners})


def _rows(people: People, found: Scored) -> Iterator[tuple[Any, Any, float, str]]:
    for position in range(len(found.one)):
        levels, bits = found.levels[:, position], found.bits[:, position]
        evidence = [
            {"field": field.name, "level": field.levels[levels[n] - 1], "bits": round(float(bits[n]), 1)}
            for n, field in enumerate(FIELDS)
            if levels[n] != MISSING
        ]
        one, other = people.ids[found.one[position]], people.ids[found.other[position]]
        yield one, other, float(found.probability[position]), json.dumps(evidence)
