"""The rows of a list: whom the member may see, found by a question, a view's filter and one group."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import F, Q, QuerySet

from dangol.customers.models import Company, FieldDefinition, Person, Relation, Tag, Tagging
from dangol.customers.queries import companies_found, people_found
from dangol.desk.enums import Listed
from dangol.desk.models import BulkChange, SavedView
from dangol.desk.queries.sorting import NEWEST, SORTS, field_text_of, value_order, with_value, within_field
from dangol.kit.ids import as_uuid
from dangol.kit.pagination import CAP, CappedCount, Page, capped_count, keyset_page, neighbour
from dangol.segments.contracts import Subject
from dangol.segments.queries import matching_rows
from dangol.workspaces.models import Member

PAGE = 50
GROUPS_SHOWN = 40
NOTHING = "-"

ABOUT: Mapping[Listed, Subject] = {Listed.PEOPLE: Subject.PERSON, Listed.COMPANIES: Subject.COMPANY}
"""Whom the filter of a view describes."""

GROUPINGS: Mapping[Listed, Mapping[str, str]] = {
    Listed.PEOPLE: {
        "city": "city",
        "country": "country",
        "language": "language",
        "owner": "owner_id",
        "origin": "origin",
    },
    Listed.COMPANIES: {"city": "city", "country": "country", "industry": "industry", "owner": "owner_id"},
}
"""By what a list can be divided, and the column behind it."""


@dataclass(frozen=True)
class Asked:
    """
    What a member wants to see. `within` is the value of the chosen group, "-" for rows without one.

    `sorted_by` and `grouped_by` are fields of the workspace's own; the one goes down when `sort` begins with a minus.
    """

    listed: Listed
    view: SavedView | None = None
    question: str = ""
    sort: str = NEWEST
    grouping: str = ""
    within: str = ""
    sorted_by: FieldDefinition | None = None
    grouped_by: FieldDefinition | None = None

    @property
    def order(self) -> Sequence[str]:
        """The columns by which the rows are sorted."""
        if self.sorted_by is not None:
            return value_order(descending=self.sort.startswith("-"))
        return SORTS[self.listed].get(self.sort, SORTS[self.listed][NEWEST])


@dataclass(frozen=True)
class Group:
    """One value by which a list is divided, and how many rows have it."""

    value: str
    count: int


@dataclass(frozen=True)
class Groups:
    """The most frequent values. Of more than 10,000 rows only so many are counted, whichever are read first."""

    items: Sequence[Group]
    is_capped: bool


def visible_rows(listed: Listed, member: Member, question: str = "") -> QuerySet[Any]:
    """All rows of a kind that the member may see, or those that fit a question."""
    return people_found(member, question) if listed == Listed.PEOPLE else companies_found(member, question)


def rows_of(asked: Asked, member: Member, now: datetime) -> QuerySet[Any]:
    """
    All rows that were asked for, in no order.

    :raises InvalidDefinition: if the view's filter can no longer be read
    """
    rows = visible_rows(asked.listed, member, asked.question)
    if asked.view and asked.view.definition:
        rows = rows.filter(matching_rows(asked.view.definition, about=ABOUT[asked.listed], reader=member, now=now))
    if asked.grouped_by and asked.within:
        return rows.filter(within_field(asked.grouped_by, "" if asked.within == NOTHING else asked.within))
    column = GROUPINGS[asked.listed].get(asked.grouping)
    return rows.filter(_within(column, asked.within)) if column and asked.within else rows


def sortable(rows: QuerySet[Any], asked: Asked) -> QuerySet[Any]:
    """Return the rows with what their order needs beside them."""
    return with_value(rows, asked.sorted_by) if asked.sorted_by else rows


def page_of(rows: QuerySet[Any], asked: Asked, after: str | None) -> Page[Any]:
    """Return one page of the rows."""
    shown = sortable(rows, asked).select_related("owner__user").defer("bigrams", "initials", "won")
    return keyset_page(shown, order=asked.order, after=after, size=PAGE)


def total_of(rows: QuerySet[Any]) -> CappedCount:
    """Return how many rows there are, counted up to 10,000."""
    return capped_count(rows)


def neighbour_of(asked: Asked, member: Member, row: Person | Company, now: datetime, *, forward: bool) -> Any:
    """Return the row after or before another in the list as it was asked for."""
    if asked.sorted_by:
        row = with_value(visible_rows(asked.listed, member), asked.sorted_by).get(pk=row.pk)
    return neighbour(sortable(rows_of(asked, member, now), asked), row, order=asked.order, forward=forward)


def groups_of(rows: QuerySet[Any], asked: Asked) -> Groups | None:
    """Return by which values the rows are divided, the most frequent first; None when no grouping was asked for."""
    column = GROUPINGS[asked.listed].get(asked.grouping)
    if column is None and asked.grouped_by is None:
        return None
    value = field_text_of(asked.grouped_by) if asked.grouped_by else F(str(column))
    some = sortable(rows, asked).order_by()[: CAP + 1].annotate(value=value).values("value")
    inner, values = some.query.sql_with_params()
    statement = (
        f"SELECT coalesce(value::text, ''), count(*), sum(count(*)) OVER () FROM ({inner}) AS row "  # noqa: S608 - made by Django
        "GROUP BY 1 ORDER BY 2 DESC, 1 LIMIT %s"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [*values, GROUPS_SHOWN])
        found = cursor.fetchall()
    return Groups([Group(value or NOTHING, count) for value, count, _all in found], bool(found) and found[0][2] > CAP)


def tags_of(listed: Listed, ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the words that stick on each row."""
    link = "person_id" if listed == Listed.PEOPLE else "company_id"
    found = Tagging.objects.filter(**{f"{link}__in": ids}).order_by("tag__name").values_list(link, "tag__name")
    return _gathered(found)


