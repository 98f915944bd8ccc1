"""
All events as they are at this moment, asked of DuckDB: the lake's, and what it has yet to take over from the database.

Triggers told from which id to which something came, changed or went since the lake was written. Of these stretches the
database is read, of everything else the files.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from typing import TYPE_CHECKING, Any, Self
from uuid import UUID

from dangol.customers.contracts import is_sampled
from dangol.kit.months import following_month
from dangol.tracking.contracts import LakeTable
from dangol.tracking.lake.asking import engine, files_of, read_parquet, rows_of, whole
from dangol.tracking.lake.copying import reading
from dangol.tracking.lake.spans import MOST_ROWS
from dangol.tracking.models import Event, LakeChange, LakeFile

if TYPE_CHECKING:
    import pyarrow as pa

EVENTS = Event._meta.db_table
MOST_STRETCHES = 1000
FROM_ROWS = 1_000_000
"""So many events the lake must have. The database answers in less than a second up to there."""


@dataclass
class Stretch:
    """Ids of one month, all of which are read from the database."""

    month: date
    first: UUID
    last: UUID

    def test(self) -> str:
        """Return the test of a row `t`, in the database's words as in DuckDB's."""
        since = datetime.combine(self.month, time(), UTC)
        until = following_month(since)
        in_month = f"t.occurred_at >= '{since}' AND t.occurred_at < '{until}'"
        return f"({in_month} AND t.id BETWEEN '{self.first}' AND '{self.last}')"

    def touches(self, file: LakeFile) -> bool:
        """Whether rows of the file may lie in it."""
        return self.month == file.month and self.first <= file.ids[1] and file.ids[0] <= self.last

    def holds(self, file: LakeFile) -> bool:
        """Whether all rows of the file lie in it."""
        return self.month == file.month and self.first <= file.ids[0] and file.ids[1] <= self.last


@dataclass(frozen=True)
class EventsNow:
    """
    The events of the entered workspace.

    :ivar told: the last of what was told; whoever asks anew with the same gets the same answers
    """

    workspace_id: UUID
    stretches: Sequence[Stretch]
    files: Sequence[LakeFile]
    told: int

    @classmethod
    def of(cls, workspace_id: UUID) -> Self:
        """Look up what was told, then the files: what is taken over in between is read twice from the database."""
        changes = list(LakeChange.objects.filter(workspace_id=workspace_id).order_by("month", "first_id"))
        files = files_of([EVENTS], workspace_id)[EVENTS]
        return cls(workspace_id, _joined(changes), files, max((change.pk for change in changes), default=0))

    @property
    def rows(self) -> int:
        """How many events the files have."""
        return sum(file.rows for file in self.files)

    @property
    def is_behind(self) -> bool:
        """Whether so much would be read from the database that it had better be asked itself."""
        again = sum(file.rows for file in self.files if any(stretch.holds(file) for stretch in self.stretches))
        return len(self.stretches) > MOST_STRETCHES or again > MOST_ROWS

    @property
    def answer_sooner(self) -> bool:
        """Whether these are quicker asked than the database: if the lake has many and is not far behind."""
        return self.rows >= FROM_ROWS and not self.is_behind

    def ask(
        self, sql: str, values: Mapping[str, Any], *, of_sample: bool = False, since: datetime | None = None
    ) -> "pa.Table":
        """
        Return the answer to a question in DuckDB's words, with the values of its placeholders.

        :param of_sample: look at nothing but what the sample of the people did
        :param since: open no file of a month before this moment's
        """
        with engine().cursor() as own:
            read = self._files("is_sampled" if of_sample else "true", since)
            sources = [f"{rows} WHERE {test}" for rows, test in read]
            if self.stretches:
                own.register("unwritten", self._unwritten)
                sources.append(f"unwritten WHERE {is_sampled('person_id::UUID') if of_sample else 'true'}")
            rows = {EVENTS: rows_of(EVENTS, self.workspace_id, sources)}
            return own.sql(whole(sql, rows), params=dict(values)).to_arrow_table()

    def _files(self, test: str, since: datetime | None) -> Iterator[tuple[str, str]]:
        """Yield what reads the files without that of which was told, with the test of its rows."""
        first = since.astimezone(UTC).date().replace(day=1) if since else date.min
        files = [file for file in self.files if file.month and file.month >= first]
        touched = [file for file in files if any(stretch.touches(file) for stretch in self.stretches)]
        if rest := [file for file in files if file not in touched]:
            yield read_parquet(rest), test
        if touched:
            yield f"{read_parquet(touched)} AS t", f"{test} AND NOT ({self._told()})"

    @cached_property
    def _unwritten(self) -> "pa.Table":
        with reading(self.workspace_id) as reader:
            return reader.rows(LakeTable.tables[EVENTS], where=f"({self._told()})").read_all()

    def _told(self) -> str:
        return " OR ".join(stretch.test() for stretch in self.stretches)


def _joined(changes: Iterable[LakeChange]) -> list[Stretch]:
    """Return what was told, in order of months and ids, with what overlaps as one."""
    stretches: list[Stretch] = []
    for change in changes:
        last = stretches[-1] if stretches else None
        if last and last.month == change.month and change.first_id <= last.last:
            last.last = max(last.last, change.last_id)
        else:
            stretches.append(Stretch(change.month, change.first_id, change.last_id))
    return stretches
