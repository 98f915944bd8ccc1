"""The run of a file: chunk by chunk, each in a transaction of its own, while the next ones are being read."""

from collections.abc import Iterator
from datetime import datetime
from functools import partial
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from django.db.models import Q
from django.utils import timezone
from psycopg.errors import DeadlockDetected, LockNotAvailable

from dangol import facts
from dangol.customers.enums import ImportState, ImportTarget
from dangol.customers.models import FieldDefinition, ImportPiece, PeopleImport
from dangol.customers.models.field import LINKS
from dangol.customers.operations.imports.belongings import write_belongings
from dangol.customers.operations.imports.consents import write_consents
from dangol.customers.operations.imports.links import follow_links
from dangol.customers.operations.imports.matching import Placement, leave_out_shared, look_up, place, wanted_keys
from dangol.customers.operations.imports.plans import columns_of, first_data_line, pieces_of, table_of
from dangol.customers.operations.imports.problems import keep_problems
from dangol.customers.operations.imports.reading import Chunk, read_chunk
from dangol.customers.operations.imports.rights import forbidden_meanings
from dangol.customers.operations.imports.steps import remember_step
from dangol.customers.operations.imports.targets import CUSTOM
from dangol.customers.operations.imports.turns import ABREAST, ChunkTurn, FileLeft, take_in_turns
from dangol.customers.operations.imports.writing import ORIGIN, Author, PeopleMoved, write
from dangol.kit import bus, tenancy
from dangol.kit.file_pieces import Piece
from dangol.kit.jobs import job
from dangol.kit.read_ahead import read_ahead
from dangol.workspaces.permissions import may_import

CHUNK = 5000
LONGEST_WAIT = "10s"
ALONE = frozenset(("company", "company_number", "title", "tags"))
"""What several lines share: companies and words that are made when they are first met."""


@job(queue="imports", atomic=False)
def run_people_import(*, workspace_id: UUID, import_id: UUID) -> None:
    """
    Take a file in, chunk by chunk, each in a transaction of its own that also moves `next_line` on.

    A run that is killed or paused goes on where the last committed chunk ended; a second run beside it finds nothing to
    do. A run that fails says so on the import; when the queue tries again, it goes on from there. When who began it
    may no longer import, or write one of its fields, it is paused for somebody who may.
    """
    try:
        _take_in(workspace_id, import_id)
    except (OperationalError, InterfaceError):
        raise
    except Exception:
        with tenancy.workspace(workspace_id):
            _move(workspace_id, import_id, since=ImportState.RUNNING, to=ImportState.FAILED)
        raise


def chunks_of(people_import: PeopleImport, *, from_line: int) -> Iterator[Chunk]:
    """Read the file in chunks, the next one while the last one is worked on. Enters the workspace by itself."""
    with tenancy.workspace(people_import.workspace_id):
        columns = columns_of(
            workspace_id=people_import.workspace_id, kind=people_import.target, mapping=people_import.mapping,
            header=people_import.header,
        )  # fmt: skip
    table, size = table_of(people_import), CHUNK

    def read(pieces: Iterator[Piece]) -> Iterator[Chunk]:
        for records in table.chunks(pieces, size=size, from_line=from_line):
            yield read_chunk(records, columns, kind=people_import.target)

    return read_ahead(_pieces(people_import, from_line), read)


def _pieces(people_import: PeopleImport, from_line: int) -> Iterator[Piece]:
    """One short transaction for each piece: the reader must not keep one open while chunks are written."""
    pieces = pieces_of(people_import, from_line=from_line)
    while True:
        with tenancy.workspace(people_import.workspace_id):
            piece = next(pieces, None)
        if piece is None:
            return
        yield piece


def _take_in(workspace_id: UUID, import_id: UUID) -> None:
    with tenancy.workspace(workspace_id):
        _move(workspace_id, import_id, since=ImportState.FAILED, to=ImportState.RUNNING)
        people_import = PeopleImport.objects.select_related("by").get(workspace_id=workspace_id, pk=import_id)
        by, meanings = people_import.by, people_import.mapping.values()
        if not may_import(by) or forbidden_meanings(target=people_import.target, meanings=meanings, member=by):
            _move(workspace_id, import_id, since=ImportState.RUNNING, to=ImportState.PAUSED)
            return
    if people_import.state != ImportState.RUNNING:
        return
    from_line = max(people_import.next_line, first_data_line(people_import))
    chunks = chunks_of(people_import, from_line=from_line)
    if not take_in_turns(chunks, partial(_take_chunk, people_import), abreast=_abreast(people_import)):
        return
    with tenancy.workspace(workspace_id):
        _finish(people_import)


