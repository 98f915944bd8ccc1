"""Files of a million lines in pieces, saved mappings, what a run made, undo; fewer checks of what is proven already."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
from dangol.kit.tenant_models import LeanOnLink, SecureTenantTable, TenantForeignKey


def key() -> tuple[str, models.Field]:
    return ("id", models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False))


def workspace() -> tuple[str, models.Field]:
    return (
        "workspace",
        models.ForeignKey(
            db_index=False,
            on_delete=django.db.models.deletion.CASCADE,
            related_name="+",
            to="workspaces.workspace",
        ),
    )


def file() -> tuple[str, models.Field]:
    return (
        "people_import",
        TenantForeignKey(on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.peopleimport"),
    )


def ids(name: str) -> tuple[str, models.Field]:
    return (name, django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None))


TARGETS = [("people", "People"), ("companies", "Companies")]
STATES = [
    ("uploaded", "Uploaded"),
    ("checking", "Being checked"),
    ("checked", "Checked"),
    ("running", "Running"),
    ("paused", "Paused"),
    ("done", "Done"),
    ("failed", "Failed"),
    ("cancelled", "Cancelled"),
    ("undoing", "Being undone"),
    ("undone", "Undone"),
]

# Files that were on their way become one piece. UTF-16 was kept as it came; such a file must come again.
WHOLE_FILES_BECOME_PIECES = """
ALTER TABLE customers_peopleimport NO FORCE ROW LEVEL SECURITY;
INSERT INTO customers_importpiece (id, workspace_id, people_import_id, sheet, first_line, line_count, content)
SELECT gen_random_uuid(), workspace_id, id, 0, 1, line_count, content FROM customers_peopleimport
WHERE state IN ('uploaded', 'checked', 'running') AND encoding NOT LIKE 'utf-16%';
UPDATE customers_peopleimport SET state = 'failed'
WHERE state IN ('uploaded', 'checked', 'running') AND encoding LIKE 'utf-16%';
UPDATE customers_peopleimport SET started_at = created_at WHERE state = 'running';
SET CONSTRAINTS ALL IMMEDIATE;
ALTER TABLE customers_peopleimport FORCE ROW LEVEL SECURITY
"""


class Migration(migrations.Migration):
    dependencies = [("customers", "0010_search"), ("workspaces", "0002_walls")]

    operations = [
        migrations.AddField(
            "peopleimport", "target", models.CharField(choices=TARGETS, default="people", max_length=10)
        ),
        migrations.AddField("peopleimport", "sheets", models.JSONField(default=list)),
        migrations.AddField("peopleimport", "sheet", models.PositiveSmallIntegerField(default=0)),
        migrations.AddField("peopleimport", "header_line", models.PositiveIntegerField(default=1)),
        migrations.AddField("peopleimport", "options", models.JSONField(default=dict)),
        migrations.AddField("peopleimport", "byte_count", models.PositiveBigIntegerField(default=0)),
        migrations.AddField("peopleimport", "unchanged_count", models.PositiveIntegerField(default=0)),
        migrations.AddField("peopleimport", "batch", models.UUIDField(default=dangol.kit.ids.uuid7)),
        migrations.AddField("peopleimport", "started_at", models.DateTimeField(blank=True, null=True)),
        migrations.AlterField(
            "peopleimport", "state", models.CharField(choices=STATES, default="uploaded", max_length=10)
        ),
        migrations.CreateModel(
            name="ImportPiece",
            fields=[
                key(),
                ("sheet", models.PositiveSmallIntegerField(default=0)),
                ("first_line", models.PositiveIntegerField()),
                ("line_count", models.PositiveIntegerField()),
                ("content", models.BinaryField()),
                workspace(),
                file(),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "people_import", "sheet", "first_line"), name="import_piece_once"
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportStep",
            fields=[
                key(),
                ("next_line", models.PositiveIntegerField()),
                ids("people"),
                ids("companies"),
                ids("identities"),
                ids("relations"),
                ids("tags"),
                ids("taggings"),
                ids("consents"),
                workspace(),
                file(),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "people_import", "next_line"), name="import_step_once")
                ],
            },
        ),
        migrations.CreateModel(
            name="ImportLeftover",
            fields=[
                key(),
                ("kind", models.CharField(max_length=10)),
                ("object_id", models.UUIDField()),
                ("label", models.CharField(blank=True, max_length=200)),
                ("column", models.CharField(blank=True, max_length=60)),
                workspace(),
                file(),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("workspace", "people_import", "kind", "object_id", "column"),
                        name="import_leftover_once",
                    )
                ],
            },
        ),
        migrations.CreateModel(
            name="SavedMapping",
            fields=[
                key(),
                ("name", models.CharField(max_length=100)),
                ("target", models.CharField(choices=TARGETS, default="people", max_length=10)),
                ("meanings", models.JSONField(default=dict)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                workspace(),
                (
                    "by",
                    TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "target", "name"), name="saved_mapping_once")
                ],
            },
        ),
        migrations.RunSQL(WHOLE_FILES_BECOME_PIECES, migrations.RunSQL.noop),
        migrations.RemoveField("peopleimport", "content"),
        SecureTenantTable("ImportPiece"),
        SecureTenantTable("ImportStep"),
        SecureTenantTable("ImportLeftover"),
        SecureTenantTable("SavedMapping"),
        # Pieces of text do not shrink enough to be worth the time; they live for an hour.
        migrations.RunSQL(
            "ALTER TABLE customers_importpiece ALTER COLUMN content SET STORAGE EXTERNAL", migrations.RunSQL.noop
        ),
        LeanOnLink("Identity"),
        LeanOnLink("ConsentEntry"),
        LeanOnLink("Consent"),
        LeanOnLink("ImportPiece"),
        LeanOnLink("ImportProblem"),
        # Nothing points at these rows, so nothing needs a second key.
        migrations.RunSQL(
            """
            ALTER TABLE customers_identity DROP CONSTRAINT customers_identity_tenant_key;
            ALTER TABLE customers_consent DROP CONSTRAINT customers_consent_tenant_key
            """,
            migrations.RunSQL.noop,
        ),
    ]
