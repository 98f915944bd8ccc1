"""
Taking a whole import back: what it made goes, what it changed gets its former values.

What somebody touched since is left as it is, and listed. Touched is a record that was changed after the import, or to
which anything belongs that the import did not bring.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.customers.contracts import LinkedTable, OnMerge, company_tables, person_tables
from dangol.customers.enums import ImportState
from dangol.customers.models import (
    Company,
    CustomRecord,
    ImportLeftover,
    ImportPiece,
    ImportStep,
    PeopleImport,
    Person,
)
from dangol.customers.operations.history import undo_batch
from dangol.customers.operations.imports.refusals import UnableToImport
from dangol.kit import authorship, tenancy
from dangol.kit.jobs import job
from dangol.workspaces.models import Member

REASON = "import_undo"
LEFTOVERS_NAMED = 10_000
UNDOABLE = (ImportState.DONE, ImportState.CANCELLED, ImportState.PAUSED, ImportState.FAILED)
BROUGHT = {
    "customers_identity": "created_at", "customers_relation": "created_at", "customers_tagging": "at",
    "customers_recordlink": "created_at",
}  # fmt: skip
"""Tables in which a row of the import bears the moment of its start."""

Model = type[Person] | type[Company] | type[CustomRecord]
MODELS: Mapping[str, Model] = {"person": Person, "company": Company, "record": CustomRecord}

RECORD_TOUCHED = """
EXISTS (SELECT FROM customers_recordlink y WHERE y.workspace_id = %(workspace)s AND y.record_id = x.id
    AND y.created_at <> %(started)s)
OR EXISTS (SELECT FROM customers_fieldfile y WHERE y.workspace_id = %(workspace)s AND y.record_id = x.id)
"""
GO = """
DELETE FROM {table} x WHERE x.workspace_id = %(workspace)s AND x.id = ANY(%(ids)s)
    AND x.created_at = %(started)s AND x.updated_at = %(started)s AND x.deleted_at IS NULL AND NOT ({touched})
"""
TAKE_AWAY = "DELETE FROM {table} WHERE workspace_id = %s AND id = ANY(%s)"
TAKE_BACK_CONSENTS = """
WITH gone AS (
    DELETE FROM customers_consententry WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s)
    RETURNING id, person_id, purpose, channel
), lost AS (SELECT DISTINCT person_id, purpose, channel FROM gone)
SELECT person_id, purpose, channel FROM lost
"""
STAND_AGAIN = """
INSERT INTO customers_consent (
    workspace_id, id, person_id, purpose, channel, state, night, basis, expires_at, at, entry_id
)
SELECT DISTINCT ON (e.person_id, e.purpose, e.channel)
    e.workspace_id, gen_random_uuid(), e.person_id, e.purpose, e.channel, e.state, e.night, e.basis, e.expires_at,
    e.at, e.id
FROM unnest(%(people)s::uuid[], %(purposes)s::text[], %(channels)s::text[]) AS lost(person_id, purpose, channel)
JOIN customers_consententry e ON e.workspace_id = %(workspace)s AND e.person_id = lost.person_id
    AND e.purpose = lost.purpose AND e.channel = lost.channel
ORDER BY e.person_id, e.purpose, e.channel, e.at DESC, e.id DESC
ON CONFLICT (workspace_id, person_id, purpose, channel) DO NOTHING
"""
UNUSED_TAGS = """
DELETE FROM customers_tag t WHERE t.workspace_id = %s AND t.id = ANY(%s)
    AND NOT EXISTS (SELECT FROM customers_tagging g WHERE g.workspace_id = t.workspace_id AND g.tag_id = t.id)
