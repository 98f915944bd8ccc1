import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0020_hashed_history"),
        ("segments", "0003_turns_versions_sizes"),
        ("workspaces", "0003_api_key"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportedList",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=120)),
                ("given", models.PositiveIntegerField()),
                (
                    "unknown",
                    django.contrib.postgres.fields.ArrayField(
                        base_field=models.CharField(max_length=320), default=list, size=None
                    ),
                ),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                (
                    "created_by",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workspaces.member"
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
            name="ListedPerson",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "list",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="segments.importedlist"
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
        migrations.CreateModel(
            name="ComputedTrait",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=120)),
                ("question", models.JSONField()),
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
            options={
                "constraints": [models.UniqueConstraint(fields=("workspace", "name"), name="trait_name_once")],
            },
        ),
        migrations.AddConstraint(
            model_name="importedlist",
            constraint=models.UniqueConstraint(fields=("workspace", "name"), name="list_name_once"),
        ),
        migrations.AddIndex(
            model_name="listedperson",
            index=models.Index(fields=["workspace", "person"], name="lists_of_person"),
        ),
        migrations.AddConstraint(
            model_name="listedperson",
            constraint=models.UniqueConstraint(fields=("workspace", "list", "person"), name="listed_once"),
        ),
        SecureTenantTable("ComputedTrait"),
        SecureTenantTable("ImportedList"),
        SecureTenantTable("ListedPerson"),
    ]
