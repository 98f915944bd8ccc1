"""Long lists in pages that are as quick at the end as at the beginning: by the last row seen, never by offset."""

import base64
import binascii
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

from django.core.exceptions import FieldDoesNotExist, ValidationError
from django.core.serializers.json import DjangoJSONEncoder
from django.db.models import F, Field, Model, Q, QuerySet
from django.db.models.expressions import OrderBy

T = TypeVar("T", bound=Model)
CAP = 10_000


@dataclass(frozen=True)
class Page(Generic[T]):
    """One page of rows. `next_after` is the cursor of the following page, or None at the end."""

    items: Sequence[T]
    next_after: str | None
    is_first: bool = True

    def __iter__(self) -> Iterator[T]:
        return iter(self.items)

    def __len__(self) -> int:
        return len(self.items)


@dataclass(frozen=True)
class CappedCount:
    """A count that stopped counting at `value` when `is_capped`."""

    value: int
    is_capped: bool


@dataclass(frozen=True)
class _Column:
    """
    One column of an order. A `joined` one stands in another table that need not have a row.

    Rows with and without a joined value are read apart: only so does the other table's index give their order.
    """

    name: str
    descending: bool
    field: "Field[Any, Any]"
    nullable: bool
    joined: bool = False

    def ordering(self) -> OrderBy:
        if self.descending:
            return F(self.name).desc(nulls_last=True) if self.nullable and not self.joined else F(self.name).desc()
        return F(self.name).asc()

    def value_of(self, row: Any) -> Any:
        for part in self.name.split("__"):
            row = getattr(row, part)
        return row

    def beyond(self, value: Any) -> Q:
        """Rows whose value of this column comes after the given one; nulls come last in both directions."""
        if value is None:
            return Q(pk__in=[])
        past = Q(**{f"{self.name}__{'lt' if self.descending else 'gt'}": value})
        return past | Q(**{f"{self.name}__isnull": True}) if self.nullable else past

    def before(self, value: Any) -> Q:
        """Rows whose value of this column comes ahead of the given one."""
        if value is None:
            return Q(**{f"{self.name}__isnull": False})
        return Q(**{f"{self.name}__{'gt' if self.descending else 'lt'}": value})

    def same(self, value: Any) -> Q:
        return Q(**{f"{self.name}__isnull": True}) if value is None else Q(**{self.name: value})

    def from_on(self, value: Any) -> Q:
        """The bound that lets an index start at the cursor: this column at or past the value, nulls excluded."""
        return Q(**{f"{self.name}__{'lte' if self.descending else 'gte'}": value})

    def up_to(self, value: Any) -> Q:
        """The mirror of `from_on`."""
        return Q(**{f"{self.name}__{'gte' if self.descending else 'lte'}": value})

    def known(self) -> Q:
        """Rows that have a value."""
        return Q(**{f"{self.name}__isnull": False})


def keyset_page(
    queryset: QuerySet[T], *, order: Sequence[str] = ("-created_at", "-id"), after: str | None = None, size: int = 50
) -> Page[T]:
    """
    Return the rows that follow a cursor. Nulls come last, whatever the direction.

    :param order: columns as for `order_by`; the last one must be unique. The first may be an annotation with a value of
        a joined table
    :param after: `next_after` of the page before; anything that is no such cursor gives the first page
    """
    columns = [_column(queryset, name, leads=name == order[0]) for name in order]
    position = _decoded(after, columns)
    return _page(_rows_after(queryset, columns, position, size + 1), columns, size, is_first=position is None)


def first_page(rows: Sequence[T], queryset: QuerySet[T], *, order: Sequence[str], size: int) -> Page[T]:
    """
    Return the first page of rows that were read already, one more than it holds.

    :param queryset: of such rows, to follow in the same order as for `keyset_page`
    """
    columns = [_column(queryset, name, leads=name == order[0]) for name in order]
    return _page(rows, columns, size, is_first=True)


def _page(rows: Sequence[T], columns: list[_Column], size: int, *, is_first: bool) -> Page[T]:
    items = rows[:size]
    return Page(items, _encoded(items[-1], columns) if len(rows) > size else None, is_first=is_first)


def capped_count(queryset: QuerySet[T], cap: int = CAP) -> CappedCount:
    """Count at most `cap` rows, so that a count never costs more than that."""
    found = queryset.order_by()[: cap + 1].count()
    return CappedCount(min(found, cap), is_capped=found > cap)


