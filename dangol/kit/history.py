"""
The migration operation that writes every change of a table into the history.

Triggers do it, so that no bulk statement, job or later room can forget it: one call per statement, over the rows as
they were and as they are. Only what changed is kept, before and after, under the columns' own names; of a jsonb column,
which must hold an object, only the keys that changed; of a removed row everything. Who, why and as part of what come
from `dangol.kit.authorship`.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

# Plans of trigger functions are kept, and made when the first statement comes: often for one row. A nested loop over
# two unindexed sets would then meet a hundred thousand rows, so it is ruled out. UTC makes equal times equal text.
FUNCTION = """
CREATE OR REPLACE FUNCTION "history_of_{table}"() RETURNS trigger LANGUAGE plpgsql
SET enable_nestloop = off SET enable_hashjoin = on SET timezone = 'UTC' AS $$
DECLARE
    moment timestamptz := clock_timestamp();
    author uuid := nullif(current_setting('dangol.member', true), '')::uuid;
    why text := coalesce(current_setting('dangol.reason', true), '');
    whole uuid := nullif(current_setting('dangol.batch', true), '')::uuid;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        {updated};
    ELSIF TG_OP = 'INSERT' THEN
        {inserted};
    ELSE
        {deleted};
    END IF;
    RETURN NULL;
END $$
"""

WRITE = """INSERT INTO "{ledger}"
            (workspace_id, kind, verb, object_id, about_id, at, member_id, reason, batch, before, after)
        SELECT {row}.workspace_id, '{kind}', '{verb}', {row}.id, {about}, moment, author, why, whole, {before}, {after}
        FROM {source}"""

NOT_ERASING = "coalesce(current_setting('dangol.erasing', true), '') <> 'on'"
SIGNED = (
    "(coalesce(current_setting('dangol.member', true), '') <> '' "
    "OR coalesce(current_setting('dangol.batch', true), '') <> '')"
)

TRIGGERS = (
    ("UPDATE", "REFERENCING OLD TABLE AS was NEW TABLE AS became"),
    ("INSERT", "REFERENCING NEW TABLE AS became"),
    ("DELETE", "REFERENCING OLD TABLE AS was"),
)

UNTIL_ERASURE = """
CREATE OR REPLACE FUNCTION dangol_refuse_deletion() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('dangol.erasing', true), '') <> 'on' THEN
        RAISE EXCEPTION 'rows of % go by erasure only', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END
