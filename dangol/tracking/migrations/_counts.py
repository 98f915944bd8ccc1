"""
How often what happened: by person and day, and by source and hour.

Counting a busy day writes one row and no index. A count needs no foreign key of its own: it is written beside events of
the same person, whose key is checked.
"""

from django.db import migrations

from dangol.kit.tenant_models import walls_around

DAILY_COUNT = """
CREATE TABLE tracking_daily_count (
    workspace_id uuid NOT NULL,
    person_id uuid NOT NULL,
    name text NOT NULL,
    day date NOT NULL,
    count integer NOT NULL,
    amount numeric(16, 2) NOT NULL DEFAULT 0,
    PRIMARY KEY (workspace_id, person_id, name, day)
) WITH (fillfactor = 80);
CREATE INDEX tracking_daily_count_by_name ON tracking_daily_count (workspace_id, name, day) INCLUDE (person_id)
"""

HOURLY_COUNT = """
CREATE TABLE tracking_hourly_count (
    workspace_id uuid NOT NULL,
    name text NOT NULL,
    hour timestamptz NOT NULL,
    source_id uuid NOT NULL,
    count integer NOT NULL,
    PRIMARY KEY (workspace_id, name, hour, source_id)
)
"""

OPERATIONS = [
    migrations.RunSQL([DAILY_COUNT, *walls_around("tracking_daily_count")]),
    migrations.RunSQL([HOURLY_COUNT, *walls_around("tracking_hourly_count")]),
]