"""


@transaction.atomic
def undo_people_import(*, people_import: PeopleImport, member: Member) -> PeopleImport:
    """
    Queue the undoing of a whole import.

    :raises UnableToImport: if it runs, or took nothing in
    """
    locked = _locked(people_import)
    if locked.state not in UNDOABLE or locked.started_at is None:
        raise UnableToImport(_("This import cannot be undone now. Pause it first, if it runs."))
    locked.state, locked.by = ImportState.UNDOING, member
    locked.save(update_fields=["state", "by"])
    ImportPiece.objects.filter(workspace_id=locked.workspace_id, people_import=locked).delete()
    take_import_back.defer(workspace_id=locked.workspace_id, import_id=locked.pk)
    return locked


@job(queue="imports", atomic=False)
def take_import_back(*, workspace_id: UUID, import_id: UUID) -> None:
    """
    Undo an import, chunk by chunk from the last one back, each in a transaction of its own.

    A run that is killed goes on where it was: what is gone is gone, and former values are given back once.
    """
    with tenancy.workspace(workspace_id):
        people_import = PeopleImport.objects.select_related("by").get(workspace_id=workspace_id, pk=import_id)
        if people_import.state != ImportState.UNDOING:
            return
    while _take_step_back(people_import):
        pass
    with tenancy.workspace(workspace_id):
        locked = _locked(people_import)
        if locked.state != ImportState.UNDOING:
            return
        _give_back(people_import)
        locked.state, locked.finished_at = ImportState.UNDONE, timezone.now()
        locked.save(update_fields=["state", "finished_at"])


def _give_back(people_import: PeopleImport) -> None:
    """Former values, and what was added to records that were known before."""
    now = timezone.now()
    result = undo_batch(
        workspace_id=people_import.workspace_id, batch=people_import.batch, member=people_import.by, now=now
    )
    for kind, model in MODELS.items():
        left_as_is = [left for left in result.left if left.kind == kind]
        rows = {left.object_id: [name for name in left.columns if name != "won"] for left in left_as_is}
        _leave(people_import, kind, _names(model, people_import.workspace_id, rows), rows)


def _take_step_back(people_import: PeopleImport) -> bool:
    with tenancy.workspace(people_import.workspace_id), connection.cursor() as cursor:
        cursor.execute("SET LOCAL synchronous_commit = off")
        own = ImportStep.objects.filter(workspace_id=people_import.workspace_id, people_import=people_import)
        step = own.select_for_update().order_by("-next_line").first()
        if step is None:
            return False
        with authorship.act_as(member_id=people_import.by_id, reason=REASON):
            _take_back_consents(cursor, people_import.workspace_id, step.consents)
            added = {
                "customers_identity": step.identities, "customers_tagging": step.taggings,
                "customers_recordlink": step.links,
            }  # fmt: skip
            for table, ids in added.items():
                if ids:
                    cursor.execute(TAKE_AWAY.format(table=table), [people_import.workspace_id, ids])
            _remove(cursor, people_import, "record", step.records)
            _remove(cursor, people_import, "person", step.people)
            _remove(cursor, people_import, "company", step.companies)
            if step.tags:
                cursor.execute(UNUSED_TAGS, [people_import.workspace_id, step.tags])
        step.delete()
    return True


def _remove(cursor: Any, people_import: PeopleImport, kind: str, ids: Sequence[UUID]) -> None:
    if not ids:
        return
    model = MODELS[kind]
    cursor.execute(
        GO.format(table=model._meta.db_table, touched=_touched_of(kind)),
        {"workspace": people_import.workspace_id, "ids": list(ids), "started": people_import.started_at,
         "import": str(people_import.pk)},
    )  # fmt: skip
    left = _names(model, people_import.workspace_id, ids)
    _leave(people_import, kind, left, {})


def _touched_of(kind: str) -> str:
    if kind == "record":
        return RECORD_TOUCHED
    return _touched(person_tables() if kind == "person" else company_tables())


def _touched(tables: Iterable[LinkedTable]) -> str:
    """
    The condition that something belongs to record x that the import did not bring.

    What is computed from other rows does not count, nor a story that tells of the record itself.
    """
    tests = []
    for table in tables:
        if table.on_merge in {OnMerge.RECOMPUTE, OnMerge.STAY}:
            continue
        own = ""
        if table.table in BROUGHT:
            own = f" AND y.{BROUGHT[table.table]} <> %(started)s"
        elif table.table == "customers_consententry":
            own = " AND (y.evidence ->> 'import') IS DISTINCT FROM %(import)s"
        elif _tells_of_itself(table):
            own = " AND y.source_id <> x.id"
        tests.append(
            f"EXISTS (SELECT FROM {table.table} y "
            f"WHERE y.workspace_id = %(workspace)s AND y.{table.column} = x.id{own})"
        )
    return " OR ".join(tests)


def _tells_of_itself(table: LinkedTable) -> bool:
    return any(field.name == "source_id" for field in table.model._meta.local_fields)


def _take_back_consents(cursor: Any, workspace_id: UUID, ids: Sequence[UUID]) -> None:
    """The ledger's lines go, and what stood before them stands again."""
    if not ids:
        return
    cursor.execute(TAKE_BACK_CONSENTS, {"workspace": workspace_id, "ids": list(ids)})
    lost = cursor.fetchall()
    if lost:
        people, purposes, channels = (list(part) for part in zip(*lost, strict=True))
        told = {"workspace": workspace_id, "people": people, "purposes": purposes, "channels": channels}
        cursor.execute(STAND_AGAIN, told)


def _names(model: Model, workspace_id: UUID, ids: Iterable[UUID]) -> list[tuple[UUID, str]]:
    with tenancy.open_trash():
        found = model.objects.filter(workspace_id=workspace_id, pk__in=list(ids))
        return [(row.pk, str(row)) for row in found.defer("fields", "bigrams", "initials")]


def _leave(
    people_import: PeopleImport,
    kind: str,
    rows: Iterable[tuple[UUID, str]],
    columns: Mapping[UUID, Sequence[str]],
) -> None:
    """List what stays, up to some thousands; nobody reads more."""
    own = ImportLeftover.objects.filter(workspace_id=people_import.workspace_id, people_import=people_import)
    room = max(0, LEFTOVERS_NAMED - own.count())
    ImportLeftover.objects.bulk_create(
        [
            ImportLeftover(
                workspace_id=people_import.workspace_id, people_import=people_import, kind=kind, object_id=row_id,
                label=label[:200], column=", ".join(columns.get(row_id, ()))[:60],
            )
            for row_id, label in list(rows)[:room]
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _locked(people_import: PeopleImport) -> PeopleImport:
    found = PeopleImport.objects.select_for_update(of=("self",))
    return found.get(workspace_id=people_import.workspace_id, pk=people_import.pk)
