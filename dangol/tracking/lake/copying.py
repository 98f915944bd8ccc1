"""
From PostgreSQL into Parquet: rows come as Arrow batches over a connection of their own and are sorted on the way.

The connection is the walled-in role's and enters the workspace, so that a copy holds no more than its workspace's rows,
and nothing that lies in the trash.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING
from uuid import UUID

from django.conf import settings

from dangol.kit.database_address import database_address
from dangol.tracking.contracts import TEXT_BY_KEY, LakeTable
from dangol.tracking.lake.engine import new_engine
from dangol.tracking.lake.texts import texts_by_key

if TYPE_CHECKING:
    import pyarrow as pa
    from adbc_driver_manager.dbapi import Cursor


FORMAT = "FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 40960"
"""Groups of rows are read or passed over as a whole. The sample of a full file fits into one."""


@dataclass(frozen=True)
class Copied:
    """What was written into a file. `newest_at`: the last moment in the column that was named."""

    rows: int
    newest_at: datetime | None


class Reader:
    """Reads one workspace's tables, all of them as they stood at one moment."""

    def __init__(self, workspace_id: UUID, cursor: "Cursor") -> None:
        self._workspace_id = workspace_id
        self._cursor = cursor

    def rows(self, table: LakeTable, *, where: str) -> "pa.RecordBatchReader":
        """Read rows of a table. In `where`, which is PostgreSQL's, the table is called `t`."""
        self._cursor.execute(selected(table, self._workspace_id, where))
        return _unpacked(self._cursor.fetch_record_batch(), table)

    def copy(
        self, table: LakeTable, file: Path, *, where: str = "true", also: str = "", order: str = "", newest: str = ""
    ) -> Copied:
        """
        Write rows of a table to a file.

        :param where: which rows, in PostgreSQL's words; the table is called `t`
        :param also: a column that the file has beside those of the table
        :param order: the columns they are sorted by: what is asked for together should lie together
        :param newest: a column of moments whose last is told
        """
        with new_engine() as writer:
            writer.register("incoming", self.rows(table, where=where))
            rows = f"FROM (SELECT {_typed(table)} FROM incoming) SELECT *{f', {also}' if also else ''}"  # noqa: S608 - our own columns
            rows += f" ORDER BY {order}" if order else ""
            writer.execute(f"COPY ({rows}) TO '{file}' ({FORMAT})")
            told = f"count(*), {f'max({newest})' if newest else 'NULL'}"
            row = writer.execute(f"SELECT {told} FROM read_parquet('{file}')").fetchone()  # noqa: S608 - our own file
        assert row is not None
        return Copied(*row)


@contextmanager
def reading(workspace_id: UUID) -> Iterator[Reader]:
    """Open a connection on which one workspace is read, in one transaction."""
    from adbc_driver_postgresql import dbapi  # noqa: PLC0415 - loads 60 MB that a process may never need

    with dbapi.connect(database_address()) as own, own.cursor() as cursor:
        cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        cursor.execute(f"SELECT set_config('dangol.workspace', '{workspace_id}', true)")
        cursor.fetchall()
        yield Reader(workspace_id, cursor)


def selected(table: LakeTable, workspace_id: UUID, where: str) -> str:
    """Return the question to PostgreSQL."""
    columns = ", ".join(f't."{column.name}"' for column in table.columns)
    return f"SELECT {columns} FROM \"{table.name}\" AS t WHERE t.workspace_id = '{workspace_id}' AND {where}"  # noqa: S608 - our own columns


def _typed(table: LakeTable) -> str:
    """Return what the columns become in the file. Apache's Spark reads no file with ids, but their text."""
    kinds = {"UUID": "VARCHAR"} if settings.LAKE_IDS == "text" else {}
    return ", ".join(
        f'CAST("{column.name}" AS {kinds.get(column.type, column.type)}) AS "{column.name}"' for column in table.columns
    )


def _unpacked(reader: "pa.RecordBatchReader", table: LakeTable) -> "pa.RecordBatchReader":
    """Read the JSON objects of every batch into texts by their keys."""
    import pyarrow as pa  # noqa: PLC0415 - see `reading`

    places = [place for place, column in enumerate(table.columns) if column.type == TEXT_BY_KEY]
    if not places:
        return reader
    schema = reader.schema
    for place in places:
        schema = schema.set(place, pa.field(schema.names[place], pa.map_(pa.string(), pa.string())))

    def batches() -> "Iterator[pa.RecordBatch]":
        for batch in reader:
            columns = list(batch.columns)
            for place in places:
                columns[place] = pa.array(_objects(columns[place].to_pylist()), schema.field(place).type)
            yield pa.RecordBatch.from_arrays(columns, schema=schema)

    return pa.RecordBatchReader.from_batches(schema, batches())


def _objects(documents: list[str | None]) -> list[list[tuple[str, str | None]]]:
    """Return the texts of each document; what is no object has none."""
    return [list(texts_by_key(text)) if text and text.startswith("{") else [] for text in documents]
