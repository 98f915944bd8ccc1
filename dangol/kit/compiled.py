"""
Queries that are compiled once and asked many times.

Django writes the SQL of a query set anew whenever it is asked, and PostgreSQL plans it anew. For a small read either
takes longer than the answer: a page of twenty such reads spent most of its time on them. A `Compiled` query keeps the
SQL of the first time, PostgreSQL keeps its plan as long as the connection lives, and only other ids and moments are put
into it. What comes back is what the query set would have brought.
"""

import copy
from collections.abc import Callable, Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Generic, TypeVar
from uuid import UUID, uuid4

from django.db import connection
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.models import QuerySet

R = TypeVar("R")
Value = UUID | datetime | str


@dataclass(frozen=True)
class Ready:
    """A query set with its SQL, how its columns are read, and its parameters or the places where values belong."""

    queryset: QuerySet[Any, Any]
    compiler: Any
    statement: str
    converters: dict[int, Any]
    places: list[Any]


class Compiled(Generic[R]):
    """
    One query over ids, moments and texts.

    :param build: makes the query set from values that it only hands on, by keyword: its shape may depend on which are
        given, not on what they are
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._ready: dict[tuple[str, ...], Ready] = {}

    def __call__(self, **values: Value) -> list[R]:
        """Ask for the rows that belong to these values."""
        given = tuple(values)
        if given not in self._ready:
            self._ready[given] = self._compile(values)
        ready = self._ready[given]
        parameters = [place.value(values) if isinstance(place, _Place) else place for place in ready.places]
        asked = copy.copy(ready.compiler)
        asked.connection = connection
        asked.execute_sql = lambda *_args, **_kwargs: [rows_of(ready.statement, parameters)]
        asked.get_converters = lambda _fields: ready.converters
        queryset = ready.queryset
        query = copy.copy(queryset.query)
        query.get_compiler = lambda *_args, **_kwargs: asked  # type: ignore[method-assign] # the point of this class
        fresh: Any = type(queryset)(queryset.model, query, queryset.db)
        rows: Iterable[R] = queryset._iterable_class(fresh)  # type: ignore[assignment] # noqa: SLF001 - how rows become objects
        return list(rows)

    def _compile(self, values: dict[str, Value]) -> Ready:
        places = [_Place(name, value) for name, value in values.items()]
        queryset = self._build(**{place.name: place.stand_in for place in places})
        compiler = queryset.query.get_compiler(queryset.db)
        statement, parameters = compiler.as_sql()
        assert not compiler.has_extra_select  # else rows would carry columns that nobody asked for
        found = [next((place for place in places if place.fits(one)), one) for one in parameters]
        converters = compiler.get_converters([column for column, _sql, _alias in compiler.select[: compiler.col_count]])
        return Ready(queryset, compiler, statement, converters, found)


class PreparingCursor(ServerBindingCursor):
    """Leaves it to PostgreSQL to put the values in, so that it can keep the plan; Django would write them in itself."""

    def _send_query_prepared(self, name: bytes, pgq: Any, *, binary: bool | None = None) -> None:
        self._query = pgq  # for the log of queries; psycopg keeps the text of unprepared ones only
        super()._send_query_prepared(name, pgq, binary=binary)  # type: ignore[misc] # unknown to the stubs


def rows_of(statement: str, parameters: Sequence[Any]) -> list[tuple[Any, ...]]:
    """Ask a statement that is asked often, with `%s` in place of its values; PostgreSQL keeps its plan."""
    connection.ensure_connection()
    asked = connection.connection
    with closing(connection._prepare_cursor(PreparingCursor(asked))) as cursor:  # type: ignore[attr-defined,call-arg] # noqa: SLF001 - Django has one kind of cursor for all queries
        # Only meanwhile: of all other statements psycopg would keep the last hundred, with whole files in them.
        asked.prepare_threshold = 0
        try:
            cursor.execute(statement, parameters)
        finally:
            asked.prepare_threshold = None
        rows: list[tuple[Any, ...]] = cursor.fetchall()
    return rows


class _Place:
    """Where one value belongs in the parameters. Its stand-in is a value that nothing else has."""

    def __init__(self, name: str, value: Value) -> None:
        self.name = name
        self.stand_in = self._stand_in(value)

    @staticmethod
    def _stand_in(value: Value) -> Value:
        if isinstance(value, UUID):
            return uuid4()
        return uuid4().hex if isinstance(value, str) else datetime.fromtimestamp(uuid4().int % 10**9, UTC)

    def fits(self, parameter: object) -> bool:
        return type(parameter) is type(self.stand_in) and parameter == self.stand_in

    def value(self, values: dict[str, Value]) -> Value:
        return values[self.name]
