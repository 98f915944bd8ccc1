"""Keeping an uploaded file in pieces, and guessing what it is: encoding, delimiter, sheet, header, columns."""

import re
import tempfile
from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice
from pathlib import Path
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.customers.enums import ImportState, ImportTarget
from dangol.customers.models import ImportPiece, ImportProblem, PeopleImport
from dangol.customers.operations.imports.plans import pieces_of
from dangol.customers.operations.imports.refusals import UnableToImport
from dangol.customers.operations.imports.suggesting import header_of, own_titles, suggested_mapping
from dangol.customers.operations.resident_numbers import without_resident_numbers_in_bytes
from dangol.customers.queries.imports import import_targets
from dangol.kit.file_pieces import PieceCutter, codec_of, detected_encoding, head_of
from dangol.kit.sheets import UnreadableWorkbook, is_workbook, read_workbook
from dangol.kit.table_rows import Records, TableReader
from dangol.kit.text_files import DELIMITERS, UnreadableText, delimiter_of
from dangol.workspaces.models import Member

LARGEST_FILE = 1024**3
LARGEST_WORKBOOK = 200 * 1024**2
BLOCK = 256 * 1024
SAMPLE_RECORDS = 200
ENCODINGS = ("utf-8", "cp949", "utf-16", "cp1252", "cp932", "gb18030", "big5", "cp1251")
BLANK = re.compile(rb"\s*\Z")


@transaction.atomic
def upload_people(
    *,
    member: Member,
    file_name: str,
    content: bytes | Iterable[bytes],
    now: datetime,
    target: str = ImportTarget.PEOPLE.value,
) -> PeopleImport:
    """
    Keep an uploaded file and guess its encoding, delimiter, sheet, header and columns.

    The file is read as a stream and kept in pieces; resident registration numbers are struck out on the way.

    :param content: the bytes, or blocks of them; one gigabyte of text or 200 MB of a spreadsheet at most
    :raises UnableToImport: if it is empty, too large, or no table with a header and at least one line
    """
    made = PeopleImport(
        workspace_id=member.workspace_id, by=member, file_name=file_name[-255:],
        target=_target(member.workspace_id, target), delimiter=",", encoding="utf-8",
    )  # fmt: skip
    made.save()
    blocks = _counted(made, iter([content]) if isinstance(content, bytes) else iter(content))
    head = head_of(blocks)
    if is_workbook(head):
        _keep_workbook(made, chain([head], blocks))
    else:
        _keep_text(made, head, blocks)
    _look(made)
    made.save()
    return made


@transaction.atomic
def read_differently(
    *,
    people_import: PeopleImport,
    encoding: str | None = None,
    delimiter: str | None = None,
    sheet: int | None = None,
    header_line: int | None = None,
    target: str | None = None,
) -> PeopleImport:
    """
    Read the kept file in another way than was guessed; what the columns mean is guessed anew.

    :param header_line: the line with the titles; 0 when there is none
    :raises UnableToImport: if the file is being taken in, or shows no table when it is read so
    """
    if people_import.state not in {ImportState.UPLOADED, ImportState.CHECKED}:
        raise UnableToImport(_("This file is being taken in already."))
    if encoding is not None and not people_import.sheets:
        people_import.encoding = encoding if encoding in ENCODINGS else people_import.encoding
    if sheet is not None and sheet < len(people_import.sheets):
        people_import.sheet, header_line = sheet, None
    if target is not None:
        people_import.target = _target(people_import.workspace_id, target)
    people_import.state = ImportState.UPLOADED
    ImportProblem.objects.filter(workspace_id=people_import.workspace_id, people_import=people_import).delete()
    _look(people_import, delimiter=delimiter if delimiter in {*DELIMITERS} else None, header_line=header_line)
    people_import.save()
    return people_import


