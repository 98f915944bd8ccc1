"""Keeping a file of events, and finding out how it is written."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from itertools import chain, islice

import msgspec
from django.db import transaction
from django.utils.translation import gettext as _

from dangol.integrations.event_files.lines import chunks_of, pieces_of
from dangol.integrations.event_files.models import EventFile, EventFilePiece
from dangol.kit.errors import OperationError
from dangol.kit.file_pieces import PieceCutter, codec_of, detected_encoding, head_of
from dangol.kit.table_rows import TableReader
from dangol.kit.text_files import UnreadableText, delimiter_of
from dangol.tracking.contracts import Delivery, without_resident_numbers_in_lines
from dangol.tracking.models import Source
from dangol.tracking.operations import keep_samples
from dangol.workspaces.models import Member

LARGEST_FILE = 1024**3
SAMPLES = 10


class UnableToKeepFile(OperationError):
    """The file is too large, empty, or no text."""


@transaction.atomic
def keep_event_file(
    *, source: Source, file_name: str, content: Iterable[bytes], member: Member, now: datetime
) -> EventFile:
    """
    Keep a file of any size and show its first lines where the fields of the source are explained.

    Resident registration numbers are struck out on the way.

    :raises UnableToKeepFile: if it is larger than 1 GB, empty, or neither CSV nor JSON line by line
    """
    made = EventFile.objects.create(
        workspace_id=source.workspace_id, source=source, file_name=file_name[:255], encoding="utf-8", by=member,
        created_at=now,
    )  # fmt: skip
    blocks = _counted(made, content)
    head = head_of(blocks)
    try:
        cutter = PieceCutter(detected_encoding(head), without_resident_numbers_in_lines)
        for piece in cutter.cut(chain([head], blocks)):
            EventFilePiece.objects.create(
                workspace_id=made.workspace_id, event_file=made, first_line=piece.first_line,
                line_count=piece.line_count, content=piece.content,
            )  # fmt: skip
    except UnreadableText:
        raise UnableToKeepFile(_("This is no text file. Upload CSV, or JSON with one event a line.")) from None
    made.encoding, made.line_count = cutter.encoding, cutter.line_count
    _look(made)
    made.save()
    lines = next(chunks_of(made, pieces_of(made), from_line=1), [])[:SAMPLES]
    if not lines:
        raise UnableToKeepFile(_("The file holds no events."))
    samples = [Delivery(str(line.number), msgspec.Raw(msgspec.json.encode(line.document))) for line in lines]
    keep_samples(source=source, deliveries=samples, now=now)
    return made


def _look(made: EventFile) -> None:
    """Tell CSV from JSON by the first letter, and read the header."""
    piece = next(pieces_of(made), None)
    text = piece.content.decode(codec_of(made.encoding), errors="replace") if piece else ""
    if not text.strip():
        raise UnableToKeepFile(_("The file is empty."))
    if text.lstrip().startswith("{"):
        return
    made.delimiter = delimiter_of(text)
    reader = TableReader(codec=codec_of(made.encoding), delimiter=made.delimiter)
    first = next(reader.chunks(islice(pieces_of(made), 1), size=1)).cells[0]
    made.header = [title.strip() or f"column {number}" for number, title in enumerate(first, start=1)]


def _counted(made: EventFile, content: Iterable[bytes]) -> Iterator[bytes]:
    for block in content:
        made.byte_count += len(block)
        if made.byte_count > LARGEST_FILE:
            raise UnableToKeepFile(_("The file is larger than 1 GB. Split it and upload the parts one by one."))
        yield block
