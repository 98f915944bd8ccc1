"""
Filling the side table of a field that became filterable, and emptying it.

The triggers keep the table from the moment `is_indexed` is committed; these jobs bring in the rows from before. Each
chunk is one transaction that also moves `index_after`, so a killed job goes on at the same row; running twice is safe.
"""

import time
from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from dangol.customers.enums import IndexState
from dangol.customers.models import FieldDefinition
from dangol.customers.models.field import COMPANY, PERSON
from dangol.kit import tenancy
from dangol.kit.jobs import job

CHUNK = 5_000
PATIENCE = 60.0
PAUSE = 0.1
FIRST = UUID(int=0)
TABLES = {PERSON: "customers_person", COMPANY: "customers_company"}
RECORDS = "customers_customrecord"
OF_OBJECT = (
    "object_id = (SELECT id FROM customers_customobject WHERE workspace_id = %(workspace)s AND key = %(object)s)"
)

WRITERS = """
SELECT virtualtransaction FROM pg_locks
WHERE locktype = 'relation' AND database = (SELECT oid FROM pg_database WHERE datname = current_database())
    AND relation = %s::regclass AND mode = 'RowExclusiveLock' AND pid <> pg_backend_pid()
"""

# Waits for whoever changes one of these rows; nobody changes them until the chunk is committed. So the triggers and the
# statements below never keep an older value than the row has.
CHUNK_OF = """
SELECT id FROM {table} r WHERE r.workspace_id = %(workspace)s AND r.id > %(after)s AND {of_object}
ORDER BY r.id LIMIT %(chunk)s FOR SHARE
"""

FORGET = """
DELETE FROM customers_fieldvalue
WHERE workspace_id = %(workspace)s AND definition_id = %(definition)s AND record_id = ANY(%(ids)s)
"""

FILL = """
INSERT INTO customers_fieldvalue (workspace_id, definition_id, record_id, place, words, number, link, once)
SELECT r.workspace_id, %(definition)s, r.id, v.place, v.words, v.number, v.link,
    CASE WHEN %(unique)s THEN coalesce(v.words, v.number::text, v.link::text) END
FROM {table} r, LATERAL customers_field_values(%(kind)s, r.fields -> %(key)s) AS v
WHERE r.workspace_id = %(workspace)s AND r.id = ANY(%(ids)s)
ON CONFLICT DO NOTHING
"""

FILL_DOUBLED = """
INSERT INTO customers_fieldvalue (workspace_id, definition_id, record_id, place, words, number, link)
SELECT r.workspace_id, %(definition)s, r.id, v.place, v.words, v.number, v.link
FROM {table} r, LATERAL customers_field_values(%(kind)s, r.fields -> %(key)s) AS v
WHERE r.workspace_id = %(workspace)s AND r.id = ANY(%(ids)s)
ON CONFLICT DO NOTHING
"""

EMPTY = """
DELETE FROM customers_fieldvalue WHERE workspace_id = %(workspace)s AND definition_id = %(definition)s
    AND record_id IN (
        SELECT record_id FROM customers_fieldvalue
        WHERE workspace_id = %(workspace)s AND definition_id = %(definition)s ORDER BY record_id LIMIT %(chunk)s
    )
"""

TOTAL = "SELECT count(*) FROM {table} r WHERE r.workspace_id = %(workspace)s AND {of_object}"


@job(atomic=False)
def fill_field_index(*, workspace_id: UUID, definition_id: UUID) -> None:
    """
    Bring every row of the field's object into its side table, chunk by chunk.

    First it waits for those who began to write before the triggers knew of the field, as PostgreSQL itself does when
    it builds an index concurrently. Who writes for longer than a minute is waited for by a next run.
    """
    field = _field(workspace_id, definition_id)
    if field is None or field.index_state != IndexState.FILLING:
        return
    if not _earlier_writers_are_done(_table(field)):
        with tenancy.workspace(workspace_id):
            fill_field_index.defer(workspace_id=workspace_id, definition_id=definition_id)
        return
    if field.index_after is None:
        _begin(workspace_id, definition_id)
    while _in_step(workspace_id, definition_id, _fill_chunk):
        pass


