"""A list as a member asked for it. Nothing is read before the page shows it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.safestring import SafeString
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from dangol.customers.enums import FieldKind
from dangol.customers.operations import FOR_MANY
from dangol.customers.queries import field_text, linked_names
from dangol.desk.enums import Listed
from dangol.desk.models import BulkChange, SavedView
from dangol.desk.permissions import may_change_rows, may_change_view, may_export
from dangol.desk.queries import lists
from dangol.desk.queries.lists import Asked, Groups
from dangol.desk.queries.sorting import FIELD, NEWEST, fields_asked, sorts_open_to
from dangol.desk.tables.choices import choices_of
from dangol.desk.tables.columns import Beside, Column, FieldColumn
from dangol.desk.tables.offered import columns_chosen, columns_offered
from dangol.desk.tables.orders import NAME, Head, Named, groupings_of, heads_of, sorts_of
from dangol.desk.tables.rows import row_html
from dangol.kit.ids import as_uuid
from dangol.kit.pagination import CappedCount, Page
from dangol.relations.queries import scores_of
from dangol.segments.contracts import InvalidDefinition
from dangol.segments.queries import describe
from dangol.workspaces.models import Member
from dangol.workspaces.queries import colleagues

KEPT = ("view", "q", "sort", "group", "within")


@dataclass(frozen=True)
class ListWords:
    """What one kind of list calls things, and where a new row is made."""

    title: Promise
    search: Promise
    hint: Promise
    new_label: Promise
    new: str
    empty_template: str


WORDS: Mapping[Listed, ListWords] = {
    Listed.PEOPLE: ListWords(
        _("People"), _("Search people"), _("Name, first consonants, e-mail, last digits of the phone"),
        _("New person"), "customers:new_person", "desk/_no_people.html",
    ),
    Listed.COMPANIES: ListWords(
        _("Companies"), _("Search companies"), _("Name, first consonants, business number, domain"),
        _("New company"), "customers:new_company", "desk/_no_companies.html",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class BulkInput:
    """One field that can be set in many rows, with what can be chosen, or nothing for free text."""

    name: str
    label: Promise | str
    choices: Sequence[tuple[str, str]]


@dataclass(frozen=True)
class ShownGroup:
    """One value by which the list is divided, with a link to its rows."""

    label: str
    count: int
    query: str
    is_open: bool


class ShownList:
    """One page of people or companies."""

    def __init__(self, listed: Listed, member: Member, asked: QueryDict, now: datetime) -> None:
        self.listed = listed
        self.member = member
        self.now = now
        self.query = asked
        self.views = lists.views_of(member, listed)
        self.view = next((view for view in self.views if str(view.pk) == asked.get("view")), None)
        self.asked = asked_of(listed, self.view, asked, member)
        self.problem = ""

    @cached_property
    def rows(self) -> QuerySet[Any]:
        try:
            return lists.rows_of(self.asked, self.member, self.now)
        except InvalidDefinition as invalid:
            self.problem = str(invalid)
            return lists.visible_rows(self.listed, self.member).none()

    @cached_property
    def page(self) -> Page[Any]:
        return lists.page_of(self.rows, self.asked, self.query.get("after"))

    @property
    def goes_on(self) -> bool:
        """Whether there are more rows than this page has. Such a list is shown first; counts and groups follow."""
        return self.page.next_after is not None or not self.page.is_first

    @property
    def on_page(self) -> CappedCount:
        """How many rows this page has."""
        return CappedCount(len(self.page), is_capped=False)

    @cached_property
    def counted(self) -> CappedCount:
        """How many rows there are, on all pages."""
        return lists.total_of(self.rows)

    @property
    def is_long(self) -> bool:
        """Whether the list has more rows than one page."""
        return self.counted.value > lists.PAGE

    @cached_property
    def columns(self) -> list[Column]:
        return columns_chosen(self.listed, self.offered, self.view.columns if self.view else ())

    @cached_property
    def offered(self) -> dict[str, Column]:
        """Every column that this list could show."""
        return columns_offered(self.listed, self.member)

    @cached_property
    def lines(self) -> list[SafeString]:
        """The rows of the page as HTML."""
        beside = beside_of(self.listed, self.columns, self.page.items, self.member)
        cells_url = f"{self.url}cells/" if self.may_change else ""
        return [row_html(row, self.columns, beside, trail=self.trail, cells_url=cells_url) for row in self.page.items]

    @cached_property
    def groups(self) -> list[ShownGroup]:
        return [] if self._groups is None else [self._group(item.value, item.count) for item in self._groups.items]

    @property
    def groups_are_capped(self) -> bool:
        return self._groups is not None and self._groups.is_capped

    @cached_property
    def sentence(self) -> str:
        """Whom the view's filter describes."""
        if not (self.view and self.view.definition):
            return ""
        try:
            about = lists.ABOUT[self.listed]
            return describe(self.view.definition, get_language() or "en", about=about, reader=self.member)
        except InvalidDefinition as invalid:
            return str(invalid)

    @cached_property
    def kept(self) -> dict[str, str]:
        """What was asked for, as it stands in the address."""
        return {key: str(self.query[key]) for key in KEPT if self.query.get(key)}

    @cached_property
    def trail(self) -> str:
        """What leads from a row's page to its neighbours in this list."""
        return f"?{_encoded({'list': str(self.listed), **self.kept})}"

    @property
    def address(self) -> str:
        """Where this list lives, as it was asked for."""
        return f"{list_url(self.listed)}?{_encoded(self.kept)}"

    @cached_property
    def change(self) -> BulkChange | None:
        """The change of many rows that the member has just made here."""
        asked = as_uuid(self.query.get("change"))
        return lists.bulk_changes_of(self.member).filter(pk=asked).first() if asked else None

    @property
    def words(self) -> ListWords:
        """What this list calls things."""
        return WORDS[self.listed]

    @cached_property
    def url(self) -> str:
        return list_url(self.listed)

    @property
    def new_url(self) -> str:
        return reverse(self.words.new)

    @property
    def asked_query(self) -> str:
        return f"?{_encoded(self.kept)}" if self.kept else ""

    @property
    def export_url(self) -> str:
        return f"{reverse('export', args=[self.listed])}{self.asked_query}"

    @cached_property
    def bulk_inputs(self) -> list[BulkInput]:
        """The fields that can be set in many rows at once."""
        by_field = {column.attribute or column.key: column for column in self.offered.values()}
        return [
            BulkInput(field, by_field[field].label, choices_of(by_field[field], self.member))
            for field in FOR_MANY[self.listed]
            if field in by_field
        ]

    @cached_property
    def known_tags(self) -> list[str]:
        return lists.known_tags(self.member.workspace_id)

    @property
    def may_change(self) -> bool:
        return may_change_rows(self.member)

    @property
    def may_export(self) -> bool:
        return may_export(self.member)

    @property
    def may_change_view(self) -> bool:
        return self.view is not None and may_change_view(self.member, self.view)

    @property
    def is_narrowed(self) -> bool:
        """Whether something was asked for, so that an empty list means that nothing fits."""
        return bool(self.asked.question or self.asked.within or (self.view and self.view.definition))

    @property
    def sorts(self) -> list[Named]:
        return sorts_of(self.listed, self.member, self.offered.values())

    @property
    def groupings(self) -> list[Named]:
        return groupings_of(self.listed, self.offered.values())

    @property
    def heads(self) -> list[Head]:
        """The heads of the columns, with a way to sort by those that can."""
        return heads_of([NAME, *self.columns], self.asked.sort)

    @property
    def query_without_order(self) -> str:
        """What was asked for apart from the order, for the links in the heads."""
        return _encoded({key: value for key, value in self.kept.items() if key != "sort"})

    @cached_property
    def _groups(self) -> Groups | None:
        if not self.asked.grouping:
            return None
        everywhere = replace(self.asked, within="")
        return lists.groups_of(lists.rows_of(everywhere, self.member, self.now), everywhere)

    @cached_property
    def _names(self) -> dict[str, str]:
        return {str(one.pk): one.user.name for one in colleagues(self.member)}

    def _label(self, value: str) -> str:
        if self.asked.grouping == "owner":
            return self._names.get(value, value)
        field = self.asked.grouped_by
        if field is None or field.kind != FieldKind.BOOLEAN or value == lists.NOTHING:
            return value
        return field_text(field, value == "true")

    def _group(self, value: str, count: int) -> ShownGroup:
        label = self._label(value)
        kept = {key: asked for key, asked in self.kept.items() if key != "within"}
        is_open = value == self.asked.within
        if not is_open:
            kept["within"] = value
        return ShownGroup("" if label == lists.NOTHING else label, count, f"?{_encoded(kept)}", is_open)


