"""Sessions as rows of users instead of Django's, and how strictly a workspace wants its members to sign in."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import dangol.kit.ids
from dangol.kit.tenant_models import SecureTenantTable

OWN_PLACES = """
CREATE POLICY own_places ON "workspaces_signinrules" FOR SELECT USING (workspace_id IN (
    SELECT workspace_id FROM workspaces_member
    WHERE user_id = (SELECT nullif(current_setting('dangol.user', true), '')::uuid)
))
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0004_shared_memory"),
    ]

    operations = [
        migrations.CreateModel(
            name="Session",
            fields=[
                (
                    "session_key",
                    models.CharField(max_length=40, primary_key=True, serialize=False, verbose_name="session key"),
                ),
                ("session_data", models.TextField(verbose_name="session data")),
                ("expire_date", models.DateTimeField(db_index=True, verbose_name="expire date")),
                ("started_at", models.DateTimeField()),
                ("last_used_at", models.DateTimeField()),
                ("address", models.GenericIPAddressField(null=True)),
                ("device", models.CharField(max_length=300)),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "verbose_name": "session",
                "verbose_name_plural": "sessions",
                "abstract": False,
            },
        ),
        migrations.CreateModel(
            name="SignInRules",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("idle_minutes", models.PositiveSmallIntegerField(default=30)),
                ("session_hours", models.PositiveSmallIntegerField(default=12)),
                (
                    "workspace",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="sign_in_rules",
                        to="workspaces.workspace",
                    ),
                ),
            ],
            options={
                "abstract": False,
            },
        ),
        SecureTenantTable("SignInRules"),
        migrations.RunSQL(OWN_PLACES, 'DROP POLICY own_places ON "workspaces_signinrules"'),
        migrations.RunSQL("DROP TABLE IF EXISTS django_session", migrations.RunSQL.noop),
    ]
