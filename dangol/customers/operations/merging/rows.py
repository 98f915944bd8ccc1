"""The rows of two people (or companies) become one's, and go back: one set of statements for every registered table."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.customers.contracts import LinkedTable, OnMerge
from dangol.kit.tenant_models import TenantForeignKey

KEPT, MERGED = "%(keep)s", "%(merged)s"

COLUMNS = """
SELECT attname FROM pg_attribute
WHERE attrelid = %s::regclass AND attnum > 0 AND NOT attisdropped AND attgenerated = '' ORDER BY attnum
"""

# The condition of a partial index comes back as SQL that can stand in a statement with parameters.
KEYS = """
SELECT table_class.relname, array_agg(attname::text ORDER BY key.position),
    replace(pg_get_expr(indpred, indrelid), '%%', '%%%%'), indnullsnotdistinct
FROM pg_index
JOIN pg_class AS table_class ON table_class.oid = indrelid
CROSS JOIN unnest(indkey) WITH ORDINALITY AS key (number, position)
JOIN pg_attribute ON attrelid = indrelid AND attnum = key.number
WHERE indisunique AND relnamespace = 'public'::regnamespace AND relname = ANY(%s) AND key.position <= indnkeyatts
GROUP BY indexrelid, relname, indpred, indrelid, indnullsnotdistinct
ORDER BY indexrelid
"""

NOTE = """
INSERT INTO customers_mergedrow (workspace_id, id, merge_id, table_name, column_name, part, row_id, row)
SELECT %(workspace)s, gen_random_uuid(), %(merge)s, '{table}', '{column}', '{part}', {row_id}, {row} FROM {source}
"""

NOTED = """
customers_mergedrow AS note WHERE note.workspace_id = %(workspace)s AND note.merge_id = %(merge)s
    AND note.table_name = '{table}' AND note.column_name = '{column}' AND note.part = '{part}'