def asked_of(listed: Listed, view: SavedView | None, query: QueryDict, member: Member) -> Asked:
    """Read what was asked for; what a view says holds until the reader says otherwise."""
    grouping = query.get("group", view.grouping if view else "")
    sort = query.get("sort") or (view.sort if view else "")
    fields = fields_asked(listed, member, (sort, grouping))
    sorted_by = fields.get(sort.removeprefix("-").removeprefix(FIELD))
    grouped_by = fields.get(grouping.removeprefix(FIELD))
    return Asked(
        listed, view,
        question=query.get("q", ""),
        sort=sort if sort in sorts_open_to(listed, member) or sorted_by else NEWEST,
        grouping=grouping if grouping in lists.GROUPINGS[listed] or grouped_by else "",
        within=query.get("within", ""), sorted_by=sorted_by, grouped_by=grouped_by,
    )  # fmt: skip


def beside_of(listed: Listed, columns: Sequence[Column], rows: Sequence[Any], member: Member) -> Beside:
    """Read what the columns need beside the rows: one statement for each need, whatever the number of rows."""
    needs = {column.needs for column in columns}
    ids = [row.pk for row in rows]
    linked = [column.field for column in columns if isinstance(column, FieldColumn) and column.field.is_link]
    values = [(field, row.fields.get(field.key)) for row in rows for field in linked]
    return Beside(
        tags=lists.tags_of(listed, ids) if "tags" in needs else {},
        companies=lists.companies_of(ids) if "companies" in needs else {},
        headcounts=lists.headcounts(ids) if "headcounts" in needs else {},
        strengths=scores_of(ids) if "strengths" in needs else {},
        links=linked_names(member.workspace_id, values, member=member),
    )


def shown_cell(listed: Listed, column: Column, row: Any, member: Member) -> SafeString | str:
    """Return one cell by itself, as the list shows it."""
    return column.cell(row, beside_of(listed, [column], [row], member))


def list_url(listed: Listed) -> str:
    """Return where a list lives."""
    return reverse(str(listed))


def _encoded(values: Mapping[str, str]) -> str:
    query = QueryDict(mutable=True)
    query.update(values)
    return query.urlencode()
