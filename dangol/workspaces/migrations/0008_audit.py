"""
The audit record in months that go as a whole, written once, and sealed in a chain.

Nobody but the owner of the tables may change or delete a line; the runtime role makes and drops months through
functions that run as the owner and know by the database's own clock which they may.
"""

import django.contrib.postgres.fields
import django.db.models.deletion
from django.db import migrations, models

import dangol.kit.ids
import dangol.kit.tenant_models
from dangol.kit.tenant_models import REFUSE_CHANGE, SecureTenantTable, security_statements

ENTRIES = """
ALTER TABLE workspaces_auditentry RENAME TO workspaces_auditentry_before;
ALTER TABLE workspaces_auditentry_before NO FORCE ROW LEVEL SECURITY;
CREATE TABLE workspaces_auditentry (
    workspace_id uuid NOT NULL REFERENCES workspaces_workspace (id) DEFERRABLE INITIALLY DEFERRED,
    id uuid NOT NULL,
    at timestamptz NOT NULL,
    member_id uuid,
    deed varchar(10) NOT NULL,
    verb varchar(60) NOT NULL,
    people uuid[] NOT NULL,
    purpose varchar(300) NOT NULL,
    detail jsonb NOT NULL,
    address inet DEFAULT nullif(current_setting('dangol.address', true), '')::inet,
    session varchar(64) NOT NULL DEFAULT coalesce(current_setting('dangol.session', true), ''),
    keep_until date NOT NULL,
    PRIMARY KEY (workspace_id, id, keep_until)
) PARTITION BY RANGE (keep_until);
CREATE TABLE workspaces_auditwaiting (
    workspace_id uuid NOT NULL REFERENCES workspaces_workspace (id) DEFERRABLE INITIALLY DEFERRED,
    entry_id uuid NOT NULL,
    PRIMARY KEY (workspace_id, entry_id)
)
"""

# Entries wait for their seal by name. A mark ("everything after this one") would miss what commits late.
WAITING = """
CREATE FUNCTION workspaces_audit_waits() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    INSERT INTO workspaces_auditwaiting SELECT workspace_id, id FROM came;
    RETURN NULL;
END
$$;
CREATE TRIGGER waits AFTER INSERT ON workspaces_auditentry REFERENCING NEW TABLE AS came
    FOR EACH STATEMENT EXECUTE FUNCTION workspaces_audit_waits();
CREATE TRIGGER append_only BEFORE UPDATE ON workspaces_auditentry
    FOR EACH ROW EXECUTE FUNCTION dangol_refuse_change()
"""

CLOSE = """
CREATE FUNCTION dangol_close(closed regclass, rights text) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
    who regrole;
BEGIN
    FOR who IN
        SELECT DISTINCT acl.grantee::regrole FROM pg_class, aclexplode(relacl) acl
        WHERE pg_class.oid = closed AND acl.grantee NOT IN (0, relowner)
    LOOP
        EXECUTE format('REVOKE %s ON %s FROM %s', rights, closed, who);
    END LOOP;
END
$$
"""

# Kept two and three years: what is written this month goes into the months that begin after that.
MONTHS = """
CREATE FUNCTION workspaces_make_audit_months() RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    month date;
    partition text;
BEGIN
    FOR month IN
        SELECT date_trunc('month', now() AT TIME ZONE 'UTC') + make_interval(years => years, months => months)
        FROM unnest(ARRAY[2, 3]) AS years, generate_series(1, 4) AS months
    LOOP
        partition := 'workspaces_auditentry_' || to_char(month, 'YYYYMM');
        CONTINUE WHEN to_regclass('public.' || partition) IS NOT NULL;
        EXECUTE format(
            'CREATE TABLE public.%I PARTITION OF public.workspaces_auditentry FOR VALUES FROM (%L) TO (%L)',
            partition, month, month + interval '1 month'
        );
        EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', partition);
        EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', partition);
        EXECUTE format(
            'CREATE POLICY tenant ON public.%I USING ('
            'workspace_id = (SELECT nullif(current_setting(''dangol.workspace'', true), '''')::uuid))',
            partition
        );
        PERFORM public.dangol_close(('public.' || partition)::regclass, 'ALL');
    END LOOP;
END
$$;
CREATE FUNCTION workspaces_drop_audit_months() RETURNS SETOF text LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    partition text;
BEGIN
    FOR partition IN
        SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'public.workspaces_auditentry'::regclass
    LOOP
        CONTINUE WHEN to_date(right(partition, 6), 'YYYYMM') > (now() AT TIME ZONE 'UTC')::date;
        EXECUTE format('DROP TABLE public.%I', partition);
        RETURN NEXT partition;
    END LOOP;
END
$$
"""