"""

MOVE = """
WITH moved AS (
    UPDATE "{table}" AS line SET "{column}" = %(keep)s WHERE {theirs}{between}{stays} RETURNING line.id
)
"""

# What the keeper has already, by one unique index.
HAS_ALREADY = """ AND line.id NOT IN (
    SELECT theirs.id FROM (SELECT * FROM "{table}" AS line WHERE {theirs}{condition}) AS theirs
    JOIN (SELECT * FROM "{table}" AS line WHERE {kept}{condition}) AS kept ON {same}
)"""

MOVE_BACK = """
UPDATE "{table}" AS line SET "{column}" = %(merged)s FROM {noted} AND line.id = note.row_id AND {kept}
"""

ADD = """
INSERT INTO "{table}" AS kept ({columns}) SELECT {values} FROM "{table}" AS line WHERE {theirs}
ON CONFLICT ({key}) DO UPDATE SET {sums}
"""

SUBTRACT = """
UPDATE "{table}" AS line SET {less} FROM (SELECT {was} FROM {noted} GROUP BY {rest}) AS was WHERE {kept} AND {same}
"""

PUT_BACK_SUMS = 'INSERT INTO "{table}" ({columns}) SELECT {was} FROM {noted} GROUP BY {rest}'

PUT_BACK = 'INSERT INTO "{table}" ({columns}) SELECT {was} FROM {noted}{links}'

STILL_THERE = """ AND (was."{column}" IS NULL OR EXISTS (
    SELECT FROM "{there}" AS there WHERE there.workspace_id = %(workspace)s AND there.id = was."{column}"
))"""

REMOVE = 'DELETE FROM "{table}" AS line WHERE {test}'


@dataclass(frozen=True)
class Key:
    """A unique index: its columns, the condition of a partial one, and whether two NULLs are the same."""

    columns: Sequence[str]
    condition: str | None
    nulls_are_same: bool

    def same(self, one: str, other: str, without: str) -> str:
        """Return the test that two rows agree in all columns but one."""
        compare = "{0}.{2} IS NOT DISTINCT FROM {1}.{2}" if self.nulls_are_same else "{0}.{2} = {1}.{2}"
        parts = [compare.format(one, other, f'"{name}"') for name in self.columns if name != without]
        return " AND ".join(parts)


@dataclass(frozen=True, kw_only=True)
class Pair:
    """Who is merged into whom, in which merge."""

    workspace_id: UUID
    merge_id: UUID
    keep_id: UUID
    merged_id: UUID

    @property
    def values(self) -> dict[str, Any]:
        return {
            "workspace": self.workspace_id,
            "merge": self.merge_id,
            "keep": self.keep_id,
            "merged": self.merged_id,
        }


def unique_keys(tables: Iterable[LinkedTable]) -> dict[str, list[Key]]:
    """Read from the catalogue what must be unique in these tables."""
    names = sorted({table.table for table in tables})
    found: dict[str, list[Key]] = {name: [] for name in names}
    with connection.cursor() as cursor:
        cursor.execute(KEYS, [names])
        for table, columns, condition, nulls_are_same in cursor.fetchall():
            found[table].append(Key(columns, condition, nulls_are_same))
    return found


def join_rows(pair: Pair, tables: Sequence[LinkedTable]) -> dict[str, int]:
    """Bring the rows of the merged one to the keeper, noting each. Return how many came, by table."""
    keys = unique_keys(tables)
    joined: dict[str, int] = {}
    for table in tables:
        count = 0
        if table.on_merge in (OnMerge.MOVE, OnMerge.KEEP_ONE):
            count = _run(_move(table, tables, keys[table.table]), pair)
        elif table.on_merge is OnMerge.ADD:
            count = _add(pair, table, keys[table.table])
        elif table.on_merge is OnMerge.RECOMPUTE:
            _put_aside(pair, table)
        if count:
            joined[table.table] = joined.get(table.table, 0) + count
    return joined


def part_rows(pair: Pair, tables: Sequence[LinkedTable]) -> None:
    """Bring every noted row back to where it was. What arrived since stays with the keeper."""
    keys = unique_keys(tables)
    for table in tables:
        if table.on_merge is OnMerge.RECOMPUTE:
            _run(REMOVE.format(table=table.table, test=_of(table, f"{KEPT}, {MERGED}")), pair)
    for table in tables:
        if table.on_merge in (OnMerge.MOVE, OnMerge.KEEP_ONE):
            _run(_move_back(table), pair)
        elif table.on_merge is OnMerge.ADD:
            _subtract(pair, table, keys[table.table])
        elif table.on_merge is OnMerge.RECOMPUTE:
            _put_back(pair, table)


def note_written(pair: Pair, *, table: str, column: str, ids: Sequence[UUID]) -> None:
    """Note rows that the merge itself wrote: they go when it is undone."""
    sql = NOTE.format(
        table=table, column=column, part="written", row_id="id", row="NULL", source="unnest(%(ids)s::uuid[]) id"
    )
    _run(sql, pair, {"ids": list(ids)})


def _of(table: LinkedTable, ids: str, alias: str = "line") -> str:
    """Return the test that a row belongs to one of these."""
    only = "".join(f" AND {alias}.\"{table.column_of(name)}\" = '{value}'" for name, value in table.only.items())
    return f'{alias}.workspace_id = %(workspace)s AND {alias}."{table.column}" IN ({ids}){only}'


def _move(table: LinkedTable, tables: Sequence[LinkedTable], keys: Sequence[Key]) -> str:
    """Re-point the rows, except those that the keeper has already and those between the two themselves."""
    others = {other.column for other in tables if other.table == table.table and other.column != table.column}
    between = "".join(f' AND line."{column}" IS DISTINCT FROM %(keep)s' for column in sorted(others))
    stays = "".join(_has_already(table, key) for key in keys if table.column in key.columns)
    names = {"table": table.table, "column": table.column}
    note = NOTE.format(**names, part="moved", row_id="moved.id", row="NULL", source="moved")
    return MOVE.format(**names, theirs=_of(table, MERGED), between=between, stays=stays) + note


def _has_already(table: LinkedTable, key: Key) -> str:
    return HAS_ALREADY.format(
        table=table.table,
        theirs=_of(table, MERGED),
        kept=_of(table, KEPT),
        condition=f" AND ({key.condition})" if key.condition else "",
        same=key.same("kept", "theirs", table.column),
    )


def _move_back(table: LinkedTable) -> str:
    noted = NOTED.format(table=table.table, column=table.column, part="moved")
    return MOVE_BACK.format(table=table.table, column=table.column, noted=noted, kept=_of(table, KEPT))


def _add(pair: Pair, table: LinkedTable, keys: Sequence[Key]) -> int:
    """Add the merged one's numbers to the keeper's. The rows as they were are put aside."""
    key = next(key for key in keys if table.column in key.columns)
    columns = _columns(table.table)
    _run(_note_aside(table, "added", MERGED), pair)
    statement = ADD.format(
        table=table.table,
        columns=_listed(columns),
        values=", ".join(KEPT if name == table.column else f'"{name}"' for name in columns),
        theirs=_of(table, MERGED),
        key=_listed(key.columns),
        sums=", ".join(f'"{name}" = kept."{name}" + excluded."{name}"' for name in _added(table)),
    )
    count = _run(statement, pair)
    _run(REMOVE.format(table=table.table, test=_of(table, MERGED)), pair)
    return count


def _subtract(pair: Pair, table: LinkedTable, keys: Sequence[Key]) -> None:
    """Take the numbers away again; a row of nothing but zeros came with the merge and goes."""
    key = next(key for key in keys if table.column in key.columns)
    added, columns = _added(table), _columns(table.table)
    parts = {
        "table": table.table,
        "noted": _noted_rows(table, "added"),
        "was": ", ".join(f'sum(was."{n}") AS "{n}"' if n in added else f'was."{n}"' for n in columns),
        "rest": ", ".join(f'was."{name}"' for name in columns if name not in added),
    }
    less = ", ".join(f'"{name}" = line."{name}" - was."{name}"' for name in added)
    same = key.same("line", "was", table.column)
    _run(SUBTRACT.format(**parts, less=less, kept=_of(table, KEPT), same=same), pair)
    zeros = "".join(f' AND line."{name}" = 0' for name in added)
    _run(REMOVE.format(table=table.table, test=_of(table, KEPT) + zeros), pair)
    _run(PUT_BACK_SUMS.format(**parts, columns=_listed(columns)), pair)


def _noted_rows(table: LinkedTable, part: str) -> str:
    """Return the rows as they were put aside, called `was`, to stand after FROM."""
    noted = NOTED.format(table=table.table, column=table.column, part=part)
    rows = f', jsonb_populate_record(NULL::"{table.table}", note.row) AS was WHERE'
    return noted.replace(" WHERE", rows, 1)


def _added(table: LinkedTable) -> list[str]:
    return [table.column_of(name) for name in table.added]


def _put_aside(pair: Pair, table: LinkedTable) -> None:
    """Keep both persons' derived rows as they are; only the keeper's stand until the room computes them anew."""
    _run(_note_aside(table, "aside", f"{KEPT}, {MERGED}"), pair)
    _run(REMOVE.format(table=table.table, test=_of(table, MERGED)), pair)


def _put_back(pair: Pair, table: LinkedTable) -> None:
    """Write the rows back as they were, except those whose other links are gone."""
    columns = _columns(table.table)
    links = "".join(
        STILL_THERE.format(column=link.column, there=link.related_model._meta.db_table)
        for link in table.model._meta.local_fields
        if isinstance(link, TenantForeignKey)
    )
    was = ", ".join(f'was."{name}"' for name in columns)
    noted = _noted_rows(table, "aside")
    _run(PUT_BACK.format(table=table.table, columns=_listed(columns), was=was, noted=noted, links=links), pair)


def _note_aside(table: LinkedTable, part: str, ids: str) -> str:
    source = f'"{table.table}" AS line WHERE {_of(table, ids)}'
    return NOTE.format(
        table=table.table, column=table.column, part=part, row_id="NULL", row="to_jsonb(line)", source=source
    )


def _columns(table: str) -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(COLUMNS, [table])
        return [name for (name,) in cursor.fetchall()]


def _listed(columns: Iterable[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def _run(sql: str, pair: Pair, more: Mapping[str, Any] | None = None) -> int:
    with connection.cursor() as cursor:
        cursor.execute(sql, pair.values | dict(more or {}))
        return int(cursor.rowcount)