$$
"""


class KeepHistory(Operation):
    """
    Migration operation: write every change of a model's rows into a ledger table.

    Run it again whenever the model gets a column: the functions name the columns (a test compares them).
    Rows that an erasure touches are not written; a data migration must disable the triggers or enter the workspace.

    :param kind: what the ledger calls such a row: "person"
    :param ledger: the table, shaped like `customers_change`
    :param about: columns that name whose page shows the change; each distinct one gets its own line
    :param leave_out: columns that only keep books, or that are derived from others
    :param all_arrivals: False writes a new row down only when a member or a batch made it, not the daily stream
    """

    reduces_to_sql = True
    reversible = True

    def __init__(
        self,
        model: str,
        *,
        kind: str,
        ledger: str,
        about: Sequence[str] = ("id",),
        leave_out: Sequence[str] = (),
        all_arrivals: bool = True,
    ) -> None:
        self.model = model
        self.kind = kind
        self.ledger = ledger
        self.about = about
        self.leave_out = leave_out
        self.all_arrivals = all_arrivals

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the triggers live in the database only."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        for statement in self.statements(model):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f'DROP FUNCTION "history_of_{table}" CASCADE')

    def describe(self) -> str:
        return f"Keep the history of {self.model}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        options = {
            "kind": self.kind,
            "ledger": self.ledger,
            "about": self.about,
            "leave_out": self.leave_out,
            "all_arrivals": self.all_arrivals,
        }
        return "KeepHistory", [self.model], options

    def statements(self, model: type[models.Model]) -> Iterator[str]:
        """Yield the SQL that makes one table's function and its three triggers."""
        table = model._meta.db_table
        columns = _Columns(model, {"id", "workspace_id", *self.leave_out})
        yield FUNCTION.format(
            table=table,
            updated=self._write(
                "became", "change", "was JOIN became ON became.id = was.id", columns.before(), columns.after()
            )
            + f"\n        WHERE {columns.differ()}",
            inserted=self._write("became", "arrival", "became", "NULL", self._arrived()),
            deleted=self._write("was", "removal", "was", "to_jsonb(was) - 'id' - 'workspace_id'", "NULL"),
        )
        for event, references in TRIGGERS:
            when = NOT_ERASING if self.all_arrivals or event != "INSERT" else f"{NOT_ERASING} AND {SIGNED}"
            name = f"history_{event.lower()}"
            yield (
                f'CREATE OR REPLACE TRIGGER {name} AFTER {event} ON "{table}" {references} '
                f'FOR EACH STATEMENT WHEN ({when}) EXECUTE FUNCTION "history_of_{table}"()'
            )

    def _arrived(self) -> str:
        """A small row is kept whole when it comes: it may be gone when its arrival is told. A person tells itself."""
        return "NULL" if tuple(self.about) == ("id",) else "to_jsonb(became) - 'id' - 'workspace_id'"

    def _write(self, row: str, verb: str, source: str, before: str, after: str) -> str:
        about = f"{row}.{self.about[0]}"
        if len(self.about) > 1:
            rows = ("was", "became") if verb == "change" else (row,)
            named = ", ".join(f"{one}.{column}" for one in rows for column in self.about)
            source += (
                f", LATERAL (SELECT DISTINCT one FROM unnest(ARRAY[{named}]) AS one WHERE one IS NOT NULL) AS about"  # noqa: S608 - our columns
            )
            about = "about.one"
        return WRITE.format(
            ledger=self.ledger, row=row, kind=self.kind, verb=verb, about=about, before=before, after=after,
            source=source,
        )  # fmt: skip


class _Columns:
    """The columns that the history of one table keeps, as SQL over `was` and `became`."""

    def __init__(self, model: type[models.Model], left_out: set[str]) -> None:
        kept = [field for field in model._meta.local_concrete_fields if field.column not in left_out]
        self._plain = [field.column for field in kept if not isinstance(field, models.JSONField)]
        self._objects = [field.column for field in kept if isinstance(field, models.JSONField)]

    def differ(self) -> str:
        names = self._plain + self._objects
        was, became = (", ".join(f'{row}."{name}"' for name in names) for row in ("was", "became"))
        return f"ROW({was}) IS DISTINCT FROM ROW({became})"

    def before(self) -> str:
        return self._side("was", "became")

    def after(self) -> str:
        return self._side("became", "was")

    def _side(self, mine: str, other: str) -> str:
        parts = [
            f'CASE WHEN {mine}."{name}" IS DISTINCT FROM {other}."{name}" '
            f"THEN jsonb_build_object('{name}', {mine}.\"{name}\") ELSE '{{}}' END"
            for name in self._plain
        ]
        parts += [
            f'CASE WHEN {mine}."{name}" IS DISTINCT FROM {other}."{name}" '  # noqa: S608 - our columns
            f"THEN jsonb_build_object('{name}', (SELECT coalesce(jsonb_object_agg(key, value), '{{}}') "
            f'FROM jsonb_each({mine}."{name}") WHERE {other}."{name}" -> key IS DISTINCT FROM value)) '
            "ELSE '{}' END"
            for name in self._objects
        ]
        return "\n            || ".join(parts)


class OnlyErasureDeletes(Operation):
    """Migration operation: a trigger refuses DELETE on a model's table outside of `authorship.erasing`."""

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the trigger lives in the database only."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(UNTIL_ERASURE, params=None)
        schema_editor.execute(
            f'CREATE TRIGGER only_erasure_deletes BEFORE DELETE OR TRUNCATE ON "{table}" '
            "FOR EACH STATEMENT EXECUTE FUNCTION dangol_refuse_deletion()",
            params=None,
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f'DROP TRIGGER only_erasure_deletes ON "{table}"')

    def describe(self) -> str:
        return f"Let only an erasure delete rows of {self.model}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "OnlyErasureDeletes", [self.model], {}
