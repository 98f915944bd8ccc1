import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0009_replays"),
        ("workspaces", "0003_api_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="TimeRules",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("hours_ahead", models.PositiveIntegerField(blank=True, null=True)),
                ("days_late", models.PositiveIntegerField(blank=True, null=True)),
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
                "constraints": [models.UniqueConstraint(fields=("workspace",), name="time_rules_once")],
            },
        ),
        SecureTenantTable("TimeRules"),
    ]
