"""Duplicates, merging and un-merging."""

import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import REFUSE_CHANGE, SecureTenantTable, security_statements

MATCH_KEY = """
CREATE TABLE customers_matchkey (
    workspace_id uuid NOT NULL,
    key bigint NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (workspace_id, key, person_id),
    FOREIGN KEY (workspace_id, person_id) REFERENCES customers_person (workspace_id, id)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
);
CREATE INDEX customers_matchkey_of_person ON customers_matchkey (workspace_id, person_id)
"""

TO_COMPARE = """
CREATE TABLE customers_tocompare (
    workspace_id uuid NOT NULL,
    person_id uuid NOT NULL,
    PRIMARY KEY (workspace_id, person_id)
);
"""

# Whoever comes, or is told apart differently, or comes back from the trash, is compared soon.
COMPARE_SOON = """
CREATE FUNCTION customers_person_to_compare() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_tocompare (workspace_id, person_id)
    SELECT workspace_id, id FROM person WHERE NOT is_anonymous
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE FUNCTION customers_person_to_compare_again() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO customers_tocompare (workspace_id, person_id) VALUES (NEW.workspace_id, NEW.id)
    ON CONFLICT DO NOTHING;
    RETURN NULL;
END $$;
CREATE TRIGGER person_to_compare AFTER INSERT ON customers_person
    REFERENCING NEW TABLE AS person FOR EACH STATEMENT EXECUTE FUNCTION customers_person_to_compare();
CREATE TRIGGER person_to_compare_again
    AFTER UPDATE OF name, family_name, given_name, email, phone, postal_code, city, address, born_on, is_anonymous,
        deleted_at ON customers_person FOR EACH ROW
    WHEN (NOT NEW.is_anonymous AND NEW.deleted_at IS NULL
        AND (OLD.name, OLD.family_name, OLD.given_name, OLD.email, OLD.phone, OLD.postal_code, OLD.city, OLD.address,
            OLD.born_on, OLD.is_anonymous, OLD.deleted_at)
        IS DISTINCT FROM (NEW.name, NEW.family_name, NEW.given_name, NEW.email, NEW.phone, NEW.postal_code, NEW.city,
            NEW.address, NEW.born_on, NEW.is_anonymous, NEW.deleted_at))
    EXECUTE FUNCTION customers_person_to_compare_again()
"""

NO_COMPARING = "DROP FUNCTION customers_person_to_compare, customers_person_to_compare_again CASCADE"


