"""
Questions to the lake, answered by DuckDB in this very process.

One engine in memory reads the immutable files; a DuckDB file is never shared, as its writer would lock everybody out.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dangol.tracking.contracts import LakeTable
from dangol.tracking.lake.engine import new_engine
from dangol.tracking.lake.place import storage
from dangol.tracking.models import LakeFile

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def ask(sql: str, values: Mapping[str, Any], *, workspace_id: UUID, tables: Iterable[str]) -> list[tuple[Any, ...]]:
    """
    Return the rows that a question selects from the lake's copy of the entered workspace.

    :param sql: in DuckDB's words, with its named placeholders; tables are called as in the database
    :param tables: the tables that it reads
    """
    with _engine().cursor() as own:
        for table in tables:
            own.execute(view_of(LakeTable.tables[table], workspace_id))
        return own.execute(sql, dict(values)).fetchall()


def view_of(table: LakeTable, workspace_id: UUID) -> str:
    """Return the statement by which a table's files are read under its name."""
    files = LakeFile.objects.filter(workspace_id=workspace_id, table=table.name, replaced_at=None).order_by("pk")
    paths = ", ".join(f"'{storage().here(file.key)}'" for file in files)
    if paths:
        rows = ", ".join(f'"{column.name}"' for column in table.columns) + f" FROM read_parquet([{paths}])"
    else:
        rows = ", ".join(f'NULL::{column.type} AS "{column.name}"' for column in table.columns) + " WHERE false"
    return f"CREATE TEMP VIEW \"{table.name}\" AS SELECT '{workspace_id}'::UUID AS workspace_id, {rows}"


@cache
def _engine() -> "DuckDBPyConnection":
    """Return the engine of this process. It keeps what it has read of the files' indexes."""
    engine = new_engine()
    engine.execute("SET parquet_metadata_cache = true; SET memory_limit = '50%'")
    return engine
