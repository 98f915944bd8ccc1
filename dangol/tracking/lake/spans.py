"""Which files of one month have to be written anew, and from which id to which."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Self
from uuid import UUID

from dangol.tracking.models import LakeChange, LakeFile

MOST_ROWS = 1_000_000
"""In one file: few enough to write it anew within seconds when somebody in it is erased."""

MOST_SMALL = 10
"""So many files of a month may be smaller before they are joined."""


@dataclass
class Span:
    """A stretch of ids, the files that it takes the place of, and whether it has to be written."""

    first: UUID
    last: UUID
    files: list[LakeFile]
    is_due: bool

    @classmethod
    def of_file(cls, file: LakeFile) -> Self:
        """Return the stretch that a file holds."""
        return cls(*file.ids, [file], is_due=False)

    @property
    def rows(self) -> int:
        """How many rows its files have."""
        return sum(file.rows for file in self.files)

    def join(self, other: Self) -> None:
        """Reach over another stretch as well."""
        self.last = max(self.last, other.last)
        self.files += other.files
        self.is_due = True


def due_spans(files: Iterable[LakeFile], changes: Iterable[LakeChange], *, most_small: int = MOST_SMALL) -> list[Span]:
    """
    Return the stretches of a month that have to be written.

    What changed inside of a file takes the whole file. What lies between two files, however much, becomes one stretch.

    :param most_small: join small neighbours if the month has more small files than that
    """
    parts = [Span.of_file(file) for file in files]
    parts += [Span(change.first_id, change.last_id, [], is_due=True) for change in changes]
    joined: list[Span] = []
    for part in sorted(parts, key=lambda part: part.first):
        before = joined[-1] if joined else None
        if before and (part.first <= before.last or not (part.files or before.files)):
            before.join(part)
        else:
            joined.append(part)
    if sum(1 for span in joined if span.rows < MOST_ROWS) > most_small:
        joined = _compacted(joined)
    return [span for span in joined if span.is_due]


def _compacted(spans: Sequence[Span]) -> list[Span]:
    compacted: list[Span] = []
    for span in spans:
        if compacted and compacted[-1].rows + span.rows <= MOST_ROWS:
            compacted[-1].join(span)
        else:
            compacted.append(span)
    return compacted
