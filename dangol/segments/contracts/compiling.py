"""
From conditions to a set of people, as a SQLGlot expression that PostgreSQL, DuckDB and Spark can all be written from.

Values stand only in named placeholders; the expression itself is made of our own words.
"""

import copy
import datetime as dt
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlglot import exp

from dangol.kit.masking import masking
from dangol.segments.contracts.known_field import KnownField
from dangol.segments.contracts.known_trait import KnownTrait
from dangol.segments.contracts.subject import Subject
from dangol.workspaces.enums import Kind, Level, Verb
from dangol.workspaces.models import Member

if TYPE_CHECKING:
    from dangol.segments.contracts.condition import Condition

NAMED = re.compile(r"%\((p\d+)\)s")
RIGHTS_TO = {Subject.PERSON: Kind.PEOPLE, Subject.COMPANY: Kind.COMPANIES, Subject.RECORD: Kind.RECORDS}


@dataclass(frozen=True)
class Compiled:
    """A set of ids: one column, such as `person_id`, no row twice, and the values of its placeholders."""

    select: exp.Query
    values: dict[str, Any]

    def sql(self, dialect: str = "postgres") -> str:
        """Return the text for one dialect, with that dialect's named placeholders."""
        return self.select.sql(dialect)

    def positional(self) -> tuple[str, list[Any]]:
        """Return PostgreSQL's text with `%s` in place of every named placeholder, and the values in that order."""
        return in_places(self.sql(), self.values)


def in_places(sql: str, values: Mapping[str, Any]) -> tuple[str, list[Any]]:
    """Return PostgreSQL's text with `%s` in place of every named placeholder, and the values in that order."""
    return NAMED.sub("%s", sql), [values[name] for name in NAMED.findall(sql)]