def sample_of(people_import: PeopleImport, count: int = SAMPLE_RECORDS) -> Records:
    """Return the first records of the file, the header and what stands above it among them."""
    reader = TableReader(
        codec=codec_of(people_import.encoding), delimiter=people_import.delimiter, is_sheet=bool(people_import.sheets)
    )
    pieces = islice(pieces_of(people_import), 2)
    return next(reader.chunks(pieces, size=count), Records())


def _target(workspace_id: UUID, target: str) -> str:
    known = {key for key, _label in import_targets(workspace_id=workspace_id)}
    if target not in known:
        raise UnableToImport(_("Say what the lines of the file are."))
    return target


def _counted(made: PeopleImport, blocks: Iterator[bytes]) -> Iterator[bytes]:
    for block in blocks:
        made.byte_count += len(block)
        if made.byte_count > LARGEST_FILE:
            raise UnableToImport(_("The file is larger than 1 GB. Split it and upload the parts one after the other."))
        for start in range(0, len(block), BLOCK):
            yield block[start : start + BLOCK]


def _keep_text(made: PeopleImport, head: bytes, blocks: Iterator[bytes]) -> None:
    if BLANK.match(head):
        raise UnableToImport(_("The file is empty."))
    try:
        made.encoding = detected_encoding(head)
        cutter = PieceCutter(made.encoding, without_resident_numbers_in_bytes)
        _keep(made, cutter, chain([head], blocks), sheet=0)
    except UnreadableText:
        raise UnableToImport(
            _("This is neither a table nor a text file. Upload CSV, tab-separated text or a spreadsheet (XLSX).")
        ) from None
    made.encoding = cutter.encoding


def _keep_workbook(made: PeopleImport, blocks: Iterator[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        book = Path(folder) / "book"
        with book.open("wb") as file:
            for block in blocks:
                file.write(block)
                if made.byte_count > LARGEST_WORKBOOK:
                    raise UnableToImport(
                        _("The spreadsheet is larger than 200 MB. Save the sheet as CSV and upload that.")
                    )
        try:
            sheets = read_workbook(book, Path(folder))
        except UnreadableWorkbook:
            raise UnableToImport(
                _("The spreadsheet cannot be opened. It may be damaged or locked by a password. Save it again as XLSX.")
            ) from None
        if not sheets:
            raise UnableToImport(_("The file is empty."))
        made.sheets = [sheet.name for sheet in sheets]
        for number, sheet in enumerate(sheets):
            with sheet.path.open("rb") as rows:
                cutter = PieceCutter("utf-8", without_resident_numbers_in_bytes)
                _keep(made, cutter, iter(lambda: rows.read(BLOCK), b""), sheet=number)


def _keep(made: PeopleImport, cutter: PieceCutter, blocks: Iterable[bytes], *, sheet: int) -> None:
    for piece in cutter.cut(blocks):
        ImportPiece.objects.create(
            workspace_id=made.workspace_id, people_import=made, sheet=sheet, first_line=piece.first_line,
            line_count=piece.line_count, content=piece.content,
        )  # fmt: skip


def _look(made: PeopleImport, *, delimiter: str | None = None, header_line: int | None = None) -> None:
    """Guess, from the first lines, what was not told."""
    last = (
        ImportPiece.objects.filter(workspace_id=made.workspace_id, people_import=made, sheet=made.sheet)
        .order_by("first_line")
        .values_list("first_line", "line_count")
        .last()
    )
    made.line_count = last[0] + last[1] - 1 if last else 0
    if not made.sheets:
        piece = next(pieces_of(made))
        made.delimiter = delimiter or delimiter_of(piece.content.decode(codec_of(made.encoding), errors="replace"))
    sample = sample_of(made)
    made.header_line, made.header = header_of(sample, made.target, header_line=header_line, is_sheet=bool(made.sheets))
    below = [cells for number, cells in zip(sample.numbers, sample.cells, strict=True) if number > made.header_line]
    if not below:
        raise UnableToImport(_("The file needs a header and at least one line below it."))
    own = own_titles(workspace_id=made.workspace_id, target=made.target)
    made.mapping = suggested_mapping(made.header, target=made.target, sample=below, own=own)
