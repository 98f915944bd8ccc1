"""
Questions to the lake, answered by DuckDB in this very process.

One engine in memory reads the immutable files; a DuckDB file is never shared, as its writer would lock everybody out.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dangol.tracking.contracts import LakeTable
from dangol.tracking.lake.engine import new_engine
from dangol.tracking.lake.place import storage
from dangol.tracking.models import LakeFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def ask(sql: str, values: Mapping[str, Any], *, workspace_id: UUID, tables: Collection[str]) -> list[tuple[Any, ...]]:
    """
    Return the rows that a question selects from the lake's copy of the entered workspace.

    :param sql: in DuckDB's words, with its named placeholders; tables are called as in the database
    :param tables: the tables that it reads
    """
    files = files_of(tables, workspace_id)
    rows = {name: rows_of(name, workspace_id, [read_parquet(files[name])] if files[name] else []) for name in tables}
    with engine().cursor() as own:
        return own.execute(whole(sql, rows), dict(values)).fetchall()


def whole(sql: str, rows: Mapping[str, str]) -> str:
    """Return a question together with the queries that read its tables."""
    named = ", ".join(f'"{name}" AS NOT MATERIALIZED ({query})' for name, query in rows.items())
    return f"WITH {named} SELECT * FROM ({sql}) AS asked" if named else sql  # noqa: S608 - our own names


def files_of(tables: Collection[str], workspace_id: UUID) -> Mapping[str, Sequence[LakeFile]]:
    """Return the files of each table."""
    found: dict[str, list[LakeFile]] = defaultdict(list)
    listed = LakeFile.objects.filter(workspace_id=workspace_id, table__in=tables, replaced_at=None)
    for file in listed.order_by("pk"):
        found[file.table].append(file)
    return found


def rows_of(name: str, workspace_id: UUID, sources: Sequence[str]) -> str:
    """
    Return the query that reads a table.

    :param sources: what stands after FROM, for each part of its rows
    """
    columns = LakeTable.tables[name].columns
    read = ", ".join(f'"{column.name}"::{column.type} AS "{column.name}"' for column in columns)
    none = ", ".join(f'NULL::{column.type} AS "{column.name}"' for column in columns)
    parts = [f"{read} FROM {source}" for source in sources] or [f"{none} WHERE false"]
    return " UNION ALL ".join(f"SELECT '{workspace_id}'::UUID AS workspace_id, {part}" for part in parts)


def read_parquet(files: Sequence[LakeFile]) -> str:
    """Return what reads these files, at least one."""
    paths = ", ".join(f"'{storage().here(file.key)}'" for file in files)
    return f"read_parquet([{paths}])"


@cache
def engine() -> "DuckDBPyConnection":
    """Return the engine of this process. It keeps what it has read of the files' indexes."""
    engine = new_engine()
    engine.execute("SET parquet_metadata_cache = true; SET memory_limit = '50%'; SET arrow_lossless_conversion = true")
    return engine
