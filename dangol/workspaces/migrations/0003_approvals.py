"""What may happen only after others agreed: rules, questions, answers, and who answers for whom."""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import AppendOnly, SecureTenantTable

# Only what waits is approved, with enough votes; only what was approved is used; nothing else of a question changes.
MOVES = """
CREATE FUNCTION dangol_approval_moves() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        IF NEW.state = 'waiting' THEN RETURN NEW; END IF;
    ELSIF to_jsonb(NEW) - '{state,ended_at}'::text[] = to_jsonb(OLD) - '{state,ended_at}'::text[] THEN
        IF OLD.state = 'approved' AND NEW.state IN ('used', 'void', 'expired')
            OR OLD.state = 'waiting' AND NEW.state IN ('refused', 'void', 'expired')
            OR OLD.state = 'waiting' AND NEW.state = 'approved' AND NEW.needed <= (
                SELECT count(*) FROM workspaces_approvalvote vote
                WHERE vote.workspace_id = NEW.workspace_id AND vote.approval_id = NEW.id AND vote.agrees
            ) THEN
            RETURN NEW;
        END IF;
    END IF;
    RAISE EXCEPTION 'an approval does not become % so', NEW.state USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER moves BEFORE INSERT OR UPDATE ON workspaces_approval
    FOR EACH ROW EXECUTE FUNCTION dangol_approval_moves();
"""

# A vote is about what was asked, while it waits, and never the asker's, in whosever place.
VOTES = """
CREATE FUNCTION dangol_approval_votes() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF EXISTS (
        SELECT FROM workspaces_approval asked
        WHERE asked.workspace_id = NEW.workspace_id AND asked.id = NEW.approval_id AND asked.state = 'waiting'
            AND asked.digest = NEW.digest AND asked.by_id NOT IN (NEW.member_id, NEW.seat_id)
            AND NEW.seat_id = ANY (asked.members)
    ) THEN
        RETURN NEW;
    END IF;
    RAISE EXCEPTION 'this vote does not count' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER votes BEFORE INSERT ON workspaces_approvalvote
    FOR EACH ROW EXECUTE FUNCTION dangol_approval_votes();
"""
UNDONE = """
DROP TRIGGER {trigger} ON {table};
DROP FUNCTION {function}();
"""


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0002_limits"),
    ]

    operations = [
        migrations.CreateModel(
            name="Approval",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("role", "Members with a role"),
                            ("members", "Named members"),
                            ("branch", "Managers of the asker's branch"),
                        ],
                        max_length=10,
                    ),
                ),
                ("role", models.CharField(blank=True, max_length=36)),
                (
                    "members",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("in_order", models.BooleanField(default=False)),
                ("needed", models.PositiveSmallIntegerField(default=1)),
                ("subject", models.CharField(max_length=20)),
                ("row_id", models.UUIDField()),
                ("content", models.JSONField()),
                ("digest", models.CharField(max_length=64)),
                ("amount", models.PositiveBigIntegerField()),
                ("at_least", models.PositiveBigIntegerField()),
                ("asked_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("waiting", "Waits for answers"),
                            ("approved", "Approved"),
                            ("used", "Done"),
                            ("refused", "Refused"),
                            ("void", "Void"),
                            ("expired", "Too late"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("ended_at", models.DateTimeField(null=True)),
                (
                    "by",
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
            name="ApprovalRule",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("role", "Members with a role"),
                            ("members", "Named members"),
                            ("branch", "Managers of the asker's branch"),
                        ],
                        max_length=10,
                    ),
                ),
                ("role", models.CharField(blank=True, max_length=36)),
                (
                    "members",
                    django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None),
                ),
                ("in_order", models.BooleanField(default=False)),
                ("needed", models.PositiveSmallIntegerField(default=1)),
                ("subject", models.CharField(max_length=20)),
                ("at_least", models.PositiveBigIntegerField(default=0)),
                ("hours", models.PositiveSmallIntegerField(default=72)),
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
            name="ApprovalVote",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("agrees", models.BooleanField()),
                ("note", models.CharField(blank=True, max_length=300)),
                ("digest", models.CharField(max_length=64)),
                ("at", models.DateTimeField()),
                (
                    "approval",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.approval"
                    ),
                ),
                (
                    "member",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="workspaces.member"
                    ),
                ),
                (
                    "seat",
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
            name="Absence",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("since", models.DateTimeField()),
                ("until", models.DateTimeField()),
                (
                    "member",
                    dangol.kit.tenant_models.TenantForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="workspaces.member"
                    ),
                ),
                (
                    "substitute",
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
                "constraints": [
                    models.UniqueConstraint(fields=("workspace", "member"), name="absence_once"),
                    models.CheckConstraint(
                        condition=models.Q(("member", models.F("substitute")), _negated=True),
                        name="absence_somebody_else",
                    ),
                    models.CheckConstraint(condition=models.Q(("until__gt", models.F("since"))), name="absence_lasts"),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(fields=["workspace", "state", "expires_at"], name="approval_open"),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(fields=["workspace", "by", "-asked_at", "-id"], name="approval_asked"),
        ),
        migrations.AddIndex(
            model_name="approval",
            index=models.Index(fields=["workspace", "subject", "row_id", "-asked_at"], name="approval_of_row"),
        ),
        migrations.AddConstraint(
            model_name="approval",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state__in", ["waiting", "approved"])),
                fields=("workspace", "subject", "row_id"),
                name="approval_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalrule",
            constraint=models.UniqueConstraint(fields=("workspace", "subject", "at_least"), name="approval_rule_once"),
        ),
        migrations.AddConstraint(
            model_name="approvalrule",
            constraint=models.CheckConstraint(
                condition=models.Q(("hours__gte", 1), ("needed__gte", 1)), name="approval_rule_asks"
            ),
        ),
        migrations.AddConstraint(
            model_name="approvalvote",
            constraint=models.UniqueConstraint(fields=("workspace", "approval", "seat"), name="approval_seat_once"),
        ),
        migrations.AddConstraint(
            model_name="approvalvote",
            constraint=models.UniqueConstraint(fields=("workspace", "approval", "member"), name="approval_vote_once"),
        ),
        *(SecureTenantTable(model) for model in ("Absence", "Approval", "ApprovalRule", "ApprovalVote")),
        AppendOnly("ApprovalVote"),
        migrations.RunSQL(
            MOVES,
            UNDONE.format(trigger="moves", table="workspaces_approval", function="dangol_approval_moves"),
        ),
        migrations.RunSQL(
            VOTES,
            UNDONE.format(trigger="votes", table="workspaces_approvalvote", function="dangol_approval_votes"),
        ),
    ]
