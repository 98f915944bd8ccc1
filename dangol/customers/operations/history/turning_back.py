"""
The SQL that turns rows of one table back to what they were before some lines of the history.

Several lines about one column are folded: what stood before the first, what stood after the last. A column is turned
back only while it still holds what the last line left there, unless it is forced.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection, models

from dangol.customers.operations.history.kept import NEVER_TAKEN_BACK
from dangol.kit.tenant_models import TenantForeignKey

PIECES = """
line AS MATERIALIZED (
    SELECT c.id, c.object_id, c.about_id, c.verb, c.before, c.after FROM customers_change c
    WHERE c.workspace_id = %(workspace)s AND c.kind = %(kind)s AND {chosen}
),
piece AS (
    SELECT l.object_id, l.about_id, l.id, plain.key AS name, NULL AS part, plain.value AS was,
        l.after -> plain.key AS became
    FROM line l, jsonb_each(l.before) AS plain
    WHERE l.verb = 'change' AND plain.key <> ALL(%(objects)s::text[]) AND plain.key <> ALL(%(never)s::text[])
    UNION ALL
    SELECT l.object_id, l.about_id, l.id, whole.name, one.part, l.before -> whole.name -> one.part,
        l.after -> whole.name -> one.part
    FROM line l, unnest(%(objects)s::text[]) AS whole(name),
        LATERAL (SELECT jsonb_object_keys(l.before -> whole.name)
                 UNION SELECT jsonb_object_keys(l.after -> whole.name)) AS one(part)
    WHERE l.verb = 'change'
),
folded AS (
    SELECT object_id, (array_agg(about_id ORDER BY id))[1] AS about_id, name, part,
        (array_agg(was ORDER BY id))[1] AS was, (array_agg(became ORDER BY id DESC))[1] AS became
    FROM piece
    WHERE %(only_name)s::text IS NULL OR (name = %(only_name)s::text AND part IS NOT DISTINCT FROM %(only_part)s::text)
    GROUP BY object_id, name, part
)
"""

TURN = f"""
WITH {PIECES},
held AS MATERIALIZED (
    SELECT f.object_id, f.about_id, f.name, f.part, f.was, now.held, t.id IS NOT NULL AND (
        %(force)s OR CASE WHEN f.part IS NULL THEN now.held ELSE now.held -> f.part END IS NOT DISTINCT FROM f.became
    ) AS holds
    FROM folded f
    LEFT JOIN {{table}} t ON t.workspace_id = %(workspace)s AND t.id = f.object_id,
        LATERAL (SELECT {{named}} AS held) AS now
    WHERE f.was IS DISTINCT FROM f.became
),
value AS (
    SELECT object_id, name, was AS value FROM held WHERE holds AND part IS NULL
    UNION ALL
    SELECT object_id, name,
        (array_agg(held))[1] - array_agg(part)
            || coalesce(jsonb_object_agg(part, was) FILTER (WHERE was IS NOT NULL), '{{{{}}}}')
    FROM held WHERE holds AND part IS NOT NULL GROUP BY object_id, name
),
goal AS (
    SELECT object_id, jsonb_object_agg(name, value) AS row FROM value GROUP BY object_id
),
done AS (
    UPDATE {{table}} t SET {{assignments}}
    FROM goal WHERE t.workspace_id = %(workspace)s AND t.id = goal.object_id
    RETURNING t.id
)
SELECT h.object_id, min(h.about_id::text)::uuid, bool_or(h.holds AND h.object_id IN (SELECT id FROM done)),
    coalesce(array_agg(h.name) FILTER (WHERE NOT h.holds), '{{{{}}}}'), bool_or(h.holds AND h.name = 'name')
FROM held h GROUP BY h.object_id
"""  # noqa: S608 - no input in it

# Rows of `customers_change` that this very transaction wrote are unknown to the planner: joins of such sets by a loop
# would be endless. Hence sub-queries that it hashes, and indexes on the tables themselves.
TOUCHED = """
SELECT DISTINCT plain.key FROM customers_change c, jsonb_object_keys(c.before) AS plain(key)
WHERE c.workspace_id = %(workspace)s AND c.kind = %(kind)s AND c.verb = 'change' AND {chosen}
"""

# What came and went within the same lines is neither brought back nor taken away.
REMOVE = """
WITH line AS MATERIALIZED (
    SELECT c.object_id, min(c.id) AS id, (array_agg(c.about_id ORDER BY c.id))[1] AS about_id
    FROM customers_change c
    WHERE c.workspace_id = %(workspace)s AND c.kind = %(kind)s AND {chosen}
    GROUP BY c.object_id HAVING bool_or(c.verb = 'arrival') AND NOT bool_or(c.verb = 'removal')
),
held AS MATERIALIZED (
    SELECT l.object_id, l.about_id, EXISTS (
        SELECT FROM {table} t WHERE t.workspace_id = %(workspace)s AND t.id = l.object_id
    ) AS stands, NOT EXISTS (
        SELECT FROM customers_change later
        WHERE later.workspace_id = %(workspace)s AND later.about_id = l.about_id AND later.id > l.id
          AND ({own} OR later.object_id = l.object_id) AND later.batch IS DISTINCT FROM %(batch)s::uuid
          AND later.batch IS DISTINCT FROM %(undo)s::uuid
    ) {hanging} AS holds
    FROM line l
),
done AS (
    DELETE FROM {table} t USING held h
    WHERE t.workspace_id = %(workspace)s AND t.id = h.object_id AND h.holds
    RETURNING t.id
)
SELECT h.object_id, h.about_id, h.object_id IN (SELECT id FROM done),
    CASE WHEN NOT h.holds THEN '{{id}}' ELSE '{{}}' END::text[], false
