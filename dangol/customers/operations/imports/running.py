"""The run of a file: chunk by chunk, each in a transaction of its own, while the next one is being read."""

from collections.abc import Iterator
from datetime import datetime
from uuid import UUID

from django.db import InterfaceError, OperationalError, connection
from django.utils import timezone

from dangol import facts
from dangol.customers.enums import ImportState
from dangol.customers.models import ImportPiece, PeopleImport
from dangol.customers.operations.imports.belongings import write_belongings
from dangol.customers.operations.imports.consents import write_consents
from dangol.customers.operations.imports.matching import Placement, leave_out_shared, look_up, place, wanted_keys
from dangol.customers.operations.imports.plans import columns_of, first_data_line, pieces_of, table_of
from dangol.customers.operations.imports.problems import keep_problems
from dangol.customers.operations.imports.reading import Chunk, read_chunk
from dangol.customers.operations.imports.steps import remember_step
from dangol.customers.operations.imports.writing import ORIGIN, Author, PeopleMoved, write
from dangol.kit import bus, tenancy
from dangol.kit.file_pieces import Piece
from dangol.kit.jobs import job
from dangol.kit.read_ahead import read_ahead

CHUNK = 5000
TRIES = 5


@job(queue="imports", atomic=False)
def run_people_import(*, workspace_id: UUID, import_id: UUID) -> None:
    """
    Take a file in, chunk by chunk, each in a transaction of its own that also moves `next_line` on.

    A run that is killed or paused goes on where the last committed chunk ended; a second run beside it finds nothing to
    do. A run that fails says so on the import; when the queue tries again, it goes on from there.
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
    if people_import.state != ImportState.RUNNING:
        return
    from_line = max(people_import.next_line, first_data_line(people_import))
    for chunk in chunks_of(people_import, from_line=from_line):
        if not _take_chunk(people_import, chunk):
            return
    with tenancy.workspace(workspace_id):
        _finish(people_import)


def _move(workspace_id: UUID, import_id: UUID, *, since: ImportState, to: ImportState) -> None:
    PeopleImport.objects.filter(workspace_id=workspace_id, pk=import_id, state=since).update(state=to)


def _take_chunk(people_import: PeopleImport, chunk: Chunk) -> bool:
    """
    Write one chunk; when somebody else writes the same people meanwhile, look again.

    :returns: False when the import was paused or cancelled, or another run has been here
    """
    for _try in range(TRIES):
        try:
            with tenancy.workspace(people_import.workspace_id):
                return _write_chunk(people_import, chunk.copy())
        except PeopleMoved:
            continue
    raise PeopleMoved


def _write_chunk(people_import: PeopleImport, chunk: Chunk) -> bool:
    locked = _locked(people_import)
    if locked.state != ImportState.RUNNING or chunk.last_line < locked.next_line:
        return False
    with connection.cursor() as cursor:
        # What a crash of the database takes back, `next_line` goes back with: the run simply does it again.
        cursor.execute("SET LOCAL synchronous_commit = off")
    author = _author(locked)
    choice = locked.options.get("on_duplicate", "update")
    leave_out_shared(chunk, workspace_id=locked.workspace_id, kind=locked.target)
    placement = place(
        chunk, look_up(workspace_id=locked.workspace_id, kind=locked.target, keys=wanted_keys(chunk, locked.target)),
        kind=locked.target, on_duplicate=choice,
    )  # fmt: skip
    written = write(author=author, kind=locked.target, chunk=chunk, placement=placement, on_duplicate=choice)
    made = write_belongings(
        author=author, kind=locked.target, chunk=chunk, placement=placement, on_duplicate=choice,
        tags=tuple(locked.options.get("tags", ())),
    )  # fmt: skip
    consents = write_consents(
        author=author, chunk=chunk, placement=placement, stored=locked.consent,
        evidence={"import": str(locked.pk), "file": locked.file_name}, otherwise=locked.created_at,
    )  # fmt: skip
    remember_step(locked, next_line=chunk.last_line + 1, made=made, identities=written.identities, consents=consents)
    keep_problems(locked, chunk, placement)
    _count(locked, chunk, placement, updated=written.updated + placement.folded)
    return True


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
