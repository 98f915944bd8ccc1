"""The orders and groupings of a list in words, and the heads of its columns."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.desk.enums import Listed
from dangol.desk.queries.lists import GROUPINGS
from dangol.desk.queries.sorting import sorts_open_to
from dangol.desk.tables.columns import Column, FieldColumn
from dangol.workspaces.models import Member

GROUPING_LABELS: Mapping[str, Promise] = {
    "city": gettext_lazy("City"),
    "country": gettext_lazy("Country"),
    "language": gettext_lazy("Language"),
    "owner": gettext_lazy("Owner"),
    "origin": gettext_lazy("Origin"),
    "industry": gettext_lazy("Industry"),
}
SORT_LABELS: Mapping[str, Promise] = {
    "newest": gettext_lazy("Newest first"),
    "name": gettext_lazy("By name"),
    "seen": gettext_lazy("Last seen first"),
    "email": gettext_lazy("By e-mail address"),
}
DESCENDING = ("newest", "seen")
NAME = Column("name", gettext_lazy("Name"), sort="name")

Named = tuple[str, Promise | str]


@dataclass(frozen=True)
class Head:
    """The head of a column. `order` is its place in the order of the list; `sort` is what a click asks for."""

    label: str
    css: str
    sort: str
    order: str


def sorts_of(listed: Listed, member: Member, columns: Iterable[Column]) -> list[Named]:
    """Return the orders that a list offers: each own field up and down."""
    own: list[Named] = []
    for column in columns:
        if isinstance(column, FieldColumn) and column.sort:
            own.append((column.sort, _("%(field)s, ascending") % {"field": column.label}))
            own.append((f"-{column.sort}", _("%(field)s, descending") % {"field": column.label}))
    return [*((key, SORT_LABELS[key]) for key in sorts_open_to(listed, member)), *own]


def groupings_of(listed: Listed, columns: Iterable[Column]) -> list[Named]:
    """Return by what a list can be divided."""
    own = [(column.key, column.label) for column in columns if isinstance(column, FieldColumn) and column.is_groupable]
    return [*((key, GROUPING_LABELS[key]) for key in GROUPINGS[listed]), *own]


def heads_of(columns: Sequence[Column], sort: str) -> list[Head]:
    """Return the heads of the shown columns. A second click on an own field turns its order around."""
    return [_head(column, sort) for column in columns]


def _head(column: Column, sort: str) -> Head:
    is_led = bool(column.sort) and sort.removeprefix("-") == column.sort
    is_down = sort.startswith("-") or sort in DESCENDING
    turned = f"-{column.sort}" if is_led and isinstance(column, FieldColumn) and not is_down else column.sort
    order = "" if not is_led else "descending" if is_down else "ascending"
    return Head(str(column.label), column.css, turned, order)
