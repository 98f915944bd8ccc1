"""
Which tables speak of a person or a company, and what becomes of their rows; who reads conditions on people.

Every room registers each of its tables with a link to Person or Company in its `AppConfig.ready`. Merging, un-merging,
erasure and the export of one's own data walk this one register; a test fails on a link that nobody registered.
"""

from abc import ABC, abstractmethod
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import Enum
from typing import ClassVar
from uuid import UUID

from django.db.models import Model, Q
from django.utils.functional import Promise

from dangol.workspaces.models import Member
from dangol.workspaces.permissions import Bound


class OnMerge(Enum):
    """
    What becomes of the rows of the one who is merged.

    * MOVE: they come to the keeper.
    * KEEP_ONE: they come to the keeper unless a unique key says that the keeper has the same already; then the
      keeper's row stands and the other stays with the merged one, out of sight.
    * ADD: like KEEP_ONE, but the numbers in `added` are added to the keeper's row.
    * RECOMPUTE: derived from other rows. They are put aside; the room's reaction to `facts.PeopleMerged` and
      `facts.PeopleUnmerged` computes the keeper's (after un-merging: both persons') anew.
    * STAY: they stay with the merged one, out of sight. For what describes the very row, such as its history, or
      what triggers keep.
    """

    MOVE = "move"
    KEEP_ONE = "keep_one"
    ADD = "add"
    RECOMPUTE = "recompute"
    STAY = "stay"


@dataclass(frozen=True)
class Delete:
    """On erasure the rows go."""


@dataclass(frozen=True)
class Anonymise:
    """On erasure the rows stay, for counts, with these fields emptied."""

    fields: Sequence[str]


@dataclass(frozen=True)
class Keep:
    """
    On erasure the rows stay as they are, because a law demands it for so many years; then a job deletes them.

    `reason` names the law, `since` the field from which the years count. Without it they count from the erasure.
    """

    reason: str | Promise
    years: int
    since: str = ""

    def until(self, erased_at: datetime) -> date:
        """Return the day on which nothing of it is left at the latest."""
        day = erased_at.date()
        leap = day.month == 2 and day.day == 29  # noqa: PLR2004 - the day that most years lack
        return day.replace(year=day.year + self.years, day=28 if leap else day.day)


OnErasure = Delete | Anonymise | Keep


@dataclass(frozen=True, kw_only=True)
class LinkedTable:
    """
    One link from one table, and what becomes of its rows.

    :param link: name of the field that holds the id; a table with two links is registered twice
    :param only: the link counts only in rows with these values, where one column links to several kinds of things
    :param added: with `OnMerge.ADD`: number fields that are added up
    :param title: what the rows are, as the person reads it: "Orders"
    :param exported: the fields that the person gets with their data, in this order; empty: nothing
    """

    model: type[Model]
    link: str
    on_merge: OnMerge
    title: str | Promise
    on_erasure: OnErasure
    exported: Sequence[str] = ()
    added: Sequence[str] = ()
    only: Mapping[str, str] = field(default_factory=dict)

    @property
    def table(self) -> str:
        """The table's name in the database."""
        return self.model._meta.db_table

    @property
    def column(self) -> str:
        """The link's column in the database."""
        return self.column_of(self.link)

    def column_of(self, name: str) -> str:
        """Return the column of one field."""
        return str(self.model._meta.get_field(name).column)  # type: ignore[union-attr] # a concrete field has one


@dataclass(frozen=True, kw_only=True)
class PersonTable(LinkedTable):
    """One link to a person."""

    link: str = "person"
    tables: ClassVar[dict[tuple[str, str], "PersonTable"]] = {}

    def register(self) -> None:
        """Let merging, erasure and export know."""
        self.tables[self.table, self.column] = self


@dataclass(frozen=True, kw_only=True)
class CompanyTable(LinkedTable):
    """One link to a company."""

    link: str = "company"
    tables: ClassVar[dict[tuple[str, str], "CompanyTable"]] = {}

    def register(self) -> None:
        """Let merging, erasure and export know."""
        self.tables[self.table, self.column] = self


def person_tables() -> list[PersonTable]:
    """Return every registered link to a person, in the order of registration: from the lowest room up."""
    return list(PersonTable.tables.values())


def company_tables() -> list[CompanyTable]:
    """Return every registered link to a company."""
    return list(CompanyTable.tables.values())


@dataclass(frozen=True, kw_only=True)
class Erased:
    """Who is being erased: the ids, merged ones included, and by what they were known. Values are normalised."""

    workspace_id: UUID
    ids: Sequence[UUID]
    now: datetime
    names: Sequence[str] = ()
    emails: Sequence[str] = ()
    phones: Sequence[str] = ()
    external_ids: Sequence[str] = ()
    anonymous_ids: Sequence[str] = ()

    @property
    def addresses(self) -> list[str]:
        """E-mail addresses and phone numbers."""
        return [*self.emails, *self.phones]


class PersonTrace(ABC):
    """
    A place that speaks of people without a link to them: raw lines, files, lists of ids. One per place and room.

    Registered in `AppConfig.ready`, like the tables; an erasure walks all of them.
    """

    traces: ClassVar[dict[str, "PersonTrace"]] = {}

    def __init__(self, title: str | Promise) -> None:
        self.title = title

    @abstractmethod
    def erase(self, erased: Erased) -> int:
        """Remove what speaks of these people, inside the erasure's transaction. Return how many rows or files."""

    def register(self) -> None:
        """Let erasure know."""
        self.traces[f"{type(self).__module__}.{type(self).__name__}"] = self


class ReadsBounds(ABC):
    """
    Reads the conditions on people by which rights are bounded.

    The room above that has the language of conditions registers an instance in its `AppConfig.ready`. Without one a
    bounded right reaches nobody.
    """

    known: ClassVar["ReadsBounds | None"] = None

    @abstractmethod
    def test(self, bounds: Collection[Bound], member: Member) -> Q:
        """Return the test of a row of people that all of these hold; nobody passes one that cannot be read any more."""

    @abstractmethod
    def sentences(self, bounds: Collection[Bound], reader: Member) -> Sequence[str]:
        """Say in the active language whom each of these describes."""

    def register(self) -> None:
        """Let the rights know."""
        ReadsBounds.known = self


SAMPLED_ENDS = ("00", "40", "80", "c0")
"""How the ids of sampled people end. Ids end at random, so these are some people, whoever they are."""

SAMPLED_SHARE = 1 / 64


def is_sampled(column: str) -> str:
    """Return the test that the person in a column is one of the sample, in PostgreSQL's words as in DuckDB's."""
    return f"right({column}::text, 2) IN {SAMPLED_ENDS}"
