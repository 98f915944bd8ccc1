"""Which operations of a migration break the code that was there before it, and still serves while it runs."""

import re
from collections.abc import Iterator

from django.db import connection, migrations, models
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

BREAKING = (
    migrations.RemoveField, migrations.DeleteModel, migrations.RenameField, migrations.RenameModel,
    migrations.AlterModelTable,
)  # fmt: skip
BREAKING_SQL = re.compile(r"\bDROP\s+(TABLE|COLUMN)\b|\bRENAME\b|\bSET\s+NOT\s+NULL\b|\bTYPE\s+\w+", re.IGNORECASE)
CONTRACT = "_contract_"
"""In the name of a migration: it takes away what the release before has already stopped using."""


def broken_by(migration: migrations.Migration, before: ProjectState) -> list[str]:
    """Return what old code could no longer do; nothing of a migration that is marked as the contract step."""
    found = []
    state = before.clone()
    for operation in migration.operations:
        after = state.clone()
        operation.state_forwards(migration.app_label, after)
        found += [f"{migration}: {said}" for said in _broken(operation, migration.app_label, state, after)]
        state = after
    return [] if CONTRACT in migration.name else found


def _broken(operation: Operation, room: str, before: ProjectState, after: ProjectState) -> Iterator[str]:
    if isinstance(operation, BREAKING):
        yield f"{operation.describe()}: stop using it, release, and take it away in a {CONTRACT} migration"
    if isinstance(operation, migrations.RunSQL) and BREAKING_SQL.search(str(operation.sql)):
        yield f"SQL that breaks old code: {operation.sql}"
    if isinstance(operation, migrations.AddField) and _is_demanded(operation.field):
        yield f"{operation.describe()}: old code does not fill it in: give it null=True or db_default"
    if isinstance(operation, migrations.AlterField):
        key = (room, operation.model_name.lower())
        old, new = (state.models[key].fields[operation.name] for state in (before, after))
        if old.db_type(connection) != new.db_type(connection) or (old.null and not new.null):
            yield f"{operation.describe()}: add a new column beside it, fill it, and change over"


def _is_demanded(field: "models.Field[object, object]") -> bool:
    return not (field.null or field.many_to_many or field.has_db_default())
