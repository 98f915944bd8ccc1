"""The base of every tenant table, and the migration operation that puts the walls around it."""

from collections.abc import Sequence
from typing import Any

from django.db import models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState

from dangol.kit.ids import uuid7


class TenantForeignKey(models.ForeignKey[Any, Any]):
    """
    A link inside one workspace.

    The database constraint is `(workspace_id, x_id) → (workspace_id, id)`, made by `SecureTenantTable`, so that
    no row can point into another workspace. Django's own single-column constraint is therefore left out.
    """

    def __init__(self, to: Any, on_delete: Any, **options: Any) -> None:
        options["db_constraint"] = False
        options["db_index"] = False
        options.setdefault("related_name", "+")
        super().__init__(to, on_delete, **options)

    def deconstruct(self) -> tuple[str, str, Any, dict[str, Any]]:
        name, path, args, options = super().deconstruct()
        options.pop("db_constraint", None)
        options.pop("db_index", None)
        return name, path, args, options


class TenantModel(models.Model):
    """A row that belongs to one workspace: UUIDv7 id, workspace first in every index."""

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False)

    class Meta:
        abstract = True


class TiedModel(TenantModel):
    """
    A row that a link, never null, ties to another row of its workspace.

    That row has a checked workspace, and the link compares it: a check of this row's own would prove nothing more.
    """

    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.CASCADE, related_name="+", db_index=False, db_constraint=False
    )

    class Meta:
        abstract = True


TENANT_TEST = "workspace_id = (SELECT nullif(current_setting('dangol.workspace', true), '')::uuid)"


TRASH_TEST = "(deleted_at IS NULL OR (SELECT current_setting('dangol.trash', true)) = 'open')"


def walls_around(table: str) -> list[str]:
    """Return the SQL that lets a transaction see only the rows of the workspace that it entered."""
    return [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY tenant ON "{table}" USING ({TENANT_TEST}) WITH CHECK ({TENANT_TEST})',
    ]


# One exception: while two people are merged or parted, told in `dangol.merging` for the transaction, a row may pass
# from one of the two to the other. Nothing else in it may change.
REFUSE_CHANGE = """
CREATE OR REPLACE FUNCTION dangol_refuse_change() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    pair text[] := string_to_array(nullif(current_setting('dangol.merging', true), ''), ',');
    old_row jsonb := to_jsonb(OLD);
    new_row jsonb := to_jsonb(NEW);
BEGIN
    IF old_row - 'person_id' = new_row - 'person_id'
        AND old_row ->> 'person_id' = ANY (pair) AND new_row ->> 'person_id' = ANY (pair) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'rows of % are never changed', TG_TABLE_NAME USING ERRCODE = 'restrict_violation';
END
$$
"""


class SecureTenantTable(Operation):
    """
    Migration operation: force row-level security on a model's table and key it by workspace.

    Every `TenantForeignKey` becomes a composite foreign key, at the end of the migration as Django's own do, when all
    targets have their keys. Run it once per model.

    :param is_target: False leaves out the unique `(workspace_id, id)` that links point at
    :param seldom: links that most rows do not have; only those that do are indexed by them
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str, *, is_target: bool = True, seldom: Sequence[str] = ()) -> None:
        self.model = model
        self.is_target = is_target
        self.seldom = seldom

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the walls live in the database only."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        table = model._meta.db_table
        for statement in (*walls_around(table), *_link_indexes(model, self.seldom)):
            schema_editor.execute(statement, params=None)
        if self.is_target:
            schema_editor.execute(
                f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_tenant_key" UNIQUE (workspace_id, id)', params=None
            )
        schema_editor.deferred_sql.extend(_link_statement(model, field) for field in _tenant_links(model))

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f'DROP POLICY tenant ON "{table}"')
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')

    def describe(self) -> str:
        return f"Force row-level security on {self.model}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "SecureTenantTable", [self.model], {"is_target": self.is_target, "seldom": self.seldom}


def _tenant_links(model: type[models.Model]) -> list[TenantForeignKey]:
    return [field for field in model._meta.local_fields if isinstance(field, TenantForeignKey)]


def _link_statement(model: type[models.Model], field: TenantForeignKey) -> str:
    table, target = model._meta.db_table, field.related_model._meta.db_table
    action = "CASCADE" if field.remote_field.on_delete is models.CASCADE else "NO ACTION"
    return (
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{field.column}_tenant_fk" '
        f'FOREIGN KEY (workspace_id, "{field.column}") REFERENCES "{target}" (workspace_id, id) '
        f"ON DELETE {action} DEFERRABLE INITIALLY DEFERRED"
    )


def _link_indexes(model: type[models.Model], seldom: Sequence[str]) -> list[str]:
    """Index every link that no declared index or constraint starts with: cascades look rows up by it."""
    declared = {tuple(index.fields[:2]) for index in model._meta.indexes}
    declared |= {
        tuple(constraint.fields[:2])
        for constraint in model._meta.constraints
        if isinstance(constraint, models.UniqueConstraint)
    }
    table = model._meta.db_table
    return [
        f'CREATE INDEX "{table}_{field.column}_link" ON "{table}" (workspace_id, "{field.column}")'
        + (f' WHERE "{field.column}" IS NOT NULL' if field.name in seldom else "")
        for field in _tenant_links(model)
        if ("workspace", field.name) not in declared
    ]


class AppendOnly(SecureTenantTable):
    """Migration operation: a trigger that refuses UPDATE on a model's table. Rows still go with their person."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(REFUSE_CHANGE, params=None)
        schema_editor.execute(
            f'CREATE TRIGGER append_only BEFORE UPDATE ON "{table}" '
            "FOR EACH ROW EXECUTE FUNCTION dangol_refuse_change()",
            params=None,
        )

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f'DROP TRIGGER append_only ON "{table}"')

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "AppendOnly", [self.model], {}


class SecureTenantField(SecureTenantTable):
    """Migration operation: give one later-added `TenantForeignKey` its composite constraint."""

    def __init__(self, model: str, field: str) -> None:
        super().__init__(model)
        self.field = field

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        field = next(link for link in _tenant_links(model) if link.name == self.field)
        schema_editor.execute(_link_statement(model, field), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        """Nothing to undo: dropping the column drops its constraint."""

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "SecureTenantField", [self.model, self.field], {}


class HideTrash(SecureTenantTable):
    """Migration operation: rows with `deleted_at` are hidden from every read until a transaction opens the trash."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        test = f"{TENANT_TEST} AND {TRASH_TEST}"
        schema_editor.execute(f'ALTER POLICY tenant ON "{table}" USING ({test}) WITH CHECK ({test})', params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f'ALTER POLICY tenant ON "{table}" USING ({TENANT_TEST}) WITH CHECK ({TENANT_TEST})')

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "HideTrash", [self.model], {}
