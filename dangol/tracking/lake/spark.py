"""
Questions to the lake, answered by Apache Spark over the same files: for lakes that are too big for one machine.

Spark has no type for ids. They are the text that PostgreSQL writes for them, here and in the values.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any
from uuid import UUID

from dangol.tracking.contracts import TEXT_BY_KEY, LakeColumn, LakeTable
from dangol.tracking.lake.asking import files_of
from dangol.tracking.lake.place import storage
from dangol.tracking.models import LakeFile

if TYPE_CHECKING:
    from pyspark.sql import SparkSession

TYPES = {
    "UUID": "STRING",
    "VARCHAR": "STRING",
    "TIMESTAMPTZ": "TIMESTAMP",
    "INTEGER": "INT",
    TEXT_BY_KEY: "MAP<STRING, STRING>",
}
"""Spark's names for types that it calls otherwise than DuckDB."""

AS_TEXT = "regexp_replace(lower(hex(`{name}`)), '^(.{{8}})(.{{4}})(.{{4}})(.{{4}})(.{{12}})$', '$1-$2-$3-$4-$5')"


def ask_spark(
    sql: str, values: Mapping[str, Any], *, workspace_id: UUID, tables: Collection[str], server: str
) -> list[tuple[Any, ...]]:
    """
    Return the rows that a question selects from the lake's copy of the entered workspace.

    :param sql: in Spark's words, with its named placeholders
    :param tables: the tables that it reads
    :param server: any Spark Connect endpoint, `sc://host:15002`; it must see the lake at the same address as we do
    """
    from pyspark.sql import SparkSession  # noqa: PLC0415 - an optional package

    session = SparkSession.builder.remote(server).create()
    try:
        session.conf.set("spark.sql.session.timeZone", "UTC")
        files = files_of(tables, workspace_id)
        for table in tables:
            _open(session, LakeTable.tables[table], workspace_id, files[table])
        told = {name: str(value) if isinstance(value, UUID) else value for name, value in values.items()}
        return [tuple(row) for row in session.sql(sql, args=told).collect()]
    finally:
        session.stop()


def _open(session: "SparkSession", table: LakeTable, workspace_id: UUID, files: Sequence[LakeFile]) -> None:
    """Let a table's files be read under its name."""
    own = f"'{workspace_id}' AS workspace_id"
    if paths := [storage().address(file.key) for file in files]:
        read = session.read.parquet(*paths)
        binary = {name for name, kind in read.dtypes if kind == "binary"}
        rows = read.selectExpr(own, *(_read(column.name, binary) for column in table.columns))
    else:
        none = ", ".join(f"CAST(NULL AS {_type_of(column)}) AS `{column.name}`" for column in table.columns)
        rows = session.sql(f"SELECT {own}, {none} WHERE false")
    rows.createOrReplaceTempView(table.name)


def _read(name: str, binary: set[str]) -> str:
    return f"{AS_TEXT.format(name=name)} AS `{name}`" if name in binary else f"`{name}`"


def _type_of(column: LakeColumn) -> str:
    return TYPES.get(column.type, column.type)
