"""Keys of programs. Like a write key, one is found by its secret before a workspace is entered."""

import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import SecureTenantTable

KEY_ALONE = """
CREATE POLICY by_key ON "workspaces_apikey" FOR SELECT
USING (key_digest = (SELECT nullif(current_setting('dangol.secret', true), '')))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0002_walls"),
    ]

    operations = [
        migrations.CreateModel(
            name="ApiKey",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=100)),
                ("scope", models.CharField(choices=[("read", "Read"), ("write", "Read and change")], max_length=5)),
                ("key_digest", models.CharField(max_length=64, unique=True)),
                ("key_hint", models.CharField(max_length=12)),
                ("created_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField(blank=True, null=True)),
                ("last_used_at", models.DateTimeField(blank=True, null=True)),
                ("revoked_at", models.DateTimeField(blank=True, null=True)),
                (
                    "member",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.member"
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
                "indexes": [models.Index(fields=["workspace", "-created_at", "-id"], name="api_key_newest")],
            },
        ),
        SecureTenantTable("ApiKey"),
        migrations.RunSQL(KEY_ALONE, 'DROP POLICY by_key ON "workspaces_apikey"'),
    ]
