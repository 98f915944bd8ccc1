"""Undo of a whole batch: a bulk edit, an import, what went into the trash together."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from dangol import facts
from dangol.customers.contracts import CompanyTable, LinkedTable, PersonTable
from dangol.customers.models import Person
from dangol.customers.operations.announcing import announce
from dangol.customers.operations.history.kept import KEPT, WITH_TRASH
from dangol.customers.operations.history.search_keys import refresh_search_keys
from dangol.customers.operations.history.turning_back import Lines, Turned
from dangol.kit import tenancy
from dangol.kit.authorship import act_as
from dangol.kit.ids import uuid7
from dangol.workspaces.models import Member

KINDS_OF_BATCH = "SELECT DISTINCT kind FROM customers_change WHERE workspace_id = %s AND batch = %s"

OWN_TABLES = "customers_"
"""Rows of our own room hang on a person by the batch itself; those of another room speak of a life since."""


@dataclass(frozen=True, slots=True)
class Left:
    """A row that no longer held the batch's result: it kept these columns as they are now."""

    kind: str
    object_id: UUID
    about_id: UUID
    columns: tuple[str, ...]


@dataclass(frozen=True)
class UndoResult:
    """How many people and companies are as before, and what was left. `batch` undoes the undo."""

    undone: int
    left: Sequence[Left]
    batch: UUID


@transaction.atomic
def undo_batch(
    *, workspace_id: UUID, batch: UUID, member: Member | None, now: datetime, about: Sequence[UUID] | None = None
) -> UndoResult:
    """
    Give everything that a batch changed its former state. What was changed again since is left and named.

    Rows that came with the batch go, rows that went come back, columns get their former values: a few statements for
    any number of rows. Undoing twice does nothing the second time.

    :param about: undo only what concerns these people or companies: one part of a very large batch
    """
    undo = uuid7()
    turned: dict[UUID, None] = {}
    left: list[Left] = []
    by = member.pk if member is not None else None
    with act_as(member_id=by, reason="undo", batch=undo), tenancy.open_trash():
        for kind, rows in _steps(workspace_id, batch, undo, now, about):
            if kind == "telling":
                continue
            turned |= dict.fromkeys(row.about_id for row in rows if row.is_turned)
            left += [Left(kind, row.object_id, row.about_id, tuple(sorted(set(row.left)))) for row in rows if row.left]
        announce(
            facts.PeopleRestored, workspace_id=workspace_id, person_ids=_standing_people(workspace_id, list(turned))
        )
    return UndoResult(undone=len(turned), left=left, batch=undo)


def _standing_people(workspace_id: UUID, ids: list[UUID]) -> list[UUID]:
    """Whose segments and strength may be other ones now: rows of companies are no concern, rows that went are gone."""
    return list(Person.objects.filter(workspace_id=workspace_id, pk__in=ids).values_list("pk", flat=True))


def _steps(
    workspace_id: UUID, batch: UUID, undo: UUID, now: datetime, about: Sequence[UUID] | None
) -> Iterable[tuple[str, list[Turned]]]:
    """Take away what came, from the leaves to the trunk; then bring back what went, from the trunk to the leaves."""
    with connection.cursor() as cursor:
        cursor.execute(KINDS_OF_BATCH, [workspace_id, batch])
        kinds = {kind for (kind,) in cursor.fetchall()}
    lines = [
        Lines(
            workspace_id=workspace_id,
            kind=kind,
            model=model,
            chosen="c.batch = %(batch)s" if about is None else "c.batch = %(batch)s AND c.about_id = ANY(%(about)s)",
            values={"batch": batch, "about": None if about is None else list(about)},
            undo=undo,
            now=now,
            hanging=_hanging(kind),
        )
        for kind, model in KEPT.items()
        if kind in kinds
    ]
    for line in reversed(lines):
        yield line.kind, line.remove_arrivals()
    for line in lines:
        yield line.kind, line.return_removals()
        rows = line.turn_columns()
        if line.kind in WITH_TRASH:
            refresh_search_keys(
                workspace_id=workspace_id, kind=line.kind, ids=[row.object_id for row in rows if row.is_renamed]
            )
        yield line.kind, rows


def _hanging(kind: str) -> list[tuple[str, str]]:
    """Tables of other rooms whose rows would go with a person or company."""
    registers: dict[str, Iterable[LinkedTable]] = {
        "person": PersonTable.tables.values(),
        "company": CompanyTable.tables.values(),
    }
    return [(table.table, table.column) for table in registers.get(kind, ()) if not table.table.startswith(OWN_TABLES)]
