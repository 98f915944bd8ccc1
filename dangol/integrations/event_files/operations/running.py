"""The dry run of a file of events, and the real one: behind everything that happens live."""

import time
from array import array
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import UUID

import numpy as np
from django.db import InterfaceError, OperationalError, connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.customers.enums import ImportState
from dangol.integrations.event_files.lines import Line, Read, chunks_of, pieces_of, read_lines
from dangol.integrations.event_files.models import EventFile, EventFilePiece, EventFileProblem
from dangol.kit import tenancy
from dangol.kit.errors import OperationError
from dangol.kit.file_pieces import Piece
from dangol.kit.jobs import job
from dangol.tracking.contracts import FieldMapping
from dangol.tracking.operations import put_into_inbox
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

PROBLEMS_KEPT = 1000
TEXT_KEPT = 1000
PAUSE = 0.1

BEHIND = """
SELECT received_at < clock_timestamp() - interval '1 second' FROM tracking_inbox
WHERE workspace_id = %s ORDER BY id LIMIT 1
"""
CHECKABLE = {ImportState.UPLOADED, ImportState.CHECKED}
STEPS: dict[str, set[ImportState]] = {
    ImportState.CHECKING: CHECKABLE,
    ImportState.PAUSED: {ImportState.RUNNING},
    ImportState.RUNNING: {ImportState.PAUSED, ImportState.FAILED},
    ImportState.CANCELLED: {*ImportState} - {ImportState.DONE, ImportState.CANCELLED},
}


class UnableToTakeEvents(OperationError):
    """The file is in another state, or nobody said what its fields mean."""


@transaction.atomic
def check_event_file(*, event_file: EventFile) -> EventFile:
    """
    Queue the dry run: every line is read and nothing taken in.

    :raises UnableToTakeEvents: if it is being taken in, or nobody said what the fields of the source mean
    """
    locked = _locked(event_file)
    if not locked.source.mapping:
        raise UnableToTakeEvents(_("Say what the fields mean first."))
    _move(locked, ImportState.CHECKING)
    _begin(locked)
    review_event_file.defer(workspace_id=locked.workspace_id, file_id=locked.pk)
    return locked


@transaction.atomic
def start_event_file(*, event_file: EventFile, member: Member, now: datetime) -> EventFile:
    """
    Queue the run of a checked file.

    :raises UnableToTakeEvents: if it was not checked, or none of its lines is an event
    """
    locked = _locked(event_file)
    if locked.state != ImportState.CHECKED:
        raise UnableToTakeEvents(_("Check the file first."))
    if not locked.good_count:
        raise UnableToTakeEvents(_("No line of this file can be an event. Look at what the fields mean."))
    locked.state = ImportState.RUNNING
    _begin(locked)
    run_event_file.defer(workspace_id=locked.workspace_id, file_id=locked.pk)
    detail = {"source": str(locked.source_id), "file": locked.file_name, "lines": locked.line_count}
    record_act(member=member, verb="take_event_file", detail=detail, now=now)
    return locked


@transaction.atomic
def steer_event_file(*, event_file: EventFile, to: str) -> EventFile:
    """
    Pause a run after the lines that it is at, let it go on, or cancel it: what was taken in stays.

    :raises UnableToTakeEvents: if it is in another state meanwhile
    """
    locked = _locked(event_file)
    _move(locked, to)
    locked.save(update_fields=["state"])
    if locked.state == ImportState.RUNNING:
        run_event_file.defer(workspace_id=locked.workspace_id, file_id=locked.pk)
    if locked.state == ImportState.CANCELLED:
        _forget_lines(locked)
    return locked


@job(queue="imports", atomic=False)
def review_event_file(*, workspace_id: UUID, file_id: UUID) -> None:
    """Do the dry run from the first line. One that is killed begins again."""
    event_file = _opened(workspace_id, file_id, ImportState.CHECKING)
    if event_file is None:
        return
    with tenancy.workspace(workspace_id):
        _begin(event_file)
    digests = array("Q")
    with _giving_up_as(ImportState.UPLOADED, event_file):
        for read in _reads(event_file):
            digests.extend(int.from_bytes(digest[:8]) for digest in read.digests)
            with tenancy.workspace(workspace_id):
                locked = _locked(event_file)
                if locked.state != ImportState.CHECKING:
                    return
                _count(locked, read)
    with tenancy.workspace(workspace_id):
        repeated = len(digests) - len(np.unique(np.frombuffer(digests, dtype=np.uint64)))
        EventFile.objects.filter(workspace_id=workspace_id, pk=file_id, state=ImportState.CHECKING).update(
            state=ImportState.CHECKED, repeated_count=repeated
        )


