"""Who changed what, and the trash."""

import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.tenant_models
from dangol.kit.history import KeepHistory, OnlyErasureDeletes
from dangol.kit.tenant_models import AppendOnly, security_statements

LEDGER = "customers_change"
BOOKS = ("bigrams", "initials", "created_at", "updated_at")


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0007_fields"),
        ("workspaces", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="Change",
            fields=[
                ("id", models.BigAutoField(primary_key=True, serialize=False)),
                ("kind", models.CharField(max_length=40)),
                (
                    "verb",
                    models.CharField(
                        choices=[("arrival", "Added"), ("change", "Changed"), ("removal", "Removed")], max_length=10
                    ),
                ),
                ("object_id", models.UUIDField()),
                ("about_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                ("reason", models.CharField(max_length=100)),
                ("batch", models.UUIDField(null=True)),
                ("before", models.JSONField(null=True)),
                ("after", models.JSONField(null=True)),
                (
                    "member",
                    dangol.kit.tenant_models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "workspace",
                    models.ForeignKey(
                        db_constraint=False,
                        db_index=False,
                        on_delete=django.db.models.deletion.DO_NOTHING,
                        related_name="+",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["workspace", "about_id", "-id"], name="change_about"),
                    models.Index(
                        condition=models.Q(("batch__isnull", False)),
                        fields=["workspace", "batch", "kind", "object_id"],
                        name="change_of_batch",
                    ),
                ],
            },
        ),
        migrations.RunSQL(security_statements(LEDGER, links=[], with_key=False), migrations.RunSQL.noop),
        AppendOnly("Change"),
        OnlyErasureDeletes("Change"),
        KeepHistory(
            "Person",
            kind="person",
            ledger=LEDGER,
            leave_out=(*BOOKS, "first_seen_at", "last_seen_at"),
            all_arrivals=False,
        ),
        KeepHistory("Company", kind="company", ledger=LEDGER, leave_out=BOOKS, all_arrivals=False),
        KeepHistory("Household", kind="household", ledger=LEDGER, leave_out=("created_at",)),
        KeepHistory(
            "Identity",
            kind="identity",
            ledger=LEDGER,
            about=("person_id",),
            leave_out=("created_at",),
            all_arrivals=False,
        ),
        KeepHistory(
            "ContactPoint",
            kind="contact_point",
            ledger=LEDGER,
            about=("person_id", "company_id"),
            leave_out=("first_told_at", "last_told_at"),
        ),
        KeepHistory(
            "Relation",
            kind="relation",
            ledger=LEDGER,
            about=(
                "source_person_id",
                "source_company_id",
                "source_household_id",
                "target_person_id",
                "target_company_id",
                "target_household_id",
            ),
            leave_out=("created_at",),
        ),
        KeepHistory("Tagging", kind="tagging", ledger=LEDGER, about=("person_id", "company_id")),
        KeepHistory("CustomRecord", kind="record", ledger=LEDGER, leave_out=BOOKS, all_arrivals=False),
        KeepHistory(
            "RecordLink",
            kind="record_link",
            ledger=LEDGER,
            about=("person_id", "company_id", "record_id"),
            leave_out=("created_at",),
        ),
    ]