COPY = """
SELECT workspaces_make_audit_months();
INSERT INTO workspaces_auditentry
    (workspace_id, id, at, member_id, deed, verb, people, purpose, detail, session, keep_until)
SELECT workspace_id, id, at, member_id, 'change', verb, '{}', '', detail, '',
    date_trunc('month', now() AT TIME ZONE 'UTC') + interval '2 years 1 month'
FROM workspaces_auditentry_before;
DROP TABLE workspaces_auditentry_before;
CREATE INDEX audit_newest ON workspaces_auditentry (workspace_id, at DESC, id DESC)
"""

WALLS = [
    *security_statements(
        "workspaces_auditentry", links=[("member_id", "workspaces_member", "NO ACTION")], with_key=False
    ),
    'CREATE INDEX "workspaces_auditentry_member_id_link" ON workspaces_auditentry (workspace_id, member_id, at DESC)',
    *security_statements("workspaces_auditwaiting", links=[], with_key=False),
    "SELECT dangol_close('workspaces_auditentry', 'UPDATE, DELETE, TRUNCATE')",
]

CLOSE_SEALS = "SELECT dangol_close('workspaces_auditseal', 'UPDATE, DELETE, TRUNCATE')"

DEEDS = [
    ("see", "Saw"),
    ("search", "Searched"),
    ("export", "Exported"),
    ("change", "Changed"),
    ("merge", "Merged"),
    ("send", "Sent"),
    ("reveal", "Revealed"),
    ("grant", "Changed rights"),
    ("sign_in", "Signed in"),
    ("sign_out", "Signed out"),
    ("refused", "Refused"),
]

ROLE = models.CharField(
    choices=[
        ("administrator", "Administrator"),
        ("manager", "Manager"),
        ("marketer", "Marketer"),
        ("sales", "Sales representative"),
        ("service", "Service agent"),
        ("analyst", "Analyst"),
        ("privacy_officer", "Privacy officer"),
    ],
    max_length=20,
)

COLUMNS = [
    ("deed", models.CharField(choices=DEEDS, max_length=10)),
    ("people", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), default=list, size=None)),
    ("purpose", models.CharField(blank=True, max_length=300)),
    ("address", models.GenericIPAddressField(null=True)),
    ("session", models.CharField(blank=True, max_length=64)),
    ("keep_until", models.DateField()),
]


class Migration(migrations.Migration):
    dependencies = [
        ("workspaces", "0007_networks"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterField("AuditEntry", "at", models.DateTimeField()),
                *(migrations.AddField("AuditEntry", *column) for column in COLUMNS),
                migrations.RemoveIndex("AuditEntry", "audit_newest"),
                migrations.AddIndex(
                    "AuditEntry", models.Index(fields=["workspace", "-at", "-id"], name="audit_newest")
                ),
            ],
            database_operations=[
                migrations.RunSQL([REFUSE_CHANGE, CLOSE, ENTRIES, WAITING, MONTHS, COPY]),
                migrations.RunSQL(WALLS),
            ],
        ),
        migrations.CreateModel(
            name="AuditSeal",
            fields=[
                (
                    "id",
                    models.UUIDField(default=dangol.kit.ids.uuid7, editable=False, primary_key=True, serialize=False),
                ),
                ("number", models.BigIntegerField()),
                ("at", models.DateTimeField()),
                ("keep_until", models.DateField()),
                ("entries", django.contrib.postgres.fields.ArrayField(base_field=models.UUIDField(), size=None)),
                (
                    "digests",
                    django.contrib.postgres.fields.ArrayField(base_field=models.BinaryField(max_length=32), size=None),
                ),
                ("previous", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
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
                "constraints": [models.UniqueConstraint(fields=("workspace", "number"), name="audit_seal_once")],
            },
        ),
        SecureTenantTable("AuditSeal"),
        migrations.RunSQL(CLOSE_SEALS),
        migrations.AlterField("Member", "role", ROLE),
        migrations.AlterField(
            "SignInRules",
            "second_factor_roles",
            django.contrib.postgres.fields.ArrayField(base_field=ROLE, default=list, size=None),
        ),
    ]
