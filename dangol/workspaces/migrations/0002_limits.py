"""Limits of workspaces, and what they use."""

import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="Limit",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("people", "People"),
                            ("members", "Members"),
                            ("sources", "Sources of events"),
                            ("segments", "Segments"),
                            ("storage", "Storage in MB"),
                            ("events", "Events"),
                            ("emails", "E-mails sent"),
                            ("import_rows", "Imported rows"),
                            ("export_rows", "Exported rows"),
                            ("api_calls", "API calls"),
                        ],
                        max_length=20,
                    ),
                ),
                ("most", models.PositiveBigIntegerField()),
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
                "constraints": [models.UniqueConstraint(fields=("workspace", "what"), name="limit_once")],
            },
        ),
        migrations.CreateModel(
            name="Use",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "what",
                    models.CharField(
                        choices=[
                            ("people", "People"),
                            ("members", "Members"),
                            ("sources", "Sources of events"),
                            ("segments", "Segments"),
                            ("storage", "Storage in MB"),
                            ("events", "Events"),
                            ("emails", "E-mails sent"),
                            ("import_rows", "Imported rows"),
                            ("export_rows", "Exported rows"),
                            ("api_calls", "API calls"),
                        ],
                        max_length=20,
                    ),
                ),
                ("began_at", models.DateTimeField()),
                ("amount", models.BigIntegerField()),
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
                "constraints": [models.UniqueConstraint(fields=("workspace", "what", "began_at"), name="use_once")],
            },
        ),
        SecureTenantTable("Limit"),
        SecureTenantTable("Use"),
    ]
