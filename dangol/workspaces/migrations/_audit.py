"""
The audit record in months that go as a whole, written once, and sealed in a chain.

Nobody but the owner of the tables may change or delete a line; the runtime role makes and drops months through
functions that run as the owner and know by the database's own clock which they may.
"""

from django.db import migrations

from dangol.kit.tenant_models import REFUSE_CHANGE, walls_around

ENTRIES = """
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
    PRIMARY KEY (workspace_id, id, keep_until),
    CONSTRAINT workspaces_auditentry_member_id_tenant_fk FOREIGN KEY (workspace_id, member_id)
        REFERENCES workspaces_member (workspace_id, id) DEFERRABLE INITIALLY DEFERRED
) PARTITION BY RANGE (keep_until);
CREATE INDEX audit_newest ON workspaces_auditentry (workspace_id, at DESC, id DESC);
CREATE INDEX workspaces_auditentry_member_id_link ON workspaces_auditentry (workspace_id, member_id, at DESC);
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

NEVER_CHANGED = """
SELECT dangol_close('workspaces_auditentry', 'UPDATE, DELETE, TRUNCATE');
SELECT dangol_close('workspaces_auditseal', 'UPDATE, DELETE, TRUNCATE')
"""

OPERATIONS = [
    migrations.RunSQL(ENTRIES),
    migrations.RunSQL(walls_around("workspaces_auditentry") + walls_around("workspaces_auditwaiting")),
    migrations.RunSQL([REFUSE_CHANGE, WAITING, CLOSE, MONTHS, NEVER_CHANGED]),
    migrations.RunSQL("SELECT workspaces_make_audit_months()"),
]
