"""
From conditions to a set of people, as a SQLGlot expression that PostgreSQL, DuckDB and Spark can all be written from.

Values stand only in named placeholders; the expression itself is made of our own words.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlglot import exp

from dangol.segments.contracts.known_field import KnownField

PERSON = "person"
"""The alias of the people table wherever a condition tests one person."""


@dataclass(frozen=True)
class Compiled:
    """A set of person ids: one column `person_id`, no row twice, and the values of its placeholders."""

    select: exp.Query
    values: dict[str, Any]

    def sql(self, dialect: str = "postgres") -> str:
        """Return the text for one dialect, with that dialect's named placeholders."""
        return self.select.sql(dialect)


class Compiler:
    """
    Gathers the values of one compilation. `now` is the one moment at which everything is judged.

    :param among: look at these people only
    :param fields: the custom fields that the conditions name and the workspace defined, by key
    """

    def __init__(
        self,
        *,
        workspace_id: UUID,
        now: dt.datetime,
        zone: ZoneInfo,
        among: Sequence[UUID] | None = None,
        fields: Mapping[str, KnownField] | None = None,
    ) -> None:
        self.now = now
        self.zone = zone
        self.fields = fields or {}
        self.values: dict[str, Any] = {}
        self._workspace = self.value(workspace_id)
        self._among = None if among is None else self.value(list(among))

    def value(self, value: object) -> exp.Placeholder:
        """Keep a value and return the placeholder that stands for it."""
        name = f"p{len(self.values) + 1}"
        self.values[name] = value
        return exp.Placeholder(this=name)

    def days_ago(self, days: int) -> dt.datetime:
        """The moment exactly so many times 24 hours ago."""
        return self.now - dt.timedelta(days=days)

    def today(self) -> dt.date:
        """The workspace's calendar day."""
        return self.now.astimezone(self.zone).date()

    def midnight(self, day: dt.date) -> dt.datetime:
        """When the day begins in the workspace's zone."""
        return dt.datetime.combine(day, dt.time(), self.zone)

    def rows(self, table: str, alias: str, person_column: str = "person_id") -> exp.Select:
        """Return `FROM table` restricted to the workspace (and to the asked people), nothing selected yet."""
        select = exp.Select().from_(exp.to_table(table).as_(alias))
        select = select.where(exp.EQ(this=exp.column("workspace_id", alias), expression=self._workspace.copy()))
        if self._among is not None:
            any_of = exp.Any(this=exp.Paren(this=self._among.copy()))
            select = select.where(exp.EQ(this=exp.column(person_column, alias), expression=any_of))
        return select

    def holders_of(self, definition_id: UUID) -> exp.Select:
        """Return `SELECT person_id` of the people with a value in a field's side table, which is called `field`."""
        rows = self.rows("customers_fieldvalue", "field", "record_id")
        this_field = exp.EQ(this=exp.column("definition_id", "field"), expression=self.value(definition_id))
        return rows.select(exp.column("record_id", "field").as_("person_id")).where(this_field)

    def people_of(self, table: str, alias: str) -> exp.Select:
        """Return `SELECT person_id FROM table` within the workspace."""
        return self.rows(table, alias).select(exp.column("person_id", alias).as_("person_id"))

    def unrestricted(self, people: exp.Query) -> exp.Query:
        """
        Return a set of people, selected from the rows `person`, without those whose processing is stopped.

        They are few. NOT IN reads them once, aside, and leaves the plan of the rest as it is.
        """
        assert isinstance(people, exp.Select)
        stopped = self.people_of("customers_restriction", "stopped")
        still = exp.Is(this=exp.column("lifted_at", "stopped"), expression=exp.Null())
        few = exp.In(this=exp.column("id", PERSON), query=exp.Subquery(this=stopped.where(still)))
        return people.where(exp.Not(this=few))

    def people(self, test: exp.Expr | None = None) -> exp.Select:
        """Return the known people for whom the test holds. Visitors who are still anonymous are nobody's audience."""
        select = self.rows("customers_person", PERSON, "id").select(exp.column("id", PERSON).as_("person_id"))
        select = select.where(exp.Not(this=exp.column("is_anonymous", PERSON)))
        return select if test is None else select.where(test)


def is_in(people: exp.Query) -> exp.Expr:
    """Test that the person is in a set."""
    return exp.In(this=exp.column("id", PERSON), query=exp.Subquery(this=people))


def is_not_in(people: exp.Query) -> exp.Expr:
    """Test that the person is not in a set; written so that PostgreSQL plans an anti-join."""
    same = exp.EQ(this=exp.column("person_id", "others"), expression=exp.column("id", PERSON))
    others = exp.Select().select(exp.Literal.number(1)).from_(exp.Subquery(this=people).as_("others")).where(same)
    return exp.Not(this=exp.Exists(this=others))
