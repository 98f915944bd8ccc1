import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("tracking", "0010_time_rules"),
        ("workspaces", "0003_api_key"),
    ]

    operations = [
        migrations.AddField(
            model_name="order",
            name="refunded",
            field=models.DecimalField(db_default=0, decimal_places=2, default=0, max_digits=14),
        ),
        migrations.CreateModel(
            name="Refund",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.CharField(max_length=100)),
                ("key", models.CharField(max_length=100)),
                ("refunded_at", models.DateTimeField()),
                ("amount", models.DecimalField(decimal_places=2, max_digits=14, null=True)),
                ("currency", models.CharField(blank=True, max_length=3)),
                ("event_id", models.UUIDField()),
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
                "constraints": [models.UniqueConstraint(fields=("workspace", "number", "key"), name="refund_once")],
            },
        ),
        SecureTenantTable("Refund"),
    ]
