"""The lake's question to DuckDB, asked of what a test has not committed: rows come over the test's own connection."""

from datetime import datetime
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.db import connection

from dangol.segments.contracts import read_definition
from dangol.segments.queries.in_lake import compile_for_lake, tables_of
from dangol.tracking.contracts import TEXT_BY_KEY, LakeTable
from dangol.tracking.lake.copying import selected
from dangol.tracking.lake.engine import new_engine
from dangol.tracking.lake.texts import texts_by_key

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection


def ids_in_duckdb(definition: dict[str, Any], workspace_id: UUID, now: datetime) -> set[UUID]:
    """Return the ids of the people who match, as DuckDB finds them."""
    asked = compile_for_lake(read_definition(definition), workspace_id=workspace_id, now=now)
    with new_engine() as engine:
        for name in tables_of(asked):
            _fill(engine, LakeTable.tables[name], workspace_id)
        found = engine.execute(asked.sql("duckdb"), asked.values).fetchall()
    assert len(found) == len(set(found)), "somebody is in the set twice"
    return {person_id for (person_id,) in found}


def _fill(engine: "DuckDBPyConnection", table: LakeTable, workspace_id: UUID) -> None:
    columns = ", ".join(f'"{column.name}" {column.type}' for column in table.columns)
    engine.execute(f"CREATE TABLE {table.name} (workspace_id UUID DEFAULT '{workspace_id}', {columns})")
    with connection.cursor() as cursor:
        cursor.execute(selected(table, workspace_id, "true"))
        rows = cursor.fetchall()
    objects = [column.type == TEXT_BY_KEY for column in table.columns]
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    places = ", ".join("MAP(?::VARCHAR[], ?::VARCHAR[])" if is_object else "?" for is_object in objects)
    for row in rows:
        values: list[Any] = []
        for value, is_object in zip(row, objects, strict=True):
            values += _lists(value) if is_object else [value]
        engine.execute(f"INSERT INTO {table.name} ({names}) VALUES ({places})", values)


def _lists(document: str) -> list[list[Any]]:
    pairs = list(texts_by_key(document)) if document.startswith("{") else []
    return [[key for key, _text in pairs], [text for _key, text in pairs]]