FROM held h WHERE h.stands
"""

RETURN = f"""
WITH {PIECES},
gone AS (
    SELECT DISTINCT ON (object_id) object_id, about_id, before FROM line
    WHERE verb = 'removal' AND object_id NOT IN (SELECT object_id FROM line WHERE verb = 'arrival')
    ORDER BY object_id, id
),
goal AS MATERIALIZED (
    SELECT g.object_id AS gone_id, g.about_id AS gone_about, r.*
    FROM gone g, LATERAL jsonb_populate_record(NULL::{{table}}, g.before || coalesce((
        SELECT jsonb_object_agg(f.name, f.was) FROM folded f WHERE f.object_id = g.object_id AND f.part IS NULL
    ), '{{{{}}}}') || jsonb_build_object('id', g.object_id, 'workspace_id', %(workspace)s::uuid)) AS r
),
done AS (
    INSERT INTO {{table}} ({{columns}}) SELECT {{columns}} FROM goal AS r WHERE {{linked}}
    ON CONFLICT DO NOTHING RETURNING id
)
SELECT g.gone_id, g.gone_about, g.gone_id IN (SELECT id FROM done),
    CASE WHEN g.gone_id NOT IN (SELECT id FROM done) THEN '{{{{id}}}}' ELSE '{{{{}}}}' END::text[], false
FROM goal g
"""  # noqa: S608 - no input in it


@dataclass(frozen=True, slots=True)
class Turned:
    """What became of one row: whether any of it was turned back, and the columns that were not."""

    object_id: UUID
    about_id: UUID
    is_turned: bool
    left: list[str]
    is_renamed: bool


@dataclass(frozen=True, kw_only=True)
class Lines:
    """
    Which lines of the history of one kind are turned back.

    :param chosen: condition on `customers_change c` that picks them, with its values in `values`
    :param force: turn columns back whatever they hold now
    :param undo: the batch under which the turning back itself is written down
    """

    workspace_id: UUID
    kind: str
    model: type[models.Model]
    chosen: str
    values: dict[str, Any]
    now: datetime
    undo: UUID | None = None
    force: bool = False
    never: tuple[str, ...] = NEVER_TAKEN_BACK
    hanging: list[tuple[str, str]] = field(default_factory=list)

    @property
    def table(self) -> str:
        return self.model._meta.db_table

    def turn_columns(self) -> list[Turned]:
        """Give changed columns their former values."""
        touched = self._touched()
        kept = [name for name in self._columns() if name in touched and name not in {"id", "workspace_id", *self.never}]
        if not kept:
            return []
        given = ", ".join(kept)
        read = ", ".join(f"r.{name}" for name in kept)
        assignments = f"({given}) = (SELECT {read} FROM jsonb_populate_record(t, goal.row) AS r)"  # noqa: S608 - our columns
        if "updated_at" in self._columns():
            assignments += ", updated_at = %(now)s"
        held = " ".join(f"WHEN '{name}' THEN coalesce(to_jsonb(t.{name}), 'null')" for name in kept)
        return self._run(TURN, assignments=assignments, named=f"CASE f.name {held} END")

    def remove_arrivals(self) -> list[Turned]:
        """Delete what came, unless it was changed or something of another room hangs on it since."""
        hanging = " ".join(
            f'AND NOT EXISTS (SELECT FROM "{table}" h '
            f'WHERE h.workspace_id = %(workspace)s AND h."{column}" = l.object_id)'
            for table, column in self.hanging
        )
        return self._run(REMOVE, hanging=hanging, own="true" if self.hanging else "false")

    def return_removals(self) -> list[Turned]:
        """Bring removed rows back, unless what they point at is gone or the same stands there again."""
        linked = " AND ".join(
            f'(r."{link.column}" IS NULL OR EXISTS (SELECT FROM "{link.related_model._meta.db_table}" o '
            f'WHERE o.workspace_id = %(workspace)s AND o.id = r."{link.column}"))'
            for link in self.model._meta.local_fields
            if isinstance(link, TenantForeignKey)
        )
        return self._run(RETURN, columns=", ".join(self._columns()), linked=linked or "true")

    def _touched(self) -> set[str]:
        """Only columns that changed are written again: each more would wake its triggers."""
        return {name for (name,) in self._rows(TOUCHED)}

    def _columns(self) -> list[str]:
        return [str(column.column) for column in self.model._meta.local_concrete_fields]

    def _run(self, statement: str, **pieces: str) -> list[Turned]:
        return [Turned(*row) for row in self._rows(statement, **pieces)]

    def _rows(self, statement: str, **pieces: str) -> list[tuple[Any, ...]]:
        objects = [c.column for c in self.model._meta.local_concrete_fields if isinstance(c, models.JSONField)]
        values: dict[str, Any] = {
            "workspace": self.workspace_id,
            "kind": self.kind,
            "objects": objects,
            "never": list(self.never),
            "force": self.force,
            "now": self.now,
            "undo": self.undo,
            "batch": None,
            "only_name": None,
            "only_part": None,
        } | self.values
        with connection.cursor() as cursor:
            cursor.execute(statement.format(table=self.table, chosen=self.chosen, **pieces), values)
            return list(cursor.fetchall())
