"""
From the inbox to the event store.

One chunk of one workspace is one transaction: claim, check, recognise, store, count, delete, tell. A crash anywhere
undoes the whole chunk and the next attempt repeats it. A chunk that the database refuses is halved until the event
that it cannot take stands alone and is put aside as a dead letter.
"""

import logging
import threading
import time
from collections.abc import Sequence
from datetime import UTC, date, datetime
from uuid import UUID

import psycopg
from django.db import Error as DatabaseFailure
from django.db import connection, connections, transaction
from django.utils import timezone

from dangol.kit import tenancy
from dangol.tracking.calls import Draft, InboxBody, Problem, read_body
from dangol.tracking.enums import DeadLetterCode
from dangol.tracking.operations.storing import MonthsMissing, store
from dangol.workspaces.queries import all_workspaces

logger = logging.getLogger(__name__)

CHUNK_ENTRIES = 4000
CHUNK_BYTES = 2 * 1024 * 1024
SWEEP_SECONDS = 5.0
PAUSE_SECONDS = 1.0

CLAIM = """
WITH head AS (
    SELECT id, octet_length(body) AS size FROM tracking_inbox
    WHERE workspace_id = %(workspace)s ORDER BY id LIMIT %(entries)s
), upto AS (
    SELECT id FROM (SELECT id, sum(size) OVER (ORDER BY id) - size AS before FROM head) sized WHERE before < %(bytes)s
)
SELECT id, source_id, call, received_at, body FROM tracking_inbox
WHERE workspace_id = %(workspace)s AND id IN (SELECT id FROM upto) ORDER BY id FOR UPDATE SKIP LOCKED
"""

TEMPORARY = frozenset({"08", "25", "40", "53", "55", "57", "58"})
"""Classes of SQLSTATE that say nothing about the data: lost connection, deadlock, full disk, shutdown."""


def run_inbox(*, stop: threading.Event) -> None:
    """Process every workspace's inbox until told to stop: at once when a collector notifies, else every few seconds."""
    while not stop.is_set():
        try:
            _listen(stop)
        except (psycopg.Error, DatabaseFailure):
            logger.exception("The inbox processor lost the database; it tries again.")
            connections.close_all()
            stop.wait(PAUSE_SECONDS)
    connections.close_all()


def process_workspace(workspace_id: UUID) -> int:
    """Empty one workspace's inbox; return how many requests were taken. Another process at it means none."""
    total = 0
    while taken := process_chunk(workspace_id):
        total += taken
    return total


def process_chunk(workspace_id: UUID) -> int:
    """Take one chunk in one transaction; return how many requests it had."""
    careful = False
    while True:
        try:
            return _attempt(workspace_id, careful=careful)
        except MonthsMissing as missing:
            _make_months(missing.months)
        except Exception as error:
            if careful or is_temporary(error):
                raise
            logger.warning("A chunk of workspace %s was refused and is taken apart: %s", workspace_id, error)
            careful = True


def is_temporary(error: Exception) -> bool:
    """Whether trying again later may help: the database was away, not the event wrong."""
    if not isinstance(error, DatabaseFailure):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state[:2] in TEMPORARY


def _listen(stop: threading.Event) -> None:
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "password", "host", "port") if name in parameters}
    with psycopg.connect(**wanted, autocommit=True) as listener:
        listener.execute("LISTEN dangol_inbox")
        swept = 0.0
        waiting: set[UUID] = set()
        while not stop.is_set():
            if time.monotonic() - swept > SWEEP_SECONDS:
                waiting |= {workspace.pk for workspace in all_workspaces()}
                swept = time.monotonic()
            for workspace_id in waiting:
                process_workspace(workspace_id)
            connections.close_all()
            waiting = {UUID(notice.payload) for notice in listener.notifies(timeout=PAUSE_SECONDS, stop_after=1)}


def _attempt(workspace_id: UUID, *, careful: bool) -> int:
    now = timezone.now()
    with tenancy.workspace(workspace_id):
        _commit_lazily()
        entries = _claim(workspace_id)
        if not entries:
            return 0
        drafts: list[Draft] = []
        problems: list[Problem] = []
        for entry in entries:
            for read in read_body(entry):
                (drafts if isinstance(read, Draft) else problems).append(read)  # type: ignore[arg-type] # by its type
        if careful:
            _store_halves(workspace_id, drafts, problems, now)
            store(workspace_id=workspace_id, drafts=[], problems=problems, now=now)
        else:
            store(workspace_id=workspace_id, drafts=drafts, problems=problems, now=now)
        _delete(workspace_id, [entry.id for entry in entries])
    return len(entries)


def _store_halves(workspace_id: UUID, drafts: Sequence[Draft], problems: list[Problem], now: datetime) -> None:
    """Store what can be stored; the events that the database refuses become problems."""
    if not drafts:
        return
    try:
        with transaction.atomic():
            store(workspace_id=workspace_id, drafts=drafts, problems=[], now=now)
    except MonthsMissing:
        raise
    except Exception as error:
        if is_temporary(error):
            raise
        if len(drafts) == 1:
            problems.append(_problem_of(drafts[0], error))
            return
        middle = len(drafts) // 2
        _store_halves(workspace_id, drafts[:middle], problems, now)
        _store_halves(workspace_id, drafts[middle:], problems, now)


def _problem_of(draft: Draft, error: Exception) -> Problem:
    return Problem(draft.source_id, draft.received_at, DeadLetterCode.UNSTORABLE, str(error)[:500], draft.body)


def _claim(workspace_id: UUID) -> list[InboxBody]:
    """Lock the oldest requests, if no other process is at this workspace; order of arrival is kept that way."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(hashtextextended(%s, 74210))", [str(workspace_id)])
        if not cursor.fetchone()[0]:
            return []
        cursor.execute(CLAIM, {"workspace": workspace_id, "entries": CHUNK_ENTRIES, "bytes": CHUNK_BYTES})
        return [
            InboxBody(number, source_id, call, received_at.astimezone(UTC), bytes(body))
            for number, source_id, call, received_at, body in cursor.fetchall()
        ]


def _commit_lazily() -> None:
    """Do not wait for the disk: a lost commit brings its inbox rows back, and they are processed again."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _delete(workspace_id: UUID, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tracking_inbox WHERE workspace_id = %s AND id = ANY(%s)", [workspace_id, ids])


def _make_months(months: Sequence[date]) -> None:
    """Make monthly partitions in a transaction of their own: it locks the whole table for a moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tracking_ensure_month(m) FROM unnest(%s::date[]) AS m", [list(months)])
