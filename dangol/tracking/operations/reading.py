"""
Reading the inbox, a chunk ahead of storing it.

While PostgreSQL stores one chunk, a thread reads and checks the next one over a connection of its own. Reading takes
nothing: whoever stores a chunk deletes exactly its requests in the same transaction, and gives way if one is gone.
"""

import logging
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime
from types import TracebackType
from typing import Any, Self
from uuid import UUID

import psycopg
from django.db import Error as DatabaseFailure
from django.db import connection, connections

from dangol.customers.operations import normalised_email, normalised_phone
from dangol.kit import tenancy
from dangol.tracking.calls import NAMING, Draft, InboxBody, Problem, contact_in, read_body
from dangol.tracking.contracts import MAPPED, FieldMapping, read_delivery
from dangol.tracking.enums import DeadLetterCode, EventKind
from dangol.tracking.models import Source
from dangol.tracking.operations.admission import KeptOut, Rules, admitted, are_harmless, rules_of
from dangol.tracking.operations.copying import write_line
from dangol.tracking.operations.rebuilding import traits_of
from dangol.tracking.operations.schema_warnings import Notice
from dangol.tracking.operations.times import time_limits

logger = logging.getLogger(__name__)

CHUNK_ENTRIES = 8000
CHUNK_BYTES = 4 * 1024 * 1024
TOGETHER = 100
"""So many events are looked at together for what may not be stored; if there is any, one by one."""

NAMING_ENTRIES = 100
NAMING_BYTES = 10 * 1024
"""
Calls that only tell who somebody is cost ten times as much; events wait for one chunk of them at most. A chunk
by itself costs as much as sixty such calls: much smaller ones would only be slower.
"""

READ = """
WITH head AS (
    SELECT id, octet_length(body) AS size FROM tracking_inbox
    WHERE workspace_id = %(workspace)s AND id > %(after)s AND (call = ANY(%(calls)s)) = %(naming)s
    ORDER BY id LIMIT %(entries)s
), upto AS (
    SELECT id FROM (SELECT id, sum(size) OVER (ORDER BY id) - size AS before FROM head) sized WHERE before < %(bytes)s
)
SELECT id, source_id, call, received_at, body FROM tracking_inbox
WHERE workspace_id = %(workspace)s AND id IN (SELECT id FROM upto) ORDER BY id
"""


@dataclass(slots=True)
class Reading:
    """The oldest requests of an inbox and the events in them, checked and admitted but not yet taken out."""

    ids: list[int] = field(default_factory=list)
    drafts: list[Draft] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    notices: Counter[Notice] = field(default_factory=Counter)
    is_full: bool = False
    is_naming: bool = False


class Reader:
    """
    One pass through a workspace's inbox. Close it, or use it as a context: it may hold a thread.

    Calls that only name somebody and all others take turns: a shop that tells of all its customers at once holds no
    event up. Their order does not matter; see `customers.operations.recognition`.
    """

    def __init__(self, workspace_id: UUID) -> None:
        self.workspace_id = workspace_id
        self._pool: ThreadPoolExecutor | None = None
        self._ahead: Future[Reading] | None = None
        self._naming_next = False

    def take(self) -> Reading:
        """Return the chunk that was read ahead, else the oldest one; a full chunk lets the next be read meanwhile."""
        reading = self.ahead()
        self._ahead = None
        if not reading.ids:
            reading = self._read_next()
        self._naming_next = not reading.is_naming
        if reading.is_full and not reading.is_naming:
            self._pool = self._pool or ThreadPoolExecutor(max_workers=1, thread_name_prefix="inbox-reader")
            self._ahead = self._pool.submit(self._read_next, after=reading.ids[-1])
        return reading

    def ahead(self) -> Reading:
        """Return the chunk that was read ahead, or an empty one."""
        try:
            return self._ahead.result() if self._ahead is not None else Reading()
        except DatabaseFailure:
            logger.warning("Reading ahead failed; the chunk is read again.", exc_info=True)
            self._ahead = None
            return Reading()

    def forget(self) -> None:
        """Read anew from the beginning: what was read ahead may be stored by now."""
        self.ahead()
        self._ahead = None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._pool is not None:
            self._pool.submit(connections.close_all)
            self._pool.shutdown()

    def _read_next(self, *, after: int = -1) -> Reading:
        """Read what has its turn, else the other; `after` skips the events of the chunk that is being stored."""
        if self._naming_next:
            return _first(
                read_inbox(self.workspace_id, naming=True), lambda: read_inbox(self.workspace_id, after=after)
            )
        return _first(read_inbox(self.workspace_id, after=after), lambda: read_inbox(self.workspace_id, naming=True))


def _first(reading: Reading, other: Callable[[], Reading]) -> Reading:
    return reading if reading.ids else other()


