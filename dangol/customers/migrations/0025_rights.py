"""Rows that are shown to somebody whose rights do not reach them."""

import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import SecureTenantTable

# It runs with the rights of who asks, so the walls between workspaces hold inside it.
SHARED = """
CREATE FUNCTION dangol_shared(asking uuid, changing boolean) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    SELECT coalesce(share.person_id, share.company_id, share.record_id)
    FROM customers_share share
    WHERE share.until > now() AND (share.may_change OR NOT changing) AND (
        share.member_id = asking
        OR share.team_id = (SELECT member.team_id FROM workspaces_member member WHERE member.id = asking)
    )
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0024_sealed_fields"),
        ("workspaces", "0012_rights"),
    ]

    operations = [
        migrations.CreateModel(
            name="Share",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("may_change", models.BooleanField(default=False)),
                ("until", models.DateTimeField()),
                ("at", models.DateTimeField()),
                (
                    "by",
                    dangol.kit.tenant_models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "company",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.company",
                    ),
                ),
                (
                    "member",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
                (
                    "person",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.person",
                    ),
                ),
                (
                    "record",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="customers.customrecord",
                    ),
                ),
                (
                    "team",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="workspaces.team",
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
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("company__isnull", True), ("person__isnull", False), ("record__isnull", True)),
                            models.Q(("company__isnull", False), ("person__isnull", True), ("record__isnull", True)),
                            models.Q(("company__isnull", True), ("person__isnull", True), ("record__isnull", False)),
                            _connector="OR",
                        ),
                        name="share_one_row",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("member__isnull", False), ("team__isnull", True)),
                            models.Q(("member__isnull", True), ("team__isnull", False)),
                            _connector="OR",
                        ),
                        name="share_with_one",
                    ),
                ],
            },
        ),
        SecureTenantTable("Share"),
        migrations.RunSQL(SHARED, "DROP FUNCTION dangol_shared(uuid, boolean)"),
    ]
