"""What is kept sealed of people."""

import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0023_claims_in_history"),
        ("workspaces", "0008_audit"),
    ]

    operations = [
        migrations.CreateModel(
            name="SealedField",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("label", models.CharField(max_length=100)),
                ("help_text", models.CharField(blank=True, max_length=300)),
                ("is_unique", models.BooleanField(default=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
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
            name="SealedValue",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("value", models.TextField()),
                ("fingerprint", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "by",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workspaces.member"
                    ),
                ),
                (
                    "field",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="values", to="customers.sealedfield"
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
        ),
        migrations.AddConstraint(
            model_name="sealedfield",
            constraint=models.UniqueConstraint(fields=("workspace", "label"), name="sealed_field_once"),
        ),
        migrations.AddIndex(
            model_name="sealedvalue",
            index=models.Index(fields=["workspace", "field", "fingerprint"], name="sealed_value_found"),
        ),
        migrations.AddConstraint(
            model_name="sealedvalue",
            constraint=models.UniqueConstraint(fields=("workspace", "person", "field"), name="sealed_value_once"),
        ),
        SecureTenantTable("SealedField"),
        SecureTenantTable("SealedValue"),
    ]
