"""What people are told about their consent, and the letters that Dangol itself writes."""

import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [("customers", "0012_rights"), ("messaging", "0003_mute"), ("workspaces", "0002_walls")]

    operations = [
        migrations.CreateModel(
            name="ConsentNotice",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("result", "What was agreed to or taken back"),
                            ("reconfirm", "That the consent stands, every two years"),
                            ("expiry", "That the consent ends soon"),
                        ],
                        max_length=12,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("run_id", models.UUIDField()),
                ("message_id", models.UUIDField(blank=True, null=True)),
            ],
        ),
        migrations.AddField(
            model_name="template",
            name="language",
            field=models.CharField(blank=True, db_default="", default="", max_length=5),
        ),
        migrations.AddField(
            model_name="template",
            name="system_key",
            field=models.CharField(
                blank=True,
                choices=[
                    ("consent_confirm", "Please confirm (double opt-in)"),
                    ("consent_result", "Result of a consent"),
                    ("consent_reconfirm", "Consent after two years"),
                    ("consent_expiry", "Consent ends soon"),
                    ("rights_confirm", "Please confirm a request about your data"),
                ],
                db_default="",
                default="",
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="template",
            name="created_by",
            field=dangol.kit.tenant_models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.member",
            ),
        ),
        migrations.AlterField(
            model_name="templateversion",
            name="created_by",
            field=dangol.kit.tenant_models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.member",
            ),
        ),
        migrations.AddConstraint(
            model_name="template",
            constraint=models.UniqueConstraint(
                condition=models.Q(("system_key", ""), _negated=True),
                fields=("workspace", "system_key", "language"),
                name="system_template_once",
            ),
        ),
        migrations.AddField(
            model_name="consentnotice",
            name="entry",
            field=dangol.kit.tenant_models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.consententry"
            ),
        ),
        migrations.AddField(
            model_name="consentnotice",
            name="person",
            field=dangol.kit.tenant_models.TenantForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.person"
            ),
        ),
        migrations.AddField(
            model_name="consentnotice",
            name="workspace",
            field=models.ForeignKey(
                db_index=False, on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.workspace"
            ),
        ),
        migrations.AddIndex(
            model_name="consentnotice",
            index=models.Index(fields=["workspace", "person", "-at"], name="consent_notice_of_person"),
        ),
        migrations.AddIndex(
            model_name="consentnotice",
            index=models.Index(fields=["workspace", "message_id"], name="consent_notice_of_message"),
        ),
        migrations.AddConstraint(
            model_name="consentnotice",
            constraint=models.UniqueConstraint(fields=("workspace", "entry", "kind"), name="consent_notice_once"),
        ),
        SecureTenantTable("ConsentNotice"),
    ]
