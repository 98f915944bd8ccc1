"""The desk of data requests, and the guardians of children."""

import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import SecureTenantField, SecureTenantTable


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
        ("workspaces", "0001_initial"),
    ]

    operations = [
        migrations.AddField(
            model_name="rightsrequest",
            name="extension_reason",
            field=models.CharField(blank=True, db_default="", default="", max_length=300),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="extensions",
            field=models.PositiveSmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="identity_proof",
            field=models.CharField(blank=True, db_default="", default="", max_length=200),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="law",
            field=models.CharField(
                choices=[("pipa", "PIPA (Korea)"), ("gdpr", "GDPR (EU, UK)")],
                db_default="pipa",
                default="pipa",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="owner",
            field=dangol.kit.tenant_models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="workspaces.member",
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="refusal_ground",
            field=models.CharField(
                blank=True,
                choices=[
                    ("duty", "Another law demands that the data is kept (PIPA 36(1), 37(2)1; GDPR 17(3)(b))"),
                    ("forbidden", "A law forbids or limits it (PIPA 35(4)1)"),
                    ("others", "It would harm the life, body, property or rights of others (PIPA 35(4)2; GDPR 15(4))"),
                    ("contract", "A contract with the person cannot be kept without the data (PIPA 37(2)4)"),
                    ("claims", "Legal claims (GDPR 17(3)(e), 21(1))"),
                    ("unproven", "It was not proven who asks (PIPA 38; GDPR 12(6))"),
                    ("excessive", "Plainly unfounded or excessive (GDPR 12(5))"),
                ],
                db_default="",
                default="",
                max_length=10,
            ),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="reply",
            field=models.TextField(blank=True, db_default="", default=""),
        ),
        migrations.AddField(
            model_name="rightsrequest",
            name="source",
            field=models.CharField(
                choices=[
                    ("link", "The person, by link"),
                    ("email", "E-mail"),
                    ("phone", "Phone call"),
                    ("letter", "Letter"),
                    ("visit", "Visit"),
                    ("agent", "Agent or guardian"),
                ],
                db_default="link",
                default="link",
                max_length=10,
            ),
        ),
        migrations.AlterField(
            model_name="rightsrequest",
            name="kind",
            field=models.CharField(
                choices=[
                    ("access", "A copy of the data"),
                    ("portability", "A copy to move on with"),
                    ("correction", "Correction"),
                    ("restriction", "Stop of processing"),
                    ("erasure", "Erasure"),
                    ("objection", "Objection to marketing"),
                    ("withdrawal", "Withdrawal of consent"),
                    ("explanation", "Explanation of automated decisions"),
                ],
                max_length=12,
            ),
        ),
        migrations.CreateModel(
            name="GuardianConsent",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("guardian_name", models.CharField(max_length=200)),
                ("guardian_contact", models.CharField(max_length=320)),
                (
                    "method",
                    models.CharField(
                        choices=[
                            ("text", "Agreed on our site, then confirmed by text message"),
                            ("card", "Agreed on our site, then confirmed with a payment card"),
                            ("identity", "Agreed on our site, then confirmed by phone identification"),
                            ("letter", "Signed on paper, brought or sent by post or fax"),
                            ("email", "Agreed in an e-mail"),
                            ("call", "Agreed on the phone, or after a call that told where to agree"),
                            ("other", "In another way as certain as these"),
                        ],
                        max_length=10,
                    ),
                ),
                ("evidence", models.CharField(max_length=500)),
                ("at", models.DateTimeField()),
                ("withdrawn_at", models.DateTimeField(blank=True, null=True)),
                (
                    "by",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workspaces.member"
                    ),
                ),
                (
                    "person",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="customers.person"
                    ),
                ),
                (
                    "withdrawn_by",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.member",
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
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("withdrawn_at", None)), fields=("workspace", "person"), name="guardian_once"
                    )
                ],
            },
        ),
        SecureTenantTable("GuardianConsent"),
        SecureTenantField("RightsRequest", "owner"),
    ]
