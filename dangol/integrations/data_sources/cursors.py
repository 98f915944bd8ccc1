"""How far a source was read: the newest value of one column, and the rows that share it."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from decimal import Decimal, InvalidOperation
from typing import Any

from dangol.integrations.data_sources.cells import text_of
from dangol.integrations.data_sources.enums import ColumnKind

MOST_SEEN = 5000
"""Rows with the newest value that are remembered. Beyond, rows are read twice, which changes nothing."""


def stored(value: Any) -> dict[str, str]:
    """Return a cursor's value as JSON that keeps its type."""
    match value:
        case bool() | None:
            return {}
        case int() | Decimal() | float():
            return {"kind": "number", "value": str(value)}
        case datetime():
            return {"kind": "time", "value": value.isoformat()}
        case date():
            return {"kind": "date", "value": value.isoformat()}
        case bytes():
            return {"kind": "bytes", "value": value.hex()}
        case _:
            return {"kind": "text", "value": str(value)}


def restored(kept: dict[str, Any]) -> Any:
    """Return the value that was stored, or None."""
    text = kept.get("value", "")
    match kept.get("kind"):
        case "number":
            number = Decimal(text)
            return int(number) if number == number.to_integral_value() and "." not in text else number
        case "time":
            return datetime.fromisoformat(text)
        case "date":
            return date.fromisoformat(text)
        case "bytes":
            return bytes.fromhex(text)
        case "text":
            return text
    return None


def as_typed(cell: Any, kind: str) -> Any:
    """Read a cell of a file or of JSON as its column's kind says; None when it says nothing that can be compared."""
    if cell is None or isinstance(cell, bool) or cell == "":
        return None
    if kind == ColumnKind.NUMBER:
        return _number(cell)
    if kind == ColumnKind.TIME:
        return _moment(cell)
    return str(cell)


@dataclass
class Mark:
    """The newest value so far, and digests of the rows that have it."""

    value: Any = None
    seen: set[str] = field(default_factory=set)

    @classmethod
    def read(cls, kept: dict[str, Any]) -> "Mark":
        """Return the mark that `stored` wrote."""
        return cls(restored(kept), set(kept.get("seen", ())))

    def stored(self) -> dict[str, Any]:
        """Return the mark as JSON; empty when nothing was seen."""
        kept = stored(self.value)
        return kept | {"seen": sorted(self.seen)} if kept else {}

    def has(self, value: Any, digest: str) -> bool:
        """Whether this very row was taken already."""
        return bool(value == self.value and digest in self.seen)

    def advance(self, value: Any, digest: str) -> None:
        """Remember a row that has been taken, whose value is not older than the newest."""
        if value != self.value:
            self.value, self.seen = value, set()
        if len(self.seen) < MOST_SEEN:
            self.seen.add(digest)


@dataclass
class Sieve:
    """
    Lets through only what was not taken yet.

    :param at: the number of the column that tells
    :param kind: its kind for cells that are text; empty for cells that have a type already
    :param since: where the reading began; fixed while rows come in any order
    :param newest: where it is by now
    :param is_ordered: rows come in the source's own order, which then is believed: it may sort text otherwise than we
    """

    at: int
    kind: str
    since: Mark
    newest: Mark
    is_ordered: bool

    def kept(self, rows: Iterable[Sequence[Any]]) -> list[tuple[int, Sequence[Any]]]:
        """Return the rows that are wanted, each with its number among the given, from 0."""
        return [(number, row) for number, row in enumerate(rows) if self._wants(row)]

    def _wants(self, row: Sequence[Any]) -> bool:
        value = as_typed(row[self.at], self.kind) if self.kind else row[self.at]
        if value is None:
            return self.since.value is None or not self.is_ordered
        digest = digest_of(row)
        if self.since.has(value, digest):
            return False
        if not self.is_ordered and self.since.value is not None and value < self.since.value:
            return False
        if self.is_ordered or self.newest.value is None or value >= self.newest.value:
            self.newest.advance(value, digest)
        return True


def digest_of(cells: Sequence[Any]) -> str:
    """Return a short fingerprint of some cells."""
    return hashlib.blake2b("\x1f".join(map(text_of, cells)).encode(), digest_size=8).hexdigest()


def _number(cell: Any) -> Decimal | None:
    try:
        number = Decimal(str(cell).strip().replace(",", ""))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None


def _moment(cell: Any) -> datetime | None:
    """Without a zone it is taken for UTC: only the order counts."""
    if isinstance(cell, datetime):
        found = cell
    else:
        try:
            found = datetime.fromisoformat(str(cell).strip())
        except ValueError:
            return None
    return found if found.tzinfo else found.replace(tzinfo=UTC)
