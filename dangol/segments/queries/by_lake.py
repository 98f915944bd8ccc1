"""
Questions to the database whose parts about events the lake answers.

What is asked about events alone, such as “who did it three times”, becomes a temporary table of ids. The rest is asked
of the database as ever, so that the answer is the same in every case.
"""

import hashlib
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING
from uuid import UUID

from django.db import connection
from sqlglot import exp

from dangol.segments.contracts import Compiled
from dangol.segments.queries.lake_texts import in_texts
from dangol.tracking.models import Event
from dangol.tracking.queries import EventsNow

if TYPE_CHECKING:
    import pyarrow as pa

EVENTS = Event._meta.db_table
VERY_MANY_ROWS = 10_000_000
"""The lake answers about so many events in half a second."""

COPY_HEAD = b"PGCOPY\n\xff\r\n\0" + bytes(8)
COPY_END = b"\xff\xff"


def with_lake(compiled: Compiled, *, workspace_id: UUID, sample: str = "") -> Compiled:
    """
    Return the same question with its parts about events answered by the lake, if it has many and is not far behind.

    The answers are temporary tables of this transaction.

    :param sample: whom the question is about, if they are the sample: the lake keeps together what they did
    """
    select = compiled.select.copy()
    parts = list(_parts_about_events(select))
    events = EventsNow.of(workspace_id) if parts else None
    if events is None or not events.answer_sooner:
        return compiled
    for part in parts:
        question = Compiled(part, compiled.values)
        named = _times_named(sample, question) if sample else 0
        if 0 < named < _times_read(question):
            continue  # the lake cannot read the list
        if of_sample := named > 0:
            question = _about_anybody(question, sample)
        name = _table_of(question, events.told, of_sample=of_sample)
        if not _stands(name):
            asked = in_texts(question)
            answer = events.ask(asked.sql("duckdb"), asked.values, of_sample=of_sample, since=_since(question))
            _keep(name, answer)
        part.replace(exp.Select().select(exp.column("id").as_(part.named_selects[0])).from_(name))
    return Compiled(select, compiled.values)


def reads_very_many_events(select: exp.Query, workspace_id: UUID) -> bool:
    """Whether what is asked about events cannot be answered in an instant, in this workspace."""
    if not any(True for _part in _parts_about_events(select)):
        return False
    events = EventsNow.of(workspace_id)
    return events.rows >= VERY_MANY_ROWS and not events.is_behind


def _parts_about_events(select: exp.Query) -> Iterator[exp.Query]:
    """Yield the outermost queries that stand by themselves and read nothing but events."""
    for node in select.walk(prune=_is_about_events):
        if isinstance(node, exp.Query) and _is_about_events(node):
            yield node


def _is_about_events(node: exp.Expr) -> bool:
    if not isinstance(node, exp.Select | exp.SetOperation):
        return False
    tables = list(node.find_all(exp.Table))
    own = {table.alias for table in (*tables, *node.find_all(exp.Subquery))}
    return {table.name for table in tables} == {EVENTS} and own.issuperset(
        column.table for column in node.find_all(exp.Column)
    )


def _times_named(people: str, question: Compiled) -> int:
    return sum(1 for place in question.select.find_all(exp.Placeholder) if question.values[place.name] == people)


def _times_read(question: Compiled) -> int:
    """Return how often a question reads events. If it names people as often, it looks at nobody else."""
    return sum(1 for _table in question.select.find_all(exp.Table))


def _about_anybody(question: Compiled, people: str) -> Compiled:
    """Return a question about these people without them: where nobody else is they need not be looked for by ids."""

    def freed(node: exp.Expr) -> exp.Expr:
        place = node.expression.find(exp.Placeholder) if isinstance(node, exp.EQ) else None
        return exp.true() if place and question.values[place.name] == people else node

    select = question.select.transform(freed)
    assert isinstance(select, exp.Query)
    return Compiled(select, question.values)


def _since(question: Compiled) -> datetime | None:
    """Return a moment before which nothing lies that a question looks at; None if it looks at all times."""
    moments = [_since_of(table, question) for table in question.select.find_all(exp.Table)]
    known = [moment for moment in moments if moment is not None]
    return min(known) if len(known) == len(moments) else None


def _since_of(events: exp.Table, question: Compiled) -> datetime | None:
    where = events.parent_select.args.get("where") if events.parent_select else None
    for test in _tests_of(where.this) if where else ():
        is_after = isinstance(test, exp.GT | exp.GTE) and isinstance(test.expression, exp.Placeholder)
        if is_after and test.this == exp.column("occurred_at", events.alias):
            moment = question.values[test.expression.name]
            assert isinstance(moment, datetime)
            return moment
    return None


def _tests_of(node: exp.Expr) -> Iterator[exp.Expr]:
    """Yield the tests that all must hold."""
    if isinstance(node, exp.And | exp.Paren):
        for part in node.iter_expressions():
            yield from _tests_of(part)
    else:
        yield node


def _table_of(question: Compiled, told: int, *, of_sample: bool) -> str:
    """Return the name of a temporary table that holds the answer to this very question and to no other."""
    asked = hashlib.sha256(repr((question.positional(), told, of_sample)).encode()).hexdigest()
    return f"lake_{asked[:32]}"


def _stands(name: str) -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass(%s) IS NOT NULL", [f"pg_temp.{name}"])
        return bool(cursor.fetchone()[0])


def _keep(name: str, ids: "pa.Table") -> None:
    """Put ids into a temporary table."""
    with connection.cursor() as cursor:
        cursor.execute(f"CREATE TEMPORARY TABLE {name} (id uuid) ON COMMIT DROP")
        with cursor.copy(f"COPY {name} FROM STDIN (FORMAT binary)") as copy:
            copy.write(_binary(ids))
        cursor.execute(f"ANALYZE {name}")


def _binary(ids: "pa.Table") -> bytes:
    """Return ids as PostgreSQL copies rows of one column: how many values follow, how long the value is, the value."""
    import numpy as np  # noqa: PLC0415 - a process may never need it

    values = ids.column(0).combine_chunks().storage
    rows = np.empty(len(values), dtype=[("columns", ">i2"), ("length", ">i4"), ("id", "V16")])
    rows["columns"], rows["length"] = 1, 16
    rows["id"] = np.frombuffer(values.buffers()[1], dtype="V16")[values.offset :][: len(values)]
    return COPY_HEAD + rows.tobytes() + COPY_END