def read_inbox(workspace_id: UUID, *, after: int = -1, naming: bool = False) -> Reading:
    """
    Read the oldest requests behind `after`, in the order of their arrival.

    :param naming: those that only name somebody, instead of all others
    """
    most, largest = (NAMING_ENTRIES, NAMING_BYTES) if naming else (CHUNK_ENTRIES, CHUNK_BYTES)
    with tenancy.workspace(workspace_id):
        told: dict[str, Any] = {"workspace": workspace_id, "after": after, "naming": naming, "calls": list(NAMING)}
        rows = _rows(told | {"entries": most, "bytes": largest})
        if not rows:
            return Reading()
        mappings = _mappings(workspace_id, {row[1] for row in rows if row[2] == MAPPED})
        rules = rules_of(workspace_id)
        limits = time_limits(workspace_id)
    reading = Reading(ids=[row[0] for row in rows], is_naming=naming)
    size = 0
    read: list[Draft | Problem] = []
    for number, source_id, call, received_at, body in rows:
        size += len(body)
        entry = InboxBody(number, source_id, call, received_at.astimezone(UTC), bytes(body), limits[source_id])
        read += _events_of(entry, mappings.get(source_id))
    for start in range(0, len(read), TOGETHER):
        _take_in(read[start : start + TOGETHER], rules, reading)
    reading.is_full = size >= largest or len(rows) >= most
    return reading


def _rows(told: Mapping[str, Any]) -> list[tuple[int, UUID, str, datetime, bytes]]:
    """Read requests as they are: as text, which is what Django asks for, they are twice as long and come in hex."""
    with connection.wrap_database_errors, psycopg.Cursor(connection.connection) as cursor:
        return cursor.execute(READ, told, binary=True).fetchall()


def _take_in(read: list[Draft | Problem], rules: dict[str, Rules], reading: Reading) -> None:
    """Add events to the reading, and a problem in place of each that may not be stored."""
    is_harmless = are_harmless(one for one in read if isinstance(one, Draft))
    for one in read:
        ready = one
        if isinstance(one, Draft):
            ready = _prepared(one, rules.get(one.name, {}), reading.notices, is_harmless=is_harmless)
        if isinstance(ready, Problem):
            reading.problems.append(ready)
        else:
            reading.drafts.append(ready)


def _events_of(entry: InboxBody, mapping: FieldMapping | None) -> list[Draft | Problem]:
    """Read one request. What nobody thought of puts this one aside, and must not stop those behind it."""
    try:
        return list(read_delivery(entry, mapping) if entry.call == MAPPED else read_body(entry))
    except Exception as error:
        logger.exception("Request %s of source %s cannot be read and is put aside.", entry.id, entry.source_id)
        code = DeadLetterCode.UNREADABLE
        return [Problem(entry.source_id, entry.received_at, code, str(error), entry.body, entry.call)]


def _prepared(draft: Draft, rules: Rules, notices: Counter[Notice], *, is_harmless: bool) -> Draft | Problem:
    """Do all to an event that needs no more than the event, so that storing it waits for little."""
    try:
        draft = admitted(draft, rules, notices, is_harmless=is_harmless)
        _read_who(draft)
        write_line(draft)
    except KeptOut as refusal:
        call = "" if refusal.code == DeadLetterCode.RESIDENT_ID else draft.kind
        return Problem(draft.source_id, draft.received_at, refusal.code, refusal.detail, draft.body, call)
    except Exception as error:  # noqa: BLE001 - one event that nobody foresaw must not stop the others
        return unstorable(draft, error)
    return draft


def unstorable(draft: Draft, error: Exception) -> Problem:
    """Put an event aside that could not be stored, with what was said against it."""
    detail = str(error)[:500]
    return Problem(draft.source_id, draft.received_at, DeadLetterCode.UNSTORABLE, detail, draft.body, draft.kind)


def _read_who(draft: Draft) -> None:
    """Read by which address and number the event says who it was, and what it tells about the person."""
    if draft.kind == EventKind.IDENTIFY:
        draft.told = traits_of(draft.properties, draft.context)
        draft.email = normalised_email(draft.told.get("email"))
    elif '"traits"' in draft.context:
        contact = contact_in(draft.context)
        draft.email = normalised_email(contact.get("email"))
        draft.phone = normalised_phone(str(contact.get("phone", "")))
        draft.told = {way: value for way, value in (("email", draft.email), ("phone", draft.phone)) if value}


def _mappings(workspace_id: UUID, source_ids: set[UUID]) -> dict[UUID, FieldMapping]:
    """What the fields mean of sources that send documents, where somebody has said it."""
    if not source_ids:
        return {}
    told = Source.objects.filter(workspace_id=workspace_id, pk__in=source_ids).values_list("pk", "mapping")
    return {source_id: FieldMapping.of(mapping) for source_id, mapping in told if mapping}
