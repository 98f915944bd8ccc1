"""
From the inbox to the event store.

One chunk of one workspace is one transaction: take, recognise, store, count, tell. A crash anywhere
undoes the whole chunk and the next attempt repeats it. A chunk that the database refuses is halved until the event
that it cannot take stands alone and is put aside as a dead letter.
"""

import logging
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from datetime import date, datetime
from functools import partial
from uuid import UUID

import psycopg
from django.db import Error as DatabaseFailure
from django.db import connection, connections, transaction
from django.utils import timezone

from dangol.kit import tenancy
from dangol.kit.authorship import working_on
from dangol.kit.database_address import database_address
from dangol.kit.leading import leading
from dangol.kit.locks import hold_if_free, share
from dangol.kit.tracing import span
from dangol.kit.turns import Left, in_lanes
from dangol.tracking.calls import Draft, Problem
from dangol.tracking.operations.chunk_turns import ChunkTurn
from dangol.tracking.operations.reading import Reader, Reading, unstorable
from dangol.tracking.operations.schema_warnings import warn
from dangol.tracking.operations.sources import note_first_events
from dangol.tracking.operations.storing import MonthsMissing, put_aside, store
from dangol.workspaces.queries import served_workspaces

logger = logging.getLogger(__name__)

SWEEP_SECONDS = 5.0
PAUSE_SECONDS = 1.0
ABREAST = 2

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


class Overtaken(RuntimeError):
    """Another process has stored some of these requests since they were read."""


def process_workspace(workspace_id: UUID, *, stop: threading.Event | None = None) -> int:
    """
    Empty one workspace's inbox; return how many requests were taken. Another process at it means none.

    :param stop: when it is set, no further chunk is begun
    """
    stop = stop or threading.Event()
    total = 0
    with Reader(workspace_id) as reader:
        while not stop.is_set() and (taken := process_chunk(reader)):
            total += taken + _process_abreast(reader, stop)
    return total


def process_chunk(reader: Reader) -> int:
    """Take one chunk in one transaction; return how many requests it had."""
    reading = reader.take()
    careful = False
    while reading.ids:
        try:
            return _store(reader.workspace_id, reading, careful=careful)
        except MonthsMissing as missing:
            _make_months(missing.months)
        except Overtaken:
            reader.forget()
            reading = reader.take()
        except Exception as error:
            if careful or is_temporary(error):
                raise
            logger.warning("A chunk of workspace %s was refused and is taken apart: %s", reader.workspace_id, error)
            careful = True
    return 0


def _process_abreast(reader: Reader, stop: threading.Event) -> int:
    """
    Store what is read ahead, two chunks at a time, for as long as full ones follow each other.

    It ends before a chunk that only names people, and at one that cannot be stored beside another: each is stored
    alone. One process at a time does this for a workspace.
    """
    total = 0
    if not _is_next(reader.ahead()):
        return total
    with leading(reader.workspace_id) as own:
        turns = _turns(reader, stop) if own else ()
        store_beside = partial(_store_beside, reader.workspace_id)
        with closing(in_lanes(turns, store_beside, lanes=ABREAST, name="inbox")) as taken:
            for count in taken:
                total += count
                if not count:
                    break
    reader.forget()
    return total


def _is_next(reading: Reading) -> bool:
    return bool(reading.ids) and not reading.is_naming


def _turns(reader: Reader, stop: threading.Event) -> Iterator[ChunkTurn]:
    before: ChunkTurn | None = None
    while not stop.is_set() and _is_next(reader.ahead()):
        before = ChunkTurn(reader.take(), before)
        yield before


def _store_beside(workspace_id: UUID, turn: ChunkTurn) -> int:
    """Store a chunk while the one before is on its way; none if it has to be stored alone."""
    taken = 0
    try:
        taken = _store(workspace_id, turn.reading, turn=turn)
    except Left:
        pass
    except Exception as error:  # noqa: BLE001 - whatever it is, it comes again when the chunk is stored alone
        logger.info("A chunk of workspace %s is stored alone: %s", workspace_id, error)
    finally:
        turn.end(well=taken > 0)
    return taken


