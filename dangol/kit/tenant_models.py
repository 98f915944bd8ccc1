"""The base of every tenant table, and the migration operation that puts the walls around it."""

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


TENANT_TEST = "workspace_id = (SELECT nullif(current_setting('dangol.workspace', true), '')::uuid)"


TRASH_TEST = "(deleted_at IS NULL OR (SELECT current_setting('dangol.trash', true)) = 'open')"


def security_statements(table: str, *, links: list[tuple[str, str, str]], with_key: bool = True) -> list[str]:
    """
    Return the SQL that walls one tenant table in.

    :param links: (column, target table, SQL action on delete) of every link inside the workspace
    :param with_key: add the unique `(workspace_id, id)` that composite foreign keys point at
    """
    statements = [
        f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY',
        f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY',
        f'CREATE POLICY tenant ON "{table}" USING ({TENANT_TEST}) WITH CHECK ({TENANT_TEST})',
    ]
    if with_key:
        statements.append(f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_tenant_key" UNIQUE (workspace_id, id)')
    statements.extend(
        f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_{column}_tenant_fk" '
        f'FOREIGN KEY (workspace_id, "{column}") REFERENCES "{target}" (workspace_id, id) '
        f"ON DELETE {action} DEFERRABLE INITIALLY DEFERRED"
        for column, target, action in links
    )
    return statements


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

    Every `TenantForeignKey` becomes a composite foreign key. Run it once per model, after all its targets exist.
    """

    reduces_to_sql = True
    reversible = True

    def __init__(self, model: str) -> None:
        self.model = model

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Change nothing: the walls live in the database only."""

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        table = model._meta.db_table
        for statement in security_statements(table, links=_tenant_links(model)) + _link_indexes(model):
            schema_editor.execute(statement, params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(f'DROP POLICY tenant ON "{table}"')
        schema_editor.execute(f'ALTER TABLE "{table}" DISABLE ROW LEVEL SECURITY')

    def describe(self) -> str:
        return f"Force row-level security on {self.model}"

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "SecureTenantTable", [self.model], {}


def _tenant_links(model: type[models.Model]) -> list[tuple[str, str, str]]:
    return [
        (field.column, field.related_model._meta.db_table, _on_delete(field))
        for field in model._meta.local_fields
        if isinstance(field, TenantForeignKey)
    ]


def _link_indexes(model: type[models.Model]) -> list[str]:
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
        for field in model._meta.local_fields
        if isinstance(field, TenantForeignKey) and ("workspace", field.name) not in declared
    ]


def _on_delete(field: TenantForeignKey) -> str:
    return "CASCADE" if field.remote_field.on_delete is models.CASCADE else "NO ACTION"


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
        column = model._meta.get_field(self.field).column
        links = [link for link in _tenant_links(model) if link[0] == column]
        for statement in security_statements(model._meta.db_table, links=links, with_key=False)[3:]:
            schema_editor.execute(statement, params=None)

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


class LeanOnLink(SecureTenantTable):
    """
    Migration operation: drop the single-column link from a table to its workspace.

    `(workspace_id, x_id)` points at a row of the same workspace, and that row at the workspace: a second check of every
    new row proves nothing more. Only for tables with such a link that is never null.
    """

    def database_forwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        model = to_state.apps.get_model(app_label, self.model)
        if not any(isinstance(field, TenantForeignKey) and not field.null for field in model._meta.local_fields):
            raise ValueError(f"{self.model} has no link that is never null")
        schema_editor.execute(DROP_WORKSPACE_LINK.format(table=model._meta.db_table), params=None)

    def database_backwards(
        self, app_label: str, schema_editor: BaseDatabaseSchemaEditor, from_state: ProjectState, to_state: ProjectState
    ) -> None:
        table = to_state.apps.get_model(app_label, self.model)._meta.db_table
        schema_editor.execute(
            f'ALTER TABLE "{table}" ADD CONSTRAINT "{table}_workspace_fk" FOREIGN KEY (workspace_id) '
            "REFERENCES workspaces_workspace (id) DEFERRABLE INITIALLY DEFERRED",
            params=None,
        )

    def deconstruct(self) -> tuple[str, list[Any], dict[str, Any]]:
        return "LeanOnLink", [self.model], {}


DROP_WORKSPACE_LINK = """
DO $$
DECLARE link name;
BEGIN
    SET CONSTRAINTS ALL IMMEDIATE;
    FOR link IN SELECT conname FROM pg_constraint
        WHERE conrelid = '"{table}"'::regclass AND confrelid = 'workspaces_workspace'::regclass AND contype = 'f'
    LOOP
        EXECUTE format('ALTER TABLE "{table}" DROP CONSTRAINT %I', link);
    END LOOP;
END $$
"""
