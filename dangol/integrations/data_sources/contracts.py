"""What every reader of a source gives, and how it says what is wrong."""

from collections.abc import Generator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from dangol.integrations.data_sources.enums import ColumnKind

PORTION = 1000
"""Rows that are taken in one transaction."""


class SourceTrouble(Exception):
    """The source could not be read. The message is translated and says what to look at."""


class SourceUnreachable(SourceTrouble):
    """It may be otherwise in a minute: nobody answers, the line broke, the service is overloaded."""


class SourceRefuses(SourceTrouble):
    """It stays so until somebody changes something: a password, a right, a name, an answer that is no table."""


class ColumnsGone(Exception):
    """A part of the source lacks columns. Whoever reads decides whether they matter."""

    def __init__(self, names: Sequence[str]) -> None:
        super().__init__(", ".join(names))
        self.names = tuple(names)


@dataclass(frozen=True)
class Column:
    """One column as the source has it now."""

    name: str
    kind: str = ""

    @property
    def kind_label(self) -> str:
        """The kind in the reader's language."""
        return str(ColumnKind(self.kind).label) if self.kind else ""


Position = dict[str, Any]
"""Where a reader can go on. Plain JSON, understood by the reader that gave it."""


@dataclass(frozen=True)
class Portion:
    """
    Some rows, their cells in the order of the columns.

    :param position: where to go on once these rows are taken
    :param place: the file or page in which they stand; `first` is the number of the first row there
    :param faults: codes of what is wrong with single rows, by their number among these, from 0
    """

    rows: Sequence[Sequence[Any]]
    position: Position
    first: int = 1
    place: str = ""
    faults: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Wish:
    """
    What a run wants to read.

    :param columns: in which order the cells come
    :param ordered_by: the column whose values tell where we are: rows come in its order where `Reader.is_ordered`
    :param since: the value from which on rows are wanted, that value included; None for all
    :param position: what an earlier portion said; empty at the beginning
    :param needed: columns without which a part of the source must not be read
    """

    columns: Sequence[str]
    ordered_by: str = ""
    since: Any = None
    position: Position = field(default_factory=dict)
    needed: frozenset[str] = frozenset()


class Reader(Protocol):
    """An open source. Reading changes nothing there."""

    is_ordered: bool

    def offered(self) -> list[str]:
        """Look around: names of the tables or files that could be read."""

    def columns(self) -> list[Column]:
        """The columns as they are now; empty if the source has no row to tell by."""

    def sample(self, count: int) -> tuple[list[Column], list[list[Any]]]:
        """The columns, and the first rows."""

    def portions(self, wish: Wish) -> Generator[Portion]:
        """All rows that are wanted, some at a time."""


@dataclass(frozen=True)
class Place:
    """
    Where a source is and what to read there, with its secrets open. Never logged, never stored like this.

    :param folder: below which files may be read; empty where files of this server are not offered
    """

    kind: str
    where: Mapping[str, Any]
    what: Mapping[str, Any]
    secrets: Mapping[str, str] = field(repr=False)
    private_hosts: frozenset[str] = frozenset()
    folder: str = ""
