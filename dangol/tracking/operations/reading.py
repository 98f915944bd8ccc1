"""
Reading the inbox, a chunk ahead of storing it.

While PostgreSQL stores one chunk, a thread reads and checks the next one over a connection of its own. Reading takes
nothing: whoever stores a chunk deletes exactly its requests in the same transaction, and gives way if one is gone.
"""

import logging
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC
from types import TracebackType
from typing import Self
from uuid import UUID

from django.db import Error as DatabaseFailure
from django.db import connection, connections

from dangol.kit import tenancy
from dangol.tracking.calls import Draft, InboxBody, Problem, read_body
from dangol.tracking.contracts import MAPPED, FieldMapping, read_delivery
from dangol.tracking.models import Source
from dangol.tracking.operations.copying import write_line

logger = logging.getLogger(__name__)

CHUNK_ENTRIES = 8000
CHUNK_BYTES = 4 * 1024 * 1024

READ = """
WITH head AS (
    SELECT id, octet_length(body) AS size FROM tracking_inbox
    WHERE workspace_id = %(workspace)s AND id > %(after)s ORDER BY id LIMIT %(entries)s
), upto AS (
    SELECT id FROM (SELECT id, sum(size) OVER (ORDER BY id) - size AS before FROM head) sized WHERE before < %(bytes)s
)
SELECT id, source_id, call, received_at, body FROM tracking_inbox
WHERE workspace_id = %(workspace)s AND id IN (SELECT id FROM upto) ORDER BY id
"""


@dataclass(slots=True)
class Reading:
    """The oldest requests of an inbox and the events in them, checked but not yet taken out."""

    ids: list[int] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    is_full: bool = False


class Reader:
    """One pass through a workspace's inbox. Close it, or use it as a context: it may hold a thread."""

    def __init__(self, workspace_id: UUID) -> None:
        self.workspace_id = workspace_id
        self._pool: ThreadPoolExecutor | None = None
        self._ahead: Future[Reading] | None = None

    def take(self) -> Reading:
        """Return the chunk that was read ahead, else the oldest one; a full chunk lets the next be read meanwhile."""
        reading = self._read_ahead()
        if not reading.ids:
            reading = read_inbox(self.workspace_id)
        if reading.is_full:
            self._pool = self._pool or ThreadPoolExecutor(max_workers=1, thread_name_prefix="inbox-reader")
            self._ahead = self._pool.submit(read_inbox, self.workspace_id, after=reading.ids[-1])
        return reading

    def forget(self) -> None:
        """Read anew from the beginning: another process is at this inbox."""
        self._read_ahead()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.submit(connections.close_all)
            self._pool.shutdown()

    def _read_ahead(self) -> Reading:
        ahead, self._ahead = self._ahead, None
        try:
            return ahead.result() if ahead is not None else Reading()
        except DatabaseFailure:
            logger.warning("Reading ahead failed; the chunk is read again.", exc_info=True)
            return Reading()


def read_inbox(workspace_id: UUID, *, after: int = -1) -> Reading:
    """Read the oldest requests behind `after`, in the order of their arrival."""
    with tenancy.workspace(workspace_id), connection.cursor() as cursor:
        cursor.execute(
            READ, {"workspace": workspace_id, "entries": CHUNK_ENTRIES, "bytes": CHUNK_BYTES, "after": after}
        )
        rows = cursor.fetchall()
        mappings = _mappings(workspace_id, {row[1] for row in rows if row[2] == MAPPED})
    reading = Reading(ids=[row[0] for row in rows])
    size = 0
    for number, source_id, call, received_at, body in rows:
        size += len(body)
        entry = InboxBody(number, source_id, call, received_at.astimezone(UTC), bytes(body))
        for read in read_delivery(entry, mappings.get(source_id)) if call == MAPPED else read_body(entry):
            if isinstance(read, Problem):
                reading.problems.append(read)
            else:
                write_line(read)
                reading.drafts.append(read)
    reading.is_full = size >= CHUNK_BYTES or len(rows) >= CHUNK_ENTRIES
    return reading


def _mappings(workspace_id: UUID, source_ids: set[UUID]) -> dict[UUID, FieldMapping]:
    """What the fields mean of sources that send documents, where somebody has said it."""
    if not source_ids:
        return {}
    told = Source.objects.filter(workspace_id=workspace_id, pk__in=source_ids).values_list("pk", "mapping")
    return {source_id: FieldMapping.of(mapping) for source_id, mapping in told if mapping}
