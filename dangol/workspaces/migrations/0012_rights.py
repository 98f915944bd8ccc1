"""Roles of a workspace's own, branches with their teams, and rights that are lent for a while."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import SecureTenantField, SecureTenantTable

OWN_PLACES = """
CREATE POLICY own_places ON "{table}" FOR SELECT USING (workspace_id IN (
    SELECT workspace_id FROM workspaces_member
    WHERE user_id = (SELECT nullif(current_setting('dangol.user', true), '')::uuid)
))
"""

# It runs with the rights of who asks, so the walls between workspaces hold inside it.
COLLEAGUES = """
CREATE FUNCTION dangol_colleagues(asking uuid, of_branch boolean) RETURNS SETOF uuid LANGUAGE sql STABLE AS $$
    WITH RECURSIVE own AS (
        SELECT member.workspace_id, member.team_id, team.branch_id
        FROM workspaces_member member
        LEFT JOIN workspaces_team team ON team.workspace_id = member.workspace_id AND team.id = member.team_id
        WHERE member.id = asking
    ), below AS (
        SELECT own.workspace_id, own.branch_id AS id FROM own WHERE of_branch AND own.branch_id IS NOT NULL
        UNION
        SELECT branch.workspace_id, branch.id FROM workspaces_branch branch
        JOIN below ON branch.workspace_id = below.workspace_id AND branch.parent_id = below.id
    )
    SELECT asking
    UNION ALL
    SELECT member.id FROM workspaces_member member
    WHERE member.team_id IN (
        SELECT own.team_id FROM own
        UNION ALL
        SELECT team.id FROM workspaces_team team
        JOIN below ON below.workspace_id = team.workspace_id AND below.id = team.branch_id
    )
$$
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0011_directory"),
    ]

    operations = [
        migrations.AlterField(
            model_name="member",
            name="role",
            field=models.CharField(
                choices=[
                    ("administrator", "Administrator"),
                    ("manager", "Manager"),
                    ("marketer", "Marketer"),
                    ("sales", "Sales representative"),
                    ("service", "Service agent"),
                    ("analyst", "Analyst"),
                    ("privacy_officer", "Privacy officer"),
                    ("shop_staff", "Shop staff"),
                    ("partner", "Partner"),
                    ("custom", "A role of the workspace"),
                ],
                max_length=20,
            ),
        ),
        migrations.AlterField(
            model_name="signinrules",
            name="second_factor_roles",
            field=django.contrib.postgres.fields.ArrayField(
                base_field=models.CharField(
                    choices=[
                        ("administrator", "Administrator"),
                        ("manager", "Manager"),
                        ("marketer", "Marketer"),
                        ("sales", "Sales representative"),
                        ("service", "Service agent"),
                        ("analyst", "Analyst"),
                        ("privacy_officer", "Privacy officer"),
                        ("shop_staff", "Shop staff"),
                        ("partner", "Partner"),
                        ("custom", "A role of the workspace"),
                    ],
                    max_length=20,
                ),
                default=list,
                size=None,
            ),
        ),
        migrations.AlterField(
            model_name="signinprovider",
            name="newcomer_role",
            field=models.CharField(
                blank=True,
                choices=[
                    ("administrator", "Administrator"),
                    ("manager", "Manager"),
                    ("marketer", "Marketer"),
                    ("sales", "Sales representative"),
                    ("service", "Service agent"),
                    ("analyst", "Analyst"),
                    ("privacy_officer", "Privacy officer"),
                    ("shop_staff", "Shop staff"),
                    ("partner", "Partner"),
                    ("custom", "A role of the workspace"),
                ],
                max_length=20,
            ),
        ),
        migrations.CreateModel(
            name="Branch",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=100)),
                (
                    "parent",
                    dangol.kit.tenant_models.TenantForeignKey(
                        blank=True,
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="workspaces.branch",
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
        migrations.AddField(
            model_name="team",
            name="branch",
            field=dangol.kit.tenant_models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.branch",
            ),
        ),
        migrations.CreateModel(
            name="CustomRole",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("name", models.CharField(max_length=60)),
                ("levels", models.JSONField(default=dict)),
                ("fields", models.JSONField(default=dict)),
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
        migrations.AddField(
            model_name="member",
            name="custom_role",
            field=dangol.kit.tenant_models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="workspaces.customrole",
            ),
        ),
        migrations.CreateModel(
            name="Elevation",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "role",
                    models.CharField(
                        choices=[
                            ("administrator", "Administrator"),
                            ("manager", "Manager"),
                            ("marketer", "Marketer"),
                            ("sales", "Sales representative"),
                            ("service", "Service agent"),
                            ("analyst", "Analyst"),
                            ("privacy_officer", "Privacy officer"),
                            ("shop_staff", "Shop staff"),
                            ("partner", "Partner"),
                            ("custom", "A role of the workspace"),
                        ],
                        max_length=20,
                    ),
                ),
                ("reason", models.CharField(max_length=300)),
                ("hours", models.PositiveSmallIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("answered_at", models.DateTimeField(null=True)),
                ("until", models.DateTimeField(null=True)),
                (
                    "answered_by",
                    dangol.kit.tenant_models.TenantForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.SET_NULL,
                        related_name="+",
                        to="workspaces.member",
                    ),
                ),
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
        ),
        migrations.AddField(
            model_name="member",
            name="elevation",
            field=dangol.kit.tenant_models.TenantForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="workspaces.elevation",
            ),
        ),
        migrations.AddConstraint(
            model_name="member",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("custom_role__isnull", False), ("role", "custom")),
                    models.Q(models.Q(("role", "custom"), _negated=True), ("custom_role__isnull", True)),
                    _connector="OR",
                ),
                name="member_one_role",
            ),
        ),
        migrations.AddConstraint(
            model_name="branch",
            constraint=models.UniqueConstraint(fields=("workspace", "name"), name="branch_name_once"),
        ),
        migrations.AddConstraint(
            model_name="customrole",
            constraint=models.UniqueConstraint(fields=("workspace", "name"), name="custom_role_name_once"),
        ),
        migrations.AddIndex(
            model_name="elevation",
            index=models.Index(fields=["workspace", "member", "-asked_at"], name="elevation_newest"),
        ),
        *(SecureTenantTable(model) for model in ("Branch", "CustomRole", "Elevation")),
        SecureTenantField("Team", "branch"),
        SecureTenantField("Member", "custom_role"),
        SecureTenantField("Member", "elevation"),
        *(
            migrations.RunSQL(OWN_PLACES.format(table=table), f'DROP POLICY own_places ON "{table}"')
            for table in ("workspaces_customrole", "workspaces_elevation")
        ),
        migrations.RunSQL(COLLEAGUES, "DROP FUNCTION dangol_colleagues(uuid, boolean)"),
    ]
