"""Rows that come from elsewhere than a file: read, recognised and written like an import, in chunks."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from uuid import UUID

from django.db import transaction

from dangol.customers.enums import ImportTarget, OnDuplicate
from dangol.customers.operations.imports.belongings import write_belongings
from dangol.customers.operations.imports.consents import write_consents
from dangol.customers.operations.imports.links import follow_links
from dangol.customers.operations.imports.matching import leave_out_shared, look_up, place, wanted_keys
from dangol.customers.operations.imports.plans import columns_of
from dangol.customers.operations.imports.reading import Chunk, Problem, read_chunk
from dangol.customers.operations.imports.turns import ChunkTurn, take_in_turns
from dangol.customers.operations.imports.writing import Author, write
from dangol.customers.operations.resident_numbers import without_resident_numbers
from dangol.kit.table_rows import Records
from dangol.workspaces.models import Member

ROWS_AT_ONCE = 5000


@dataclass
class Taken:
    """What came of some rows. `problems` name the rows by their number, from 1."""

    created: int = 0
    updated: int = 0
    unchanged: int = 0
    rejected: int = 0
    problems: list[Problem] = field(default_factory=list)


def take_rows(
    *,
    workspace_id: UUID,
    rows: Iterable[Sequence[str]],
    mapping: Mapping[str, str],
    origin: str,
    on_duplicate: str = OnDuplicate.UPDATE.value,
    member: Member | None,
    now: datetime,
    batch: UUID,
    target: str = ImportTarget.PEOPLE.value,
    header: Sequence[str] = (),
) -> Taken:
    """
    Take rows in, five thousand in a transaction of its own unless the caller holds one.

    The same rows again change nothing. Changes of known records are signed with `batch`, see `undo_batch`.

    :param mapping: what each cell of a row means, by its number from "0"; see `TARGETS` and `CUSTOM`
    :param origin: who says it, as kept on every new row: "import", "shop"
    :param header: titles of the cells, for the problems
    """
    columns = columns_of(workspace_id=workspace_id, kind=target, mapping=mapping, header=header)
    author = Author(
        workspace_id=workspace_id, member_id=member.pk if member else None, batch=batch, origin=origin,
        started_at=now, first_seen_at=now, now=now,
    )  # fmt: skip
    taken = Taken()

    @transaction.atomic
    def attempt(turn: ChunkTurn) -> None:
        _take(taken, author, turn.chunk.copy(), target, on_duplicate)

    take_in_turns((read_chunk(records, columns, kind=target) for records in _records(rows)), attempt, abreast=1)
    return taken


def _records(rows: Iterable[Sequence[str]]) -> Iterator[Records]:
    """Rows as records of a table; resident registration numbers are struck out, so that reading refuses the row."""
    source = iter(rows)
    number = 0
    while some := list(islice(source, ROWS_AT_ONCE)):
        cells = [[str(cell).replace("\x00", "") for cell in row] for row in some]
        texts = [without_resident_numbers("\t".join(row)) for row in cells]
        yield Records(list(range(number + 1, number + 1 + len(some))), cells, texts)
        number += len(some)


def _take(taken: Taken, author: Author, chunk: Chunk, target: str, on_duplicate: str) -> None:
    chunk = follow_links(chunk, workspace_id=author.workspace_id)
    leave_out_shared(chunk, workspace_id=author.workspace_id, kind=target)
    known = look_up(workspace_id=author.workspace_id, kind=target, keys=wanted_keys(chunk, target))
    placement = place(chunk, known, kind=target, on_duplicate=on_duplicate)
    written = write(author=author, kind=target, chunk=chunk, placement=placement, on_duplicate=on_duplicate)
    write_belongings(author=author, kind=target, chunk=chunk, placement=placement, on_duplicate=on_duplicate)
    write_consents(
        author=author, chunk=chunk, placement=placement, stored={}, otherwise=author.now,
        evidence={"import": str(author.batch), "file": author.origin},
    )  # fmt: skip
    rejected = chunk.rejected + len(placement.wrong)
    taken.created += placement.created
    taken.updated += written.updated + placement.folded
    taken.rejected += rejected
    taken.unchanged += chunk.size - rejected - placement.created - written.updated - placement.folded
    taken.problems += chunk.problems_of(placement.wrong)