@job(queue="imports", atomic=False)
def run_event_file(*, workspace_id: UUID, file_id: UUID) -> None:
    """
    Put the lines into the inbox, five hundred in each transaction, which also moves `next_line` on.

    A run that is killed or paused goes on where the last committed one ended; a second one beside it finds nothing to
    do. It waits while something else has been waiting in the inbox for a second: what happens now comes first.
    """
    event_file = _opened(workspace_id, file_id, ImportState.RUNNING)
    if event_file is None:
        return
    with _giving_up_as(ImportState.FAILED, event_file):
        for read in _reads(event_file):
            if not give_way(event_file) or not _take(event_file, read):
                return
    with tenancy.workspace(workspace_id):
        locked = _locked(event_file)
        if locked.state == ImportState.RUNNING:
            locked.state, locked.finished_at = ImportState.DONE, timezone.now()
            locked.save(update_fields=["state", "finished_at"])
            _forget_lines(locked)


@contextmanager
def _giving_up_as(state: ImportState, event_file: EventFile) -> Iterator[None]:
    """Say on the file that it failed, unless only the database was away: then the queue tries again."""
    try:
        yield
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        with tenancy.workspace(event_file.workspace_id):
            EventFile.objects.filter(workspace_id=event_file.workspace_id, pk=event_file.pk).update(state=state)
        raise


def _take(event_file: EventFile, read: Read) -> bool:
    """Put one chunk into the inbox. False: the file was paused, or another run has been here."""
    with tenancy.workspace(event_file.workspace_id):
        locked = _locked(event_file)
        if locked.state != ImportState.RUNNING or read.next_line <= locked.next_line:
            return False
        if read.calls:
            body = b'{"batch":[' + b",".join(read.calls) + b"]}"
            put_into_inbox(source=locked.source, call="batch", bodies=[body], now=timezone.now())
        _count(locked, read)
        return True


def give_way(event_file: EventFile) -> bool:
    """Wait until the inbox is not behind. False: the file was paused meanwhile."""
    while True:
        with tenancy.workspace(event_file.workspace_id), connection.cursor() as cursor:
            cursor.execute(BEHIND, [event_file.workspace_id])
            if cursor.fetchone() in (None, (False,)):
                return True
            if _locked(event_file).state != ImportState.RUNNING:
                return False
        time.sleep(PAUSE)


def _opened(workspace_id: UUID, file_id: UUID, state: ImportState) -> EventFile | None:
    with tenancy.workspace(workspace_id):
        found = EventFile.objects.select_related("source")
        return found.filter(workspace_id=workspace_id, pk=file_id, state=state).first()


def _reads(event_file: EventFile) -> Iterator[Read]:
    mapping = FieldMapping.of(event_file.source.mapping)
    for lines in _chunks(event_file):
        yield read_lines(lines, mapping=mapping, source_id=event_file.source_id, now=timezone.now())


def _chunks(event_file: EventFile) -> Iterator[list[Line]]:
    return chunks_of(event_file, _pieces(event_file), from_line=event_file.next_line)


def _pieces(event_file: EventFile) -> Iterator[Piece]:
    """One short transaction for each piece: none is open while lines are read."""
    pieces = pieces_of(event_file, from_line=event_file.next_line)
    while True:
        with tenancy.workspace(event_file.workspace_id):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _begin(event_file: EventFile) -> None:
    EventFileProblem.objects.filter(workspace_id=event_file.workspace_id, event_file=event_file).delete()
    event_file.next_line, event_file.good_count, event_file.rejected_count = 1, 0, 0
    event_file.save(update_fields=["state", "next_line", "good_count", "rejected_count"])


def _count(locked: EventFile, read: Read) -> None:
    kept = read.problems[: max(0, PROBLEMS_KEPT - locked.rejected_count)]
    EventFileProblem.objects.bulk_create(
        EventFileProblem(
            workspace_id=locked.workspace_id, event_file=locked, line=line.number, code=code, detail=detail[:300],
            text=line.text[:TEXT_KEPT],
        )
        for line, code, detail in kept
    )  # fmt: skip
    locked.good_count += len(read.calls)
    locked.rejected_count += len(read.problems)
    locked.next_line = read.next_line
    locked.save(update_fields=["good_count", "rejected_count", "next_line"])


def _move(locked: EventFile, to: str) -> None:
    if locked.state not in STEPS.get(to, ()):
        raise UnableToTakeEvents(_("The file is in another state meanwhile. Look at it again."))
    locked.state = to


def _forget_lines(locked: EventFile) -> None:
    EventFilePiece.objects.filter(workspace_id=locked.workspace_id, event_file=locked).delete()


def _locked(event_file: EventFile) -> EventFile:
    found = EventFile.objects.select_for_update(of=("self",)).select_related("source")
    return found.get(workspace_id=event_file.workspace_id, pk=event_file.pk)