class Compiler:
    """
    Gathers the values of one compilation. `now` is the one moment at which everything is judged.

    `has_search_index` says whether names can be looked up where the set is going to be read; `is_by_row` whether a test
    is asked of one row at a time, so that sub-queries look up the row instead of making a set.

    :param about: whom the conditions describe
    :param among: look at these people only; where PostgreSQL alone is asked, their ids may be a list as it writes one
    :param fields: the custom fields that the conditions name and the workspace defined, by object and key
    :param traits: the computed traits that the conditions name, by id
    :param reader: for whom a list is made; conditions see no more of others than this member does
    :param bounds: the conditions by which the reader's rights are bounded; None where they cannot be read
    """

    has_search_index = True
    is_by_row = False

    def __init__(
        self,
        *,
        workspace_id: UUID,
        now: dt.datetime,
        zone: ZoneInfo,
        about: Subject = Subject.PERSON,
        among: Sequence[UUID] | str | None = None,
        fields: Mapping[tuple[Subject, str], KnownField] | None = None,
        traits: Mapping[str, KnownTrait] | None = None,
        reader: Member | None = None,
        bounds: "Sequence[Condition] | None" = None,
    ) -> None:
        self.now = now
        self.zone = zone
        self.about = about
        self.reader = reader
        self.bounds = bounds
        self.fields = fields or {}
        self.traits = traits or {}
        self.values: dict[str, Any] = {}
        self._workspace = self.value(workspace_id)
        self._among = None if among is None else self.value(among if isinstance(among, str) else list(among))
        self._is_inside = False

    def inside(self, about: Subject) -> Self:
        """Return the compiler of conditions about others than those whom the whole set describes."""
        inner = copy.copy(self)
        vars(inner).update(about=about, _among=None, _is_inside=True)
        return inner

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

    def column(self, name: str) -> exp.Column:
        """Return a column of the tested row."""
        return exp.column(name, self.about.row)

    def holders_of(self, definition_id: UUID) -> exp.Select:
        """Return the ids of those with a value in a field's side table, which is called `field`."""
        rows = self.rows("customers_fieldvalue", "field", "record_id")
        this_field = exp.EQ(this=exp.column("definition_id", "field"), expression=self.value(definition_id))
        return rows.select(exp.column("record_id", "field").as_(self.about.link)).where(this_field)

    def linked(self, table: str, alias: str, column: str = "") -> exp.Select:
        """Return the ids, within the workspace, of those at whom a column of another table points."""
        column = column or self.about.link
        return self.rows(table, alias, column).select(exp.column(column, alias).as_(self.about.link))

    def related_today(self, kind: str, end: str, alias: str) -> exp.Select:
        """Return the ids of those who stand today at one end, a column, of the relations of a kind."""
        this_kind = exp.EQ(this=exp.column("kind", alias), expression=self.value(kind))
        today = exp.Is(this=exp.column("until", alias), expression=exp.Null())
        somebody = exp.Not(this=exp.Is(this=exp.column(end, alias), expression=exp.Null()))
        return self.linked("customers_relation", alias, end).where(this_kind, today, somebody)

    def unrestricted(self, people: exp.Query) -> exp.Query:
        """
        Return a set of people, selected from the rows `person`, without those whose processing is stopped.

        They are few. NOT IN reads them once, aside, and leaves the plan of the rest as it is.
        """
        assert isinstance(people, exp.Select)
        stopped = self.linked("customers_restriction", "stopped")
        still = exp.Is(this=exp.column("lifted_at", "stopped"), expression=exp.Null())
        few = exp.In(this=self.column("id"), query=exp.Subquery(this=stopped.where(still)))
        return people.where(exp.Not(this=few))

    def ids(self, test: exp.Expr) -> exp.Select:
        """Return those for whom the test holds. Visitors who are still anonymous are nobody's audience."""
        rows = self.rows(self.about.table, self.about.row, "id").select(self.column("id").as_(self.about.link))
        if self.about.kind == Subject.RECORD:
            rows = rows.where(self._is_of_object())
        if self.about == Subject.PERSON:
            rows = rows.where(exp.Not(this=self.column("is_anonymous")))
        if self._is_inside and self.reader is not None:
            rows = rows.where(*self._is_visible_to(self.reader))
        return rows.where(test)

    def is_in(self, those: exp.Query) -> exp.Expr:
        """Test that the row is in a set."""
        if self.is_by_row:
            return self._has(those)
        return exp.In(this=self.column("id"), query=exp.Subquery(this=those))

    def is_not_in(self, those: exp.Query) -> exp.Expr:
        """Test that the row is not in a set; written so that PostgreSQL plans an anti-join."""
        return exp.Not(this=self._has(those))

    def _has(self, those: exp.Query) -> exp.Expr:
        same = exp.EQ(this=exp.column(self.about.link, "others"), expression=self.column("id"))
        others = exp.Select().select(exp.Literal.number(1)).from_(exp.Subquery(this=those).as_("others")).where(same)
        if self.is_by_row and those.args.get("group"):
            others = others.offset(0)  # else PostgreSQL adds up what everybody did, for a page of fifty
        return exp.Exists(this=others)

    def _is_of_object(self) -> exp.Expr:
        """Test that the record is one of the described object."""
        own = self.rows("customers_customobject", "own").select(exp.column("id", "own"))
        this = exp.EQ(this=exp.column("key", "own"), expression=self.value(self.about.object))
        return exp.EQ(this=self.column("object_id"), expression=exp.Subquery(this=own.where(this)))

    def _is_visible_to(self, reader: Member) -> list[exp.Expr]:
        """Test as `reached_by` does: what the level gives within the bounds, and the shared ones."""
        kind = RIGHTS_TO[self.about.kind]
        if reader.reaches_all(kind):
            return []
        if reader.reach(kind) == Level.NONE:
            return [exp.false()]
        me = self.value(reader.pk)
        shared = self._told_by("dangol_shared", "record", me, is_wide=reader.acting != Verb.SEE)
        given = exp.and_(*self._given_by(reader.reach(kind), me), *self._within_bounds(reader, kind), copy=False)
        return [exp.Paren(this=exp.or_(exp.In(this=self.column("id"), query=shared), given, copy=False))]

    def _given_by(self, level: Level, me: exp.Placeholder) -> list[exp.Expr]:
        """Test whether a level reaches the row: the own ones, or those of colleagues and of nobody, or all."""
        if level == Level.ALL:
            return []
        owner = self.column("owner_id")
        if level == Level.OWN:
            return [exp.EQ(this=owner, expression=me.copy())]
        colleagues = self._told_by("dangol_colleagues", "colleague", me, is_wide=level == Level.BRANCH)
        is_nobodys = exp.Is(this=owner.copy(), expression=exp.Null())
        return [exp.Paren(this=exp.or_(exp.In(this=owner, query=colleagues), is_nobodys, copy=False))]

    def _within_bounds(self, reader: Member, kind: Kind) -> list[exp.Expr]:
        """Test the conditions by which the reader's rights are bounded; their fields may be masked for the reader."""
        if not reader.bounds(kind):
            return []
        with masking(()):
            return [exp.false()] if self.bounds is None else [bound.test(self) for bound in self.bounds]

    @staticmethod
    def _told_by(function: str, name: str, member: exp.Placeholder, *, is_wide: bool) -> exp.Subquery:
        """Return the ids that one of the database's own functions tells of a member."""
        asked = exp.Anonymous(this=function, expressions=[member.copy(), exp.convert(is_wide)])
        rows = exp.Table(this=asked, alias=exp.TableAlias(this=exp.to_identifier(name)))
        return exp.Subquery(this=exp.Select().select(exp.column(name)).from_(rows))
