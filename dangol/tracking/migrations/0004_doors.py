"""By which door a source sends, what its fields mean, and its last documents."""

import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0003_dead_letter_call"),
        ("workspaces", "0003_api_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="source",
            name="kind",
            field=models.CharField(
                choices=[
                    ("api", "Site, app or server (tracking API)"),
                    ("webhooks", "Webhook of a shop or service"),
                    ("event_files", "Files of past events"),
                    ("tills", "Till receipts"),
                    ("devices", "Devices (MQTT)"),
                    ("short_links", "Short links and QR codes"),
                ],
                default="api",
                max_length=20,
            ),
        ),
        migrations.AddField(
            model_name="source",
            name="mapping",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="Sample",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("received_at", models.DateTimeField()),
                ("body", models.BinaryField()),
                (
                    "source",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="tracking.source"
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
                "indexes": [models.Index(fields=["workspace", "source", "-received_at"], name="sample_newest")],
            },
        ),
        SecureTenantTable("Sample"),
    ]