def _abreast(people_import: PeopleImport) -> int:
    """How many chunks are written at the same time: two, if lines have nothing in common but their people."""
    keys = set(people_import.mapping.values())
    own = [key.removeprefix(CUSTOM) for key in keys if key.startswith(CUSTOM)]
    if people_import.target != ImportTarget.PEOPLE or keys & ALONE or people_import.options.get("tags"):
        return 1
    if connection.in_atomic_block:
        return 1
    with tenancy.workspace(people_import.workspace_id):
        fields = FieldDefinition.objects.filter(workspace_id=people_import.workspace_id, key__in=own)
        binding = fields.filter(Q(is_unique=True) | Q(kind__in=LINKS))
        return 1 if own and binding.exists() else ABREAST


def _move(workspace_id: UUID, import_id: UUID, *, since: ImportState, to: ImportState) -> None:
    PeopleImport.objects.filter(workspace_id=workspace_id, pk=import_id, state=since).update(state=to)


def _take_chunk(people_import: PeopleImport, turn: ChunkTurn) -> None:
    with tenancy.workspace(people_import.workspace_id):
        try:
            _write_chunk(people_import, turn)
        except OperationalError as problem:
            if isinstance(problem.__cause__, LockNotAvailable | DeadlockDetected):
                raise PeopleMoved from problem
            raise


def _write_chunk(people_import: PeopleImport, turn: ChunkTurn) -> None:
    """
    Write one chunk.

    :raises FileLeft: the import was paused or cancelled, or another run has been here
    """
    kind, workspace_id = people_import.target, people_import.workspace_id
    with connection.cursor() as cursor:
        # What a crash of the database takes back, `next_line` goes back with: the run simply does it again. Whoever
        # holds a row for long may be waiting for the other chunk, which waits for this one.
        cursor.execute(f"SET LOCAL synchronous_commit = off; SET LOCAL lock_timeout = '{LONGEST_WAIT}'")
    chunk = follow_links(turn.chunk.copy(), workspace_id=workspace_id)
    author = _author(people_import)
    choice = people_import.options.get("on_duplicate", "update")
    leave_out_shared(chunk, workspace_id=workspace_id, kind=kind)
    known = look_up(workspace_id=workspace_id, kind=kind, keys=wanted_keys(chunk, kind))
    turn.meet(person.id for person in known.values() if person.id)
    placement = place(chunk, known, kind=kind, on_duplicate=choice)
    written = write(author=author, kind=kind, chunk=chunk, placement=placement, on_duplicate=choice)
    made = write_belongings(
        author=author, kind=kind, chunk=chunk, placement=placement, on_duplicate=choice,
        tags=tuple(people_import.options.get("tags", ())),
    )  # fmt: skip
    consents = write_consents(
        author=author, chunk=chunk, placement=placement, stored=people_import.consent,
        evidence={"import": str(people_import.pk), "file": people_import.file_name},
        otherwise=people_import.created_at,
    )  # fmt: skip
    turn.wait()
    locked = _locked(people_import)
    if locked.state != ImportState.RUNNING or chunk.last_line < locked.next_line:
        raise FileLeft
    remember_step(locked, next_line=chunk.last_line + 1, made=made, identities=written.identities, consents=consents)
    keep_problems(locked, chunk, placement)
    _count(locked, chunk, placement, updated=written.updated + placement.folded)


def _count(locked: PeopleImport, chunk: Chunk, placement: Placement, *, updated: int) -> None:
    rejected = chunk.rejected + len(placement.wrong)
    locked.created_count += placement.created
    locked.updated_count += updated
    locked.rejected_count += rejected
    locked.unchanged_count += chunk.size - rejected - placement.created - updated
    locked.next_line = chunk.last_line + 1
    locked.save(update_fields=["created_count", "updated_count", "unchanged_count", "rejected_count", "next_line"])


def _author(locked: PeopleImport) -> Author:
    started = locked.started_at or locked.created_at
    return Author(
        workspace_id=locked.workspace_id, member_id=locked.by_id, batch=locked.batch, origin=ORIGIN,
        started_at=started, first_seen_at=locked.created_at, now=_now(),
    )  # fmt: skip


def _now() -> datetime:
    return timezone.now()


def _finish(people_import: PeopleImport) -> None:
    locked = _locked(people_import)
    if locked.state != ImportState.RUNNING:
        return
    locked.state, locked.finished_at = ImportState.DONE, timezone.now()
    locked.save(update_fields=["state", "finished_at"])
    ImportPiece.objects.filter(workspace_id=locked.workspace_id, people_import=locked).delete()
    bus.publish(
        facts.PeopleImported(
            workspace_id=locked.workspace_id,
            import_id=locked.pk,
            created=locked.created_count,
            updated=locked.updated_count,
        )
    )


def _locked(people_import: PeopleImport) -> PeopleImport:
    """The import's row, so that only one run at a time moves it on."""
    found = PeopleImport.objects.select_for_update()
    return found.get(workspace_id=people_import.workspace_id, pk=people_import.pk)
