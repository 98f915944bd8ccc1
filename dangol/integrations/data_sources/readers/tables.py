"""Tables in files, streamed: text in any usual encoding and delimiter, and sheets of workbooks."""

import codecs
import csv
import io
from collections.abc import Iterator
from typing import IO, Any

from django.utils.translation import gettext as _
from python_calamine import CalamineError, CalamineWorkbook

from dangol.integrations.data_sources.contracts import SourceRefuses
from dangol.kit.text_files import BYTE_ORDER_MARKS, UnreadableText, delimiter_of, encoding_of

BLOCK = 1024 * 1024
LARGEST_WORKBOOK = 100 * 1024 * 1024


def records(file: IO[bytes], *, is_workbook: bool, sheet: str, name: str) -> Iterator[list[Any]]:
    """
    Return every row that is not empty, the header first.

    :raises SourceRefuses: if this is no table
    """
    rows = _sheet_rows(file, sheet, name) if is_workbook else _text_rows(file, name)
    return (row for row in rows if any(cell not in {None, ""} for cell in row))


def _text_rows(file: IO[bytes], name: str) -> Iterator[list[Any]]:
    try:
        encoding = _encoding(file)
    except UnreadableText:
        raise SourceRefuses(_("The file %(name)s is neither text nor a workbook.") % {"name": name}) from None
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=encoding, errors="replace", newline="")
    head = text.read(BLOCK // 8)
    text.seek(0)
    reader = csv.reader((line.replace("\x00", "") for line in text), delimiter=delimiter_of(head.replace("\r\n", "\n")))
    try:
        yield from reader
    except csv.Error as error:
        told = {"name": name, "line": reader.line_num}
        raise SourceRefuses(_("The quotes in %(name)s do not close, about line %(line)s.") % told) from error
    finally:
        if not file.closed:  # an abandoned reading ends after its file
            text.detach()


def _encoding(file: IO[bytes]) -> str:
    """Text may turn out not to be UTF-8 after a million plain lines: look at all of it, and judge where it is odd."""
    file.seek(0)
    block = file.read(BLOCK)
    if b"\x00" in block or any(block.startswith(mark) for mark, _encoding in BYTE_ORDER_MARKS):
        return encoding_of(_whole_lines(block))
    decoder = codecs.getincrementaldecoder("utf-8")()
    while block:
        try:
            decoder.decode(block)
        except UnicodeDecodeError:
            return encoding_of(_whole_lines(block))
        block = file.read(BLOCK)
    return "utf-8"


def _whole_lines(block: bytes) -> bytes:
    if len(block) < BLOCK:
        return block
    wide = block[:2] in {b"\xff\xfe", b"\xfe\xff"} or b"\x00" in block[:100]
    return block[: len(block) // 4 * 4] if wide else block.rpartition(b"\n")[0] or block


def _sheet_rows(file: IO[bytes], sheet: str, name: str) -> Iterator[list[Any]]:
    content = file.read(LARGEST_WORKBOOK + 1)
    if len(content) > LARGEST_WORKBOOK:
        raise SourceRefuses(_("The workbook %(name)s is larger than 100 MB. Save it as CSV.") % {"name": name})
    try:
        book = CalamineWorkbook.from_filelike(io.BytesIO(content))
        if sheet and sheet not in book.sheet_names:
            told = {"name": name, "sheet": sheet, "sheets": ", ".join(book.sheet_names)}
            raise SourceRefuses(_("%(name)s has no sheet %(sheet)s. It has: %(sheets)s") % told)
        found = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
        yield from found.iter_rows()
    except CalamineError as error:
        raise SourceRefuses(_("The workbook %(name)s cannot be read.") % {"name": name}) from error
