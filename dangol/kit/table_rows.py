"""
The records of a table that comes in pieces, read in bulk where the file is clean and line by line where it is not.

How a line is read never depends on where a piece or a block ends: a run that goes on in the middle reads the same.
"""

import csv
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from dangol.kit.file_pieces import Piece

LONGEST_RECORD = 20
BLOCK = 2000
LINE_INSIDE_CELL = "\u2028"
UNREADABLE = "\ufffd"


@dataclass(slots=True)
class Records:
    """Records in the order of the file: line numbers, cells, raw text, and what is wrong at which position."""

    numbers: list[int] = field(default_factory=list)
    cells: list[list[str]] = field(default_factory=list)
    texts: list[str] = field(default_factory=list)
    faults: dict[int, str] = field(default_factory=dict)

    def __len__(self) -> int:
        return len(self.numbers)

    def extend(self, other: "Records") -> None:
        """Append all records of another."""
        base = len(self.numbers)
        self.numbers += other.numbers
        self.cells += other.cells
        self.texts += other.texts
        self.faults.update((base + position, fault) for position, fault in other.faults.items())

    def split(self, size: int) -> "Records":
        """Take the first `size` records out and return them."""
        first = Records(
            self.numbers[:size], self.cells[:size], self.texts[:size],
            {position: fault for position, fault in self.faults.items() if position < size},
        )  # fmt: skip
        del self.numbers[:size], self.cells[:size], self.texts[:size]
        self.faults = {position - size: fault for position, fault in self.faults.items() if position >= size}
        return first


class TableReader:
    """
    Reads records of `width` cells; 0 takes any width.

    :param is_sheet: the pieces come from a spreadsheet: tabs between cells, no quotes, short rows are filled up
    """

    def __init__(self, *, codec: str, delimiter: str, width: int = 0, is_sheet: bool = False) -> None:
        self._codec = codec
        self._delimiter = "\t" if is_sheet else delimiter
        self._width = width
        self._is_sheet = is_sheet

    def read(self, pieces: Iterable[Piece], *, from_line: int = 1) -> Iterator[Records]:
        """Yield blocks of records from `from_line` on. Empty lines are left out."""
        lines: list[str] = []
        number = 0
        for piece in pieces:
            fresh = self._lines(piece)
            if piece.first_line < from_line:
                del fresh[: from_line - piece.first_line]
            number = number if lines else max(piece.first_line, from_line)
            lines += fresh
            taken, records = self._read(lines, number, is_last=False)
            del lines[:taken]
            number += taken
            yield records
        yield self._read(lines, number, is_last=True)[1]

    def chunks(self, pieces: Iterable[Piece], *, size: int, from_line: int = 1) -> Iterator[Records]:
        """Yield records in chunks of exactly `size`; the last may be shorter."""
        held = Records()
        for records in self.read(pieces, from_line=from_line):
            held.extend(records)
            while len(held) >= size:
                yield held.split(size)
        if len(held):
            yield held

    def _lines(self, piece: Piece) -> list[str]:
        try:
            text = piece.content.decode(self._codec)
        except UnicodeDecodeError:
            text = piece.content.decode(self._codec, errors="replace")
        lines = text.split("\n")
        return lines[:-1] if text.endswith("\n") else lines

    def _read(self, lines: list[str], number: int, *, is_last: bool) -> tuple[int, Records]:
        records = Records()
        at = 0
        end = len(lines) if is_last or self._is_sheet else max(0, len(lines) - LONGEST_RECORD)
        while at < end:
            block = lines[at : min(at + BLOCK, end)]
            cells = self._bulk(block)
            if cells is None:
                at += self._by_line(lines, at, min(at + BLOCK, end), number, records)
                continue
            self._take(records, range(number + at, number + at + len(block)), cells, block)
            at += len(block)
        self._measure(records)
        return at, records

    def _bulk(self, block: list[str]) -> list[list[str]] | None:
        """The cells of lines that are one record each; None when one is not."""
        if self._is_sheet or not any('"' in line for line in block):
            return [line.split(self._delimiter) for line in block]
        try:
            cells = list(csv.reader(block, delimiter=self._delimiter, strict=True))
        except csv.Error:
            return None
        return cells if len(cells) == len(block) else None

    @staticmethod
    def _take(records: Records, numbers: Iterable[int], cells: list[list[str]], block: list[str]) -> None:
        if all(map(str.strip, block)):
            records.numbers += numbers
            records.cells += cells
            records.texts += block
            return
        for number, row, line in zip(numbers, cells, block, strict=True):
            if line.strip():
                records.numbers.append(number)
                records.cells.append(row)
                records.texts.append(line)

    def _by_line(self, lines: list[str], at: int, end: int, number: int, records: Records) -> int:
        began = at
        while at < end:
            if lines[at].strip():
                cells, text, taken = self._record(lines, at)
                if not cells:
                    records.faults[len(records)] = "broken_quotes"
                    cells = lines[at].split(self._delimiter)
                records.numbers.append(number + at)
                records.cells.append(cells)
                records.texts.append(text)
                at += taken
            else:
                at += 1
        return at - began

    def _record(self, lines: list[str], at: int) -> tuple[list[str], str, int]:
        """A line by itself, else together with up to nineteen that follow, else no cells."""
        for taken in range(1, min(LONGEST_RECORD, len(lines) - at) + 1):
            text = "\n".join(lines[at : at + taken])
            if taken > 1 and '"' not in lines[at + taken - 1]:
                continue
            cells = self._parsed(text)
            if cells:
                return (
                    (cells, text, taken)
                    if taken == 1 or len(cells) == (self._width or len(cells))
                    else ([], lines[at], 1)
                )
        return [], lines[at], 1

    def _parsed(self, text: str) -> list[str]:
        if '"' not in text:
            return text.split(self._delimiter)
        try:
            (cells,) = csv.reader([f"{line}\n" for line in text.split("\n")], delimiter=self._delimiter, strict=True)
        except (csv.Error, ValueError):
            return []
        return cells

    def _measure(self, records: Records) -> None:
        """Give every record the width of the header, or say that it has another."""
        width = self._width
        odd = [] if not width or set(map(len, records.cells)) <= {width} else range(len(records))
        for position in odd:
            cells = records.cells[position]
            if len(cells) == width or position in records.faults:
                continue
            if len(cells) > width and not any(cell.strip() for cell in cells[width:]):
                records.cells[position] = cells[:width]
            elif len(cells) < width and self._is_sheet:
                records.cells[position] = cells + [""] * (width - len(cells))
            else:
                records.faults[position] = "wrong_column_count"
        for position, text in enumerate(records.texts):
            if UNREADABLE in text:
                records.faults.setdefault(position, "unreadable")
            if self._is_sheet and LINE_INSIDE_CELL in text:
                records.cells[position] = [cell.replace(LINE_INSIDE_CELL, "\n") for cell in records.cells[position]]