def neighbour(queryset: QuerySet[T], row: T, *, order: Sequence[str], forward: bool) -> T | None:
    """Return the row that follows another in the given order, or goes before it; None at the ends."""
    columns = [_column(queryset, name, leads=name == order[0]) for name in order]
    position = [column.value_of(row) for column in columns]
    if forward:
        return next(iter(_rows_after(queryset, columns, position, 1)), None)
    return _row_before(queryset, columns, position)


def _row_before(queryset: QuerySet[T], columns: list[_Column], position: list[Any]) -> T | None:
    lead, value = columns[0], position[0]
    before = queryset.filter(_goes_before(columns, position))
    if value is not None:
        return _backwards(before.filter(lead.up_to(value)), columns).first()
    unknown = _backwards(before.filter(lead.same(None)), columns[1:] if lead.joined else columns).first()
    return unknown or _backwards(queryset.filter(lead.known()), columns).first()


def _backwards(queryset: QuerySet[T], columns: list[_Column]) -> QuerySet[T]:
    back = [column.ordering() for column in columns]
    for ordering in back:
        ordering.reverse_ordering()
    return queryset.order_by(*back)


def _goes_before(columns: list[_Column], position: list[Any]) -> Q:
    """Rows ahead of a position: the mirror of `_follows`. What is null comes last, so everything else is before it."""
    condition = Q(pk__in=[])
    for column, value in reversed(list(zip(columns, position, strict=True))):
        condition = column.before(value) | (column.same(value) & condition)
    return condition


def _rows_after(queryset: QuerySet[T], columns: list[_Column], position: list[Any] | None, limit: int) -> list[T]:
    lead = columns[0]
    ordered = queryset.order_by(*(column.ordering() for column in columns))
    unknown = queryset.filter(lead.same(None)).order_by(*(c.ordering() for c in columns[1 if lead.joined else 0 :]))
    if position is None and not lead.joined:
        return list(ordered[:limit])
    if position is None:
        rows = list(ordered.filter(lead.known())[:limit])
    elif position[0] is None:
        return list(unknown.filter(_follows(columns, position))[:limit])
    else:
        rows = list(ordered.filter(lead.from_on(position[0]), _follows(columns, position))[:limit])
    if lead.nullable and len(rows) < limit:
        rows += unknown[: limit - len(rows)]
    return rows


def _follows(columns: list[_Column], position: list[Any]) -> Q:
    """Rows behind a position: a later first column, or the same first and a later second, and so on."""
    *heads, last = zip(columns, position, strict=True)
    condition = last[0].beyond(last[1])
    for column, value in reversed(heads):
        condition = column.beyond(value) | (column.same(value) & condition)
    return condition


def _column(queryset: QuerySet[T], order: str, *, leads: bool) -> _Column:
    name = order.removeprefix("-")
    annotation = queryset.query.annotations.get(name)
    if annotation is not None:
        return _Column(name, order.startswith("-"), annotation.output_field, nullable=True, joined=leads)
    path = list(_fields(queryset.model, name))
    return _Column(name, order.startswith("-"), path[-1], nullable=any(field.null for field in path))


def _fields(model: type[Model], path: str) -> "Iterator[Field[Any, Any]]":
    head, _, rest = path.partition("__")
    field = model._meta.pk if head == "pk" else model._meta.get_field(head)
    if not isinstance(field, Field):
        raise FieldDoesNotExist(path)
    yield field
    if rest:
        yield from _fields(field.related_model, rest)  # type: ignore[arg-type] # a path leads through relations


def _encoded(row: Any, columns: list[_Column]) -> str:
    values = [[column.name for column in columns], *(column.value_of(row) for column in columns)]
    return base64.urlsafe_b64encode(json.dumps(values, cls=_Exact).encode()).decode().rstrip("=")


def _decoded(cursor: str | None, columns: list[_Column]) -> list[Any] | None:
    """Return the cursor's values, or None for a cursor that is absent, damaged or of another order."""
    if not cursor:
        return None
    try:
        names, *values = json.loads(base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True))
        if names != [column.name for column in columns] or len(values) != len(columns):
            return None
        return [_parsed(column, value) for column, value in zip(columns, values, strict=True)]
    except (binascii.Error, ValueError, TypeError, ValidationError, RecursionError):
        return None


def _parsed(column: _Column, value: Any) -> Any:
    if value is None:
        if not column.nullable:
            raise ValueError(column.name)
        return None
    if not isinstance(value, str | int | float):
        raise TypeError(column.name)
    parsed = column.field.to_python(value)
    if isinstance(parsed, str) and "\x00" in parsed:
        raise ValueError(column.name)
    return parsed


class _Exact(DjangoJSONEncoder):
    """Keeps the microseconds of a time: a cursor that lost them would skip rows."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)
