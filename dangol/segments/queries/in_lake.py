"""Who matches a definition, asked of the lake instead of the database."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from sqlglot import exp

from dangol.segments.contracts import Compiled, Condition, read_definition
from dangol.segments.queries.lake_texts import in_texts
from dangol.segments.queries.matching import compiler_for
from dangol.tracking.queries import ask_lake, ask_spark


def people_in_lake(definition: Mapping[str, Any], *, workspace_id: UUID, now: datetime) -> set[UUID]:
    """
    The ids of everybody whom a definition described when the lake was last written; where Spark is set up, it answers.

    :raises InvalidDefinition: if the definition cannot be read
    """
    asked = compile_for_lake(read_definition(definition), workspace_id=workspace_id, now=now)
    tables = tables_of(asked)
    if settings.SPARK:
        sql = asked.sql("spark")
        rows = ask_spark(sql, asked.values, workspace_id=workspace_id, tables=tables, server=settings.SPARK)
        return {UUID(person_id) for (person_id,) in rows}
    rows = ask_lake(asked.sql("duckdb"), asked.values, workspace_id=workspace_id, tables=tables)
    return {person_id for (person_id,) in rows}


def compile_for_lake(condition: Condition, *, workspace_id: UUID, now: datetime) -> Compiled:
    """Compile a condition to an audience at one moment, as the lake can be asked for it: without the index of names."""
    compiler = compiler_for(condition, workspace_id, now)
    compiler.has_search_index = False
    return in_texts(Compiled(compiler.unrestricted(condition.compiled(compiler).select), compiler.values))


def tables_of(compiled: Compiled) -> set[str]:
    """Return the tables that a question reads."""
    return {table.name for table in compiled.select.find_all(exp.Table)}
