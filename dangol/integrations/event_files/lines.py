"""The lines of a file of events: each an object of JSON, or a row below a header."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from uuid import UUID

import msgspec

from dangol.integrations.event_files.models import EventFile, EventFilePiece
from dangol.kit.file_pieces import Piece, codec_of
from dangol.kit.table_rows import TableReader
from dangol.tracking.contracts import FieldMapping, Unusable, usable_call
from dangol.tracking.enums import DeadLetterCode

CHUNK = 500
NO_DELIMITER = "\x1f"


@dataclass(frozen=True, slots=True)
class Line:
    """One line. `document` is what it says, or nothing where it cannot be read."""

    number: int
    text: str
    document: object
    code: str = ""

    @property
    def digest(self) -> bytes:
        """The same for lines that say the same."""
        return sha256(self.text.encode()).digest()


@dataclass(slots=True)
class Read:
    """One chunk as the mapping understands it: the calls, and the lines that cannot be used with the reason."""

    next_line: int
    digests: list[bytes]
    calls: list[bytes]
    problems: list[tuple[Line, str, str]]


def chunks_of(event_file: EventFile, pieces: Iterator[Piece], *, from_line: int) -> Iterator[list[Line]]:
    """Yield the lines from that one on, five hundred at a time, without the header and empty ones."""
    reader = TableReader(
        codec=codec_of(event_file.encoding),
        delimiter=event_file.delimiter or NO_DELIMITER,
        width=len(event_file.header),
    )
    for records in reader.chunks(pieces, size=CHUNK, from_line=max(from_line, 2 if event_file.header else 1)):
        lines = zip(records.numbers, records.texts, records.cells, strict=True)
        yield [
            _line(event_file, number, text, cells, records.faults.get(place, ""))
            for place, (number, text, cells) in enumerate(lines)
        ]


def read_lines(lines: list[Line], *, mapping: FieldMapping, source_id: UUID, now: datetime) -> Read:
    """Turn lines into calls. A line's message id comes from what it says, so that no file is counted twice."""
    read = Read(lines[-1].number + lines[-1].text.count("\n") + 1, [line.digest for line in lines], [], [])
    for line, digest in zip(lines, read.digests, strict=True):
        if line.code:
            read.problems.append((line, line.code, ""))
            continue
        try:
            own_id = f"{source_id}:{digest.hex()}"
            read.calls.append(usable_call(line.document, mapping, message_id=own_id, source_id=source_id, now=now))
        except Unusable as problem:
            read.problems.append((line, problem.code, problem.detail))
    return read


def pieces_of(event_file: EventFile, *, from_line: int = 1) -> Iterator[Piece]:
    """Yield the file's pieces from that line on, one read from the database at a time."""
    own = EventFilePiece.objects.filter(workspace_id=event_file.workspace_id, event_file=event_file)
    at = own.filter(first_line__lte=from_line).order_by("first_line").values_list("first_line", flat=True).last() or 1
    while piece := own.filter(first_line__gte=at).order_by("first_line").first():
        yield Piece(piece.first_line, piece.line_count, bytes(piece.content))
        at = piece.first_line + 1


def _line(event_file: EventFile, number: int, text: str, cells: list[str], fault: str) -> Line:
    if fault:
        return Line(number, text, None, DeadLetterCode.WRONG_SHAPE)
    if event_file.header:
        return Line(number, text, dict(zip(event_file.header, cells, strict=True)))
    try:
        return Line(number, text, msgspec.json.decode(text))
    except (msgspec.DecodeError, RecursionError):
        return Line(number, text, None, DeadLetterCode.NOT_JSON)
