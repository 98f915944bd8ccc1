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
    named = (f'"{name}" AS NOT MATERIALIZED ({_rows(name, workspace_id, files[name])})' for name in tables)
    whole = f"WITH {', '.join(named)} SELECT * FROM ({sql}) AS asked" if tables else sql  # noqa: S608 - our own names
    with _engine().cursor() as own:
        return own.execute(whole, dict(values)).fetchall()


def files_of(tables: Collection[str], workspace_id: UUID) -> Mapping[str, Sequence[LakeFile]]:
    """Return the files of each table."""
    found: dict[str, list[LakeFile]] = defaultdict(list)
    listed = LakeFile.objects.filter(workspace_id=workspace_id, table__in=tables, replaced_at=None)
    for file in listed.order_by("pk"):
        found[file.table].append(file)
    return found


def _rows(name: str, workspace_id: UUID, files: Sequence[LakeFile]) -> str:
    """Return the query that reads a table."""
    columns = LakeTable.tables[name].columns
    if files:
        paths = ", ".join(f"'{storage().here(file.key)}'" for file in files)
        read = ", ".join(f'"{column.name}"::{column.type} AS "{column.name}"' for column in columns)
        read += f" FROM read_parquet([{paths}])"
    else:
        read = ", ".join(f'NULL::{column.type} AS "{column.name}"' for column in columns) + " WHERE false"
    return f"SELECT '{workspace_id}'::UUID AS workspace_id, {read}"


@cache
def _engine() -> "DuckDBPyConnection":
    """Return the engine of this process. It keeps what it has read of the files' indexes."""
    engine = new_engine()
    engine.execute("SET parquet_metadata_cache = true; SET memory_limit = '50%'")
    return engine
