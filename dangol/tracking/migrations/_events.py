"""Events, in months that are made when the first one comes."""

from django.db import migrations

from dangol.kit.tenant_models import walls_around

EVENT = """
CREATE TABLE tracking_event (
    workspace_id uuid NOT NULL,
    id uuid NOT NULL,
    occurred_at timestamptz NOT NULL,
    received_at timestamptz NOT NULL,
    person_id uuid,
    anonymous_id text NOT NULL DEFAULT '',
    kind text NOT NULL,
    name text NOT NULL,
    properties jsonb NOT NULL,
    context jsonb NOT NULL,
    source_id uuid NOT NULL,
    message_id text NOT NULL,
    user_id text NOT NULL DEFAULT '',
    PRIMARY KEY (workspace_id, id, occurred_at),
    FOREIGN KEY (workspace_id, person_id) REFERENCES customers_person (workspace_id, id)
        ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED
) PARTITION BY RANGE (occurred_at);
CREATE INDEX tracking_event_of_person ON tracking_event (workspace_id, person_id, occurred_at DESC);
CREATE INDEX tracking_event_by_name ON tracking_event (workspace_id, name, occurred_at) INCLUDE (person_id);
CREATE INDEX tracking_event_anonymous ON tracking_event (workspace_id, anonymous_id) WHERE person_id IS NULL
"""

# The runtime role owns no table, so it makes months through this function, which runs as the owner.
ENSURE_MONTH = """
CREATE FUNCTION tracking_ensure_month(month date) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, public AS $$
DECLARE
    first date := date_trunc('month', month)::date;
    partition text := 'tracking_event_' || to_char(first, 'YYYYMM');
BEGIN
    IF to_regclass('public.' || partition) IS NOT NULL THEN
        RETURN;
    END IF;
    PERFORM pg_advisory_xact_lock(hashtext('tracking_ensure_month'));
    IF to_regclass('public.' || partition) IS NOT NULL THEN
        RETURN;
    END IF;
    EXECUTE format(
        'CREATE TABLE public.%I PARTITION OF public.tracking_event FOR VALUES FROM (%L) TO (%L)',
        partition, first::timestamp AT TIME ZONE 'UTC', (first + interval '1 month')::timestamp AT TIME ZONE 'UTC'
    );
    EXECUTE format('ALTER TABLE public.%I ENABLE ROW LEVEL SECURITY', partition);
    EXECUTE format('ALTER TABLE public.%I FORCE ROW LEVEL SECURITY', partition);
    EXECUTE format(
        'CREATE POLICY tenant ON public.%I USING ('
        'workspace_id = (SELECT nullif(current_setting(''dangol.workspace'', true), '''')::uuid))',
        partition
    );
END
$$
"""

OPERATIONS = [
    migrations.RunSQL([EVENT, *walls_around("tracking_event")]),
    migrations.RunSQL(ENSURE_MONTH),
]