class Migration(migrations.Migration):
    dependencies = [("customers", "0008_history"), ("workspaces", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="MatchKey",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="customers.person",
                    ),
                ),
                ("key", models.BigIntegerField()),
            ],
            options={
                "db_table": "customers_matchkey",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="ToCompare",
            fields=[
                (
                    "person",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="customers.person",
                    ),
                ),
            ],
            options={
                "db_table": "customers_tocompare",
                "managed": False,
            },
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("choices", models.JSONField(default=dict)),
                ("before", models.JSONField(default=dict)),
                ("after", models.JSONField(default=dict)),
                ("merged_before", models.JSONField(default=dict)),
                ("joined", models.JSONField(default=dict)),
                ("batch", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workspaces.member"
                    ),
                ),
                (
                    "kept_company",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.company",
                    ),
                ),
                (
                    "kept_person",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.person",
                    ),
                ),
                (
                    "merged_company",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.company",
                    ),
                ),
                (
                    "merged_person",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.person",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MergedRow",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("table_name", models.CharField(max_length=63)),
                ("column_name", models.CharField(max_length=63)),
                ("part", models.CharField(max_length=10)),
                ("row_id", models.UUIDField(blank=True, null=True)),
                ("row", models.JSONField(blank=True, null=True)),
                (
                    "merge",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.merge"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Unmerge",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("at", models.DateTimeField()),
                ("left", models.JSONField(default=list)),
                (
                    "by",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workspaces.member"
                    ),
                ),
                (
                    "merge",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.merge"
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="DuplicatePair",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("score", models.FloatField()),
                ("evidence", models.JSONField(default=list)),
                (
                    "state",
                    models.CharField(
                        choices=[("open", "To be decided"), ("different", "Not the same"), ("merged", "Merged")],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("found_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(blank=True, null=True)),
                (
                    "company",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.company",
                    ),
                ),
                (
                    "decided_by",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "other_company",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.company",
                    ),
                ),
                (
                    "other_person",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.person",
                    ),
                ),
                (
                    "person",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.person",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(
                        condition=models.Q(("state", "open")),
                        fields=["workspace", "-score", "-id"],
                        name="duplicate_likeliest",
                    ),
                    models.Index(fields=["workspace", "person"], name="duplicate_of_person"),
                    models.Index(fields=["workspace", "other_person"], name="duplicate_of_other_person"),
                ],
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("person__isnull", False)),
                        fields=("workspace", "person", "other_person"),
                        name="duplicate_people_once",
                    ),
                    models.UniqueConstraint(
                        condition=models.Q(("company__isnull", False)),
                        fields=("workspace", "company", "other_company"),
                        name="duplicate_companies_once",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(
                                ("company__isnull", True),
                                ("other_company__isnull", True),
                                ("person__lt", models.F("other_person")),
                            ),
                            models.Q(
                                ("company__lt", models.F("other_company")),
                                ("other_person__isnull", True),
                                ("person__isnull", True),
                            ),
                            _connector="OR",
                        ),
                        name="duplicate_of_one_kind",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="DuplicateScan",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("person", "person"), ("company", "company")], default="person", max_length=10
                    ),
                ),
                (
                    "state",
                    models.CharField(
                        choices=[("waiting", "Waiting"), ("running", "Running"), ("done", "Done")],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("done", models.PositiveIntegerField(default=0)),
                ("total", models.PositiveIntegerField(default=0)),
                ("found", models.PositiveIntegerField(default=0)),
                ("started_at", models.DateTimeField()),
                ("finished_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_index=False,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["workspace", "-started_at"], name="duplicate_scan_newest")],
            },
        ),
        migrations.AddIndex(
            model_name="merge",
            index=models.Index(fields=["workspace", "-at", "-id"], name="merge_newest"),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("kept_company__isnull", True),
                        ("kept_person__isnull", False),
                        ("merged_company__isnull", True),
                        ("merged_person__isnull", False),
                    ),
                    models.Q(
                        ("kept_company__isnull", False),
                        ("kept_person__isnull", True),
                        ("merged_company__isnull", False),
                        ("merged_person__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="merge_of_one_kind",
            ),
        ),
        migrations.AddIndex(
            model_name="mergedrow",
            index=models.Index(fields=["workspace", "merge", "table_name"], name="merged_row_of_merge"),
        ),
        migrations.AddConstraint(
            model_name="unmerge",
            constraint=models.UniqueConstraint(fields=("workspace", "merge"), name="merge_undone_once"),
        ),
        SecureTenantTable("Merge"),
        SecureTenantTable("MergedRow"),
        SecureTenantTable("Unmerge"),
        SecureTenantTable("DuplicatePair"),
        SecureTenantTable("DuplicateScan"),
        migrations.RunSQL(MATCH_KEY, "DROP TABLE customers_matchkey"),
        migrations.RunSQL(security_statements("customers_matchkey", links=[], with_key=False), migrations.RunSQL.noop),
        migrations.RunSQL(TO_COMPARE, "DROP TABLE customers_tocompare"),
        migrations.RunSQL(security_statements("customers_tocompare", links=[], with_key=False), migrations.RunSQL.noop),
        migrations.RunSQL(COMPARE_SOON, NO_COMPARING),
        migrations.RunSQL(REFUSE_CHANGE, migrations.RunSQL.noop),
    ]
