"""Reasons that a person muted, walled in like every tenant table."""

import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("messaging", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="Mute",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("topic_id", models.UUIDField()),
                ("at", models.DateTimeField()),
                (
                    "message",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="messaging.message"
                    ),
                ),
                (
                    "person",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.person"
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
                "constraints": [models.UniqueConstraint(fields=("workspace", "person", "topic_id"), name="mute_once")],
            },
        ),
        SecureTenantTable("Mute"),
    ]
