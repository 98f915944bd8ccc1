"""CSV and XLSX files in a folder of this server, or over SFTP."""

import fnmatch
from collections.abc import Callable, Generator, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Any, Protocol

from django.utils.translation import gettext as _

from dangol.integrations.data_sources.cells import kind_of, named
from dangol.integrations.data_sources.contracts import (
    PORTION,
    Column,
    ColumnsGone,
    Place,
    Portion,
    Position,
    SourceRefuses,
    Wish,
)
from dangol.integrations.data_sources.enums import Shelf
from dangol.integrations.data_sources.readers import folder, sftp
from dangol.integrations.data_sources.readers.tables import records

LARGEST_FILE = 1024**3
LOOKED_AT = 200
"""Rows by which the kinds of the columns are told."""


@dataclass(frozen=True, order=True)
class Listed:
    """A file as the folder lists it; the oldest comes first."""

    changed_at: int
    name: str
    size: int

    @property
    def stamp(self) -> str:
        """Tells this content of the file from an earlier one."""
        return f"{self.changed_at}:{self.size}"


class FileShelf(Protocol):
    """A place where files lie."""

    def listed(self) -> list[tuple[str, int, int]]:
        """Name, time of change in seconds, and size of every file."""

    def opened(self, name: str) -> AbstractContextManager[IO[bytes]]:
        """Open a file that was listed."""


SHELVES: Mapping[Shelf, Callable[[Place], AbstractContextManager[FileShelf]]] = {
    Shelf.FOLDER: folder.opened,
    Shelf.SFTP: sftp.opened,
}


@contextmanager
def opened(place: Place) -> Iterator["FileReader"]:
    """Open the shelf."""
    with SHELVES[Shelf(place.where["shelf"])](place) as shelf:
        yield FileReader(shelf, place.what)


class FileReader:
    """All files whose name fits, one after the other."""

    is_ordered = False

    def __init__(self, shelf: FileShelf, what: Mapping[str, Any]) -> None:
        self._shelf = shelf
        self._pattern = str(what.get("pattern") or "*")
        self._sheet = str(what.get("sheet") or "")

    def offered(self) -> list[str]:
        return [name for name, _changed_at, _size in sorted(self._shelf.listed())]

    def columns(self) -> list[Column]:
        return self.sample(LOOKED_AT)[0]

    def sample(self, count: int) -> tuple[list[Column], list[list[Any]]]:
        files = self._files()
        if not files:
            raise SourceRefuses(_("No file fits the pattern %(pattern)s.") % {"pattern": self._pattern})
        with self._shelf.opened(files[-1].name) as file:
            names, rows = self._table(file, files[-1].name)
            shown = [row for _number, row, _fault in _first(rows, max(count, LOOKED_AT))]
        kinds = [kind_of(row[at] for row in shown) for at in range(len(names))]
        return [Column(name, kind) for name, kind in zip(names, kinds, strict=True)], shown[:count]

    def portions(self, wish: Wish) -> Generator[Portion]:
        done = dict(wish.position.get("done", {}))
        files = self._files()
        present = {file.name for file in files}
        done = {name: stamp for name, stamp in done.items() if name in present}
        for file in files:
            if done.get(file.name) != file.stamp:
                yield from self._portions_of(file, wish, done)
                done[file.name] = file.stamp

    def _portions_of(self, listed: Listed, wish: Wish, done: Mapping[str, str]) -> Iterator[Portion]:
        start = _start(wish.position, listed)
        with self._shelf.opened(listed.name) as file:
            names, rows = self._table(file, listed.name)
            if missing := wish.needed - set(names):
                raise ColumnsGone(sorted(missing))
            order = [names.index(name) if name in names else None for name in wish.columns]
            waiting = [*_first(rows, PORTION)]
            while waiting:
                following = [*_first(rows, PORTION)]
                last = waiting[-1][0]
                if last > start:
                    here = {"file": listed.name, "stamp": listed.stamp, "row": last}
                    position = (
                        {"done": {**done}, **here} if following else {"done": {**done, listed.name: listed.stamp}}
                    )
                    yield _portion(listed.name, [row for row in waiting if row[0] > start], order, position)
                waiting = following

    def _files(self) -> list[Listed]:
        found = [Listed(changed_at, name, size) for name, changed_at, size in self._shelf.listed()]
        fitting = sorted(file for file in found if fnmatch.fnmatchcase(file.name, self._pattern))
        if large := next((file.name for file in fitting if file.size > LARGEST_FILE), ""):
            raise SourceRefuses(_("The file %(name)s is larger than 1 GB.") % {"name": large})
        return fitting

    def _table(self, file: IO[bytes], name: str) -> tuple[list[str], Iterator["Record"]]:
        rows = records(file, is_workbook=PurePosixPath(name).suffix.lower() in {".xlsx", ".xlsm", ".xls", ".ods"},
                       sheet=self._sheet, name=name)  # fmt: skip
        header = next(rows, None)
        if header is None:
            raise SourceRefuses(_("The file %(name)s is empty.") % {"name": name})
        names = named(header)
        return names, _measured(rows, len(names))


Record = tuple[int, list[Any], str]
"""The number of a row below the header, its cells, and what is wrong with it."""


def _measured(rows: Iterator[list[Any]], width: int) -> Iterator[Record]:
    for number, row in enumerate(rows, 1):
        is_long = any(cell not in {None, ""} for cell in row[width:])
        yield number, [*row[:width], *[""] * (width - len(row))], "wrong_column_count" if is_long else ""


def _first(rows: Iterator[Record], count: int) -> Iterator[Record]:
    for _number, row in zip(range(count), rows, strict=False):
        yield row


def _start(position: Position, listed: Listed) -> int:
    """The last row that was taken of this very content of the file."""
    same = position.get("file") == listed.name and position.get("stamp") == listed.stamp
    return int(position["row"]) if same else 0


def _portion(name: str, rows: list[Record], order: list[int | None], position: Position) -> Portion:
    cells = [["" if at is None else row[at] for at in order] for _number, row, _fault in rows]
    faults = {number: fault for number, (_row, _cells, fault) in enumerate(rows) if fault}
    return Portion(cells, position=position, first=rows[0][0], place=name[:200], faults=faults)
