"""Tables in text files as people really save them: any usual encoding, any usual delimiter, faults named by line."""

import csv
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

from charset_normalizer import from_bytes

BYTE_ORDER_MARKS = [(b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")]
OTHER_ENCODINGS = ["cp1252", "cp932", "gb18030", "big5", "cp1251"]
DELIMITERS = ",\t;|"
SAMPLE_BYTES = 200_000
SAMPLE_LINES = 20
LONGEST_RECORD = 20
HANGUL_SHARE = 0.7
NUL_SHARE = 0.1
LOPSIDED = 4
CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f]")


class UnreadableText(ValueError):
    """The bytes are no text in any encoding that we know."""


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a table, on the line where it begins. `fault` is empty, or why the cells cannot be trusted."""

    line: int
    cells: list[str]
    text: str
    fault: str = ""


def encoding_of(content: bytes) -> str:
    """
    Return the name of the encoding in which the bytes are text.

    :raises UnreadableText: for pictures, spreadsheets and the like
    """
    for mark, encoding in BYTE_ORDER_MARKS:
        if content.startswith(mark) and _decodes(content, encoding):
            return encoding
    if b"\x00" in content:
        return _wide_encoding(content)
    if _decodes(content, "utf-8"):
        return "utf-8"
    if _is_korean(content):
        return "cp949"
    guess = from_bytes(content[:SAMPLE_BYTES], cp_isolation=OTHER_ENCODINGS).best()
    if guess is None or not _decodes(content, guess.encoding):
        raise UnreadableText
    return guess.encoding


def decoded(content: bytes, encoding: str) -> str:
    """Return the text with one kind of line end and without zero characters, which PostgreSQL cannot keep."""
    return content.decode(encoding).replace("\r\n", "\n").replace("\r", "\n").replace("\x00", "")


def delimiter_of(text: str) -> str:
    """Return the character that splits the first lines into the same number of cells, two or more; else a comma."""
    lines = [line for line in islice(text.split("\n"), SAMPLE_LINES) if line.strip()]
    best, best_score = ",", 0.0
    for delimiter in DELIMITERS:
        widths = [_width(line, delimiter) for line in lines]
        if not widths or widths[0] < 2:  # noqa: PLR2004 - one cell means that this delimiter splits nothing
            continue
        score = widths.count(widths[0]) / len(widths) + widths[0] / 1000
        if score > best_score:
            best, best_score = delimiter, score
    return best


def rows(text: str, delimiter: str) -> Iterator[Row]:
    """
    Read a table record by record. The first row is the header and sets the number of cells; empty lines are left out.

    Faults: `broken_quotes` where a quote is never closed (the next line is read by itself), `wrong_column_count`.
    """
    lines = text.split("\n")
    width, at = 0, 0
    while at < len(lines):
        if not lines[at].strip():
            at += 1
            continue
        row, taken = _row(lines, at, delimiter, width)
        width = width or len(row.cells)
        yield row
        at += taken


def _row(lines: list[str], at: int, delimiter: str, width: int) -> tuple[Row, int]:
    first = lines[at]
    if '"' not in first:
        return _measured(Row(at + 1, first.split(delimiter), first), width), 1
    record = ""
    for taken in range(1, min(LONGEST_RECORD, len(lines) - at) + 1):
        record += ("\n" if record else "") + lines[at + taken - 1]
        if record.count('"') % 2:
            continue
        cells = _cells(record, delimiter)
        if cells is None or (taken > 1 and width and len(cells) != width):
            break
        return _measured(Row(at + 1, cells, record), width), taken
    return Row(at + 1, first.split(delimiter), first, "broken_quotes"), 1


def _measured(row: Row, width: int) -> Row:
    if not width or len(row.cells) == width:
        return row
    if len(row.cells) > width and not any(cell.strip() for cell in row.cells[width:]):
        return Row(row.line, row.cells[:width], row.text)
    return Row(row.line, row.cells, row.text, "wrong_column_count")


def _cells(record: str, delimiter: str) -> list[str] | None:
    try:
        (cells,) = csv.reader(record.splitlines(keepends=True), delimiter=delimiter, strict=True)
    except (csv.Error, ValueError):
        return None
    return cells


def _width(line: str, delimiter: str) -> int:
    return len(_cells(line, delimiter) or []) if '"' in line else line.count(delimiter) + 1


def _decodes(content: bytes, encoding: str) -> bool:
    try:
        content.decode(encoding)
    except (UnicodeDecodeError, LookupError):
        return False
    return True


def _wide_encoding(content: bytes) -> str:
    """UTF-16 without a mark: the zero bytes of its Latin letters, digits and delimiters stand all on one side."""
    sample = content[:SAMPLE_BYTES]
    even, odd = sample[0::2].count(0), sample[1::2].count(0)
    encoding = "utf-16-le" if odd > even else "utf-16-be"
    lopsided = max(even, odd) > NUL_SHARE * len(sample) / 2 and max(even, odd) > LOPSIDED * min(even, odd)
    if not lopsided or not _decodes(content, encoding) or CONTROL.search(content.decode(encoding)):
        raise UnreadableText
    return encoding


def _is_korean(content: bytes) -> bool:
    """Strictly CP949, and most of what is not ASCII is Hangul: what decodes by accident looks different."""
    if not _decodes(content, "cp949"):
        return False
    foreign = [letter for letter in content[:SAMPLE_BYTES].decode("cp949", errors="ignore") if ord(letter) > 127]  # noqa: PLR2004 - ASCII
    hangul = sum("가" <= letter <= "힣" for letter in foreign)
    return hangul >= HANGUL_SHARE * len(foreign)


def plain_title(title: str) -> str:
    """Return a column's title as titles are compared: letters and digits only."""
    return NOT_IN_TITLES.sub("", title.lower())


NOT_IN_TITLES = re.compile(r"[^0-9a-z가-힣]")