@job(atomic=False)
def empty_field_index(*, workspace_id: UUID, definition_id: UUID) -> None:
    """Take everything out of the side table of a field that is no longer indexed, chunk by chunk."""
    while _in_step(workspace_id, definition_id, _empty_chunk):
        pass


def _in_step(workspace_id: UUID, definition_id: UUID, step: Callable[[FieldDefinition], bool]) -> bool:
    """Do one chunk in a transaction of its own, with the definition locked. False when nothing is left."""
    with tenancy.workspace(workspace_id), tenancy.open_trash():
        field = FieldDefinition.objects.select_for_update().filter(workspace_id=workspace_id, pk=definition_id).first()
        return field is not None and step(field)


def _fill_chunk(field: FieldDefinition) -> bool:
    if field.index_state != IndexState.FILLING or field.index_after is None:
        return False
    values = _values(field) | {"after": field.index_after}
    with connection.cursor() as cursor:
        cursor.execute(_sql(CHUNK_OF, field), values)
        ids = [row_id for (row_id,) in cursor.fetchall()]
        for statement in (FORGET, FILL, FILL_DOUBLED) if field.is_unique else (FORGET, FILL):
            cursor.execute(_sql(statement, field), values | {"ids": ids})
    field.index_done += len(ids)
    field.index_after = ids[-1] if ids else field.index_after
    if len(ids) < CHUNK:
        field.index_state = IndexState.READY
    field.save(update_fields=["index_done", "index_after", "index_state"])
    return field.index_state == IndexState.FILLING


def _empty_chunk(field: FieldDefinition) -> bool:
    if field.index_state != IndexState.EMPTYING:
        return False
    with connection.cursor() as cursor:
        cursor.execute(EMPTY, _values(field))
        gone = int(cursor.rowcount)
    if gone == 0:
        field.index_state = IndexState.NONE
        field.save(update_fields=["index_state"])
    return gone > 0


def _begin(workspace_id: UUID, definition_id: UUID) -> None:
    """Count what is to be done, unless another run did so."""
    with tenancy.workspace(workspace_id), tenancy.open_trash():
        field = FieldDefinition.objects.select_for_update().get(workspace_id=workspace_id, pk=definition_id)
        if field.index_after is not None:
            return
        with connection.cursor() as cursor:
            cursor.execute(_sql(TOTAL, field), _values(field))
            (total,) = cursor.fetchone()
        field.index_total, field.index_done, field.index_after = total, 0, FIRST
        field.save(update_fields=["index_total", "index_done", "index_after"])


def _earlier_writers_are_done(table: str) -> bool:
    """Wait until the transactions that hold the table for writing now have ended."""
    waiting = _writers(table)
    until = time.monotonic() + PATIENCE
    while waiting and time.monotonic() < until:
        time.sleep(PAUSE)
        waiting &= _writers(table)
    return not waiting


def _writers(table: str) -> set[str]:
    with connection.cursor() as cursor:
        cursor.execute(WRITERS, [table])
        return {transaction_id for (transaction_id,) in cursor.fetchall()}


def _field(workspace_id: UUID, definition_id: UUID) -> FieldDefinition | None:
    with tenancy.workspace(workspace_id), transaction.atomic():
        return FieldDefinition.objects.filter(workspace_id=workspace_id, pk=definition_id).first()


def _table(field: FieldDefinition) -> str:
    return TABLES.get(field.object, RECORDS)


def _sql(statement: str, field: FieldDefinition) -> str:
    table = _table(field)
    return statement.format(table=table, of_object=OF_OBJECT if table == RECORDS else "true")


def _values(field: FieldDefinition) -> dict[str, Any]:
    return {
        "workspace": field.workspace_id, "definition": field.pk, "object": field.object, "kind": field.kind,
        "key": field.key, "unique": field.is_unique, "chunk": CHUNK,
    }  # fmt: skip