def known_tags(workspace_id: UUID) -> list[str]:
    """Return the words of the workspace, as far as one can choose from them."""
    return list(Tag.objects.filter(workspace_id=workspace_id).order_by("name").values_list("name", flat=True)[:200])


def companies_of(ids: Sequence[UUID]) -> dict[UUID, list[str]]:
    """Return the names of the companies where each person works today."""
    working = Relation.objects.filter(kind="works_at", until__isnull=True, source_person_id__in=ids)
    named = working.filter(target_company__isnull=False).order_by("target_company__name")
    return _gathered(named.values_list("source_person_id", "target_company__name"))


def headcounts(ids: Sequence[UUID]) -> dict[UUID, int]:
    """Return how many people work at each company today."""
    working = Relation.objects.filter(kind="works_at", until__isnull=True, target_company_id__in=ids)
    counts: dict[UUID, int] = {}
    for company_id in working.values_list("target_company_id", flat=True):
        counts[company_id] = counts.get(company_id, 0) + 1
    return counts


def views_of(member: Member, listed: Listed) -> list[SavedView]:
    """Return the views that the member finds among the tabs of a list."""
    return list(SavedView.objects.visible_to(member).filter(listed=listed).order_by("name", "id"))


def bulk_changes_of(member: Member) -> QuerySet[BulkChange]:
    """Return the member's own changes of many rows, without the ids of the rows."""
    return BulkChange.objects.filter(workspace_id=member.workspace_id, by=member).defer("ids")


def _within(column: str, value: str) -> Q:
    if not column.endswith("_id"):
        return Q(**{column: "" if value == NOTHING else value.replace("\x00", "")})
    if value == NOTHING:
        return Q(**{f"{column}__isnull": True})
    return Q(**{column: value}) if as_uuid(value) else Q(pk__in=[])


def _gathered(pairs: Any) -> dict[UUID, list[str]]:
    gathered: dict[UUID, list[str]] = {}
    for key, word in pairs:
        gathered.setdefault(key, []).append(word)
    return gathered
