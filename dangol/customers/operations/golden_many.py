"""One value written by hand to many rows: said by hand where other sources spoke too, in two statements."""

import json
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models.expressions import RawSQL

from dangol.customers.queries.trust import BY_HAND, GOVERNED, TRUSTED, stored

FIRST = """
INSERT INTO customers_telling (workspace_id, id, {link}, origin, told, told_at)
SELECT p.workspace_id, gen_random_uuid(), p.id, p.origin, said.told, said.told_at
FROM {table} p, LATERAL (
    SELECT coalesce(jsonb_object_agg(v.name, v.value), '{{}}') AS told, coalesce(jsonb_object_agg(v.name,
        to_char(p.updated_at AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"')), '{{}}') AS told_at
    FROM (
        SELECT name, to_jsonb(value) AS value FROM (VALUES {values}) AS own(name, value) WHERE value <> ''
        UNION ALL SELECT 'fields.' || key, value FROM jsonb_each(p.fields)
    ) AS v
) AS said
WHERE p.workspace_id = %(workspace)s AND p.id = ANY(%(ids)s) AND p.origin <> %(hand)s AND p.won = '{{}}'
ON CONFLICT DO NOTHING
"""
BY_HAND_TOO = """
INSERT INTO customers_telling AS t (workspace_id, id, {link}, origin, told, told_at)
SELECT p.workspace_id, gen_random_uuid(), p.id, %(hand)s, %(told)s::jsonb, %(told_at)s::jsonb FROM {table} p
WHERE p.workspace_id = %(workspace)s AND p.id = ANY(%(ids)s) AND (p.origin <> %(hand)s OR p.won <> '{{}}')
ON CONFLICT (workspace_id, person_id, company_id, origin)
DO UPDATE SET told = t.told || excluded.told, told_at = t.told_at || excluded.told_at
"""
WON = "CASE WHEN origin = %s AND won = '{}' THEN won ELSE won || %s::jsonb END"


def say_of_many(
    *, workspace_id: UUID, kind: str, ids: Sequence[UUID], field: str, value: Any, now: datetime
) -> dict[str, RawSQL]:
    """
    Note that members say so of these rows, before it is written; return what the writing sets besides.

    Rows that only members ever spoke of need nothing.
    """
    if field not in GOVERNED[kind] or not ids:
        return {}
    moment = now.astimezone(UTC).isoformat()
    told: dict[str, Any] = {
        "workspace": workspace_id, "ids": list(ids), "hand": BY_HAND, "told": json.dumps({field: stored(value)}),
        "told_at": json.dumps({field: moment}),
    }  # fmt: skip
    values = ", ".join(f"('{name}', p.{name}::text)" for name in GOVERNED[kind])
    names = {"table": f"customers_{kind}", "link": f"{kind}_id", "values": values}
    with connection.cursor() as cursor:
        cursor.execute(FIRST.format(**names), told)
        cursor.execute(BY_HAND_TOO.format(**names), told)
    won = json.dumps({field: {"origin": BY_HAND, "at": moment, "why": TRUSTED}})
    return {"won": RawSQL(WON, [BY_HAND, won])}  # noqa: S611 - a constant with parameters