def is_temporary(error: Exception) -> bool:
    """Whether trying again later may help: the database was away, not the event wrong."""
    if not isinstance(error, DatabaseFailure):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state[:2] in TEMPORARY


def turn_of(workspace_id: UUID) -> str:
    """Name the lock of whoever stores this workspace's events, or makes anew what follows from them."""
    return f"events {workspace_id}"


def _listen(stop: threading.Event) -> None:
    with psycopg.connect(database_address(), autocommit=True) as listener:
        listener.execute("LISTEN dangol_inbox")
        swept = 0.0
        waiting: set[UUID] = set()
        while not stop.is_set():
            if time.monotonic() - swept > SWEEP_SECONDS:
                waiting |= {workspace.pk for workspace in served_workspaces()}
                swept = time.monotonic()
            for workspace_id in waiting:
                process_workspace(workspace_id, stop=stop)
            connections.close_all()
            waiting = {UUID(notice.payload) for notice in listener.notifies(timeout=PAUSE_SECONDS, stop_after=1)}


def _store(workspace_id: UUID, reading: Reading, *, turn: ChunkTurn | None = None, careful: bool = False) -> int:
    """
    Take a chunk out of the inbox and store it; none if another process is at this workspace.

    :param turn: the chunk's turn, if it is stored beside another one
    """
    now = timezone.now()
    problems = list(reading.problems)
    # What somebody in the trash does is kept like everything else, and brings nobody back.
    told: dict[str, str | int] = {"dangol.workspace": str(workspace_id), "dangol.requests": len(reading.ids)}
    with working_on("events"), span("chunk of events", told), tenancy.workspace(workspace_id), tenancy.open_trash():
        _commit_lazily()
        if turn:
            share(turn_of(workspace_id))
            turn.may_remember()
        elif not hold_if_free(turn_of(workspace_id)):
            return 0
        _take_out(workspace_id, reading.ids)
        note_first_events(workspace_id=workspace_id, drafts=reading.drafts)
        if careful:
            _store_halves(workspace_id, reading.drafts, problems, now)
        else:
            problems += store(workspace_id=workspace_id, drafts=reading.drafts, now=now, turn=turn)
        put_aside(workspace_id=workspace_id, problems=problems)
        warn(workspace_id=workspace_id, notices=reading.notices, now=now)
    return len(reading.ids)


def _store_halves(workspace_id: UUID, drafts: Sequence[Draft], problems: list[Problem], now: datetime) -> None:
    """Store what can be stored; the events that the database refuses become problems."""
    if not drafts:
        return
    try:
        with transaction.atomic():
            found = store(workspace_id=workspace_id, drafts=drafts, now=now)
    except MonthsMissing:
        raise
    except Exception as error:
        if is_temporary(error):
            raise
        if len(drafts) == 1:
            problems.append(unstorable(drafts[0], error))
            return
        middle = len(drafts) // 2
        _store_halves(workspace_id, drafts[:middle], problems, now)
        _store_halves(workspace_id, drafts[middle:], problems, now)
    else:
        problems += found


def _commit_lazily() -> None:
    """Do not wait for the disk: a lost commit brings its inbox rows back, and they are processed again."""
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")


def _take_out(workspace_id: UUID, ids: list[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tracking_inbox WHERE workspace_id = %s AND id = ANY(%s)", [workspace_id, ids])
        if cursor.rowcount != len(ids):
            raise Overtaken


def _make_months(months: Sequence[date]) -> None:
    """Make monthly partitions in a transaction of their own: it locks the whole table for a moment."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT tracking_ensure_month(m) FROM unnest(%s::date[]) AS m", [list(months)])
