"""What the people of a benchmark's shop did in the last year, with its counts and its catalogue."""

from uuid import UUID

import psycopg

from benchmarks.harness import Bench
from benchmarks.shop import NOW

MONTHS = """
SELECT tracking_ensure_month(month::date)
FROM generate_series(%(now)s - interval '1 year', %(now)s::timestamptz, interval '1 month') AS month
"""
# A tenth of the people does half of it, and one name is half of all.
EVENTS = """
INSERT INTO tracking_event (workspace_id, id, occurred_at, received_at, person_id, kind, name, properties, context,
    source_id, message_id)
SELECT %(workspace)s, (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
        || left(overlay(md5(n::text) PLACING '8' FROM 4 FOR 1), 19))::uuid,
    at, at, people.id, 'track', name,
    jsonb_build_object(
        'branch', (ARRAY['강남', '해운대', '제주'])[1 + n %% 3], 'price', n %% 90 * 1000, 'sku', n %% 500
    ),
    '{}', %(source)s, n::text
FROM (
    SELECT n, %(now)s - interval '1 year' * random() AS at,
        (ARRAY['Product Viewed', 'Product Added', 'Signed In', 'Cart Viewed'])
            [least(1 + floor(-ln(1 - random()) / ln(2)), 4)::int] AS name,
        1 + (CASE WHEN n %% 2 = 0 THEN random() * 0.1 ELSE random() END * (%(people)s - 1))::int AS person
    FROM generate_series(1, %(events)s) AS n
) AS did
JOIN (SELECT id, row_number() OVER (ORDER BY id) AS number FROM customers_person WHERE workspace_id = %(workspace)s)
    AS people ON people.number = did.person
"""
COUNTED = """
INSERT INTO tracking_hourly_count (workspace_id, name, hour, source_id, count)
SELECT workspace_id, name, date_trunc('hour', occurred_at), source_id, count(*)
FROM tracking_event WHERE workspace_id = %(workspace)s GROUP BY 1, 2, 3, 4
"""
KNOWN = """
INSERT INTO tracking_eventdefinition
    (id, workspace_id, name, kind, label_ko, label_en, description, rule, first_seen_at)
SELECT gen_random_uuid(), %(workspace)s, name, 'track', '', '', '', '', min(hour)
FROM tracking_hourly_count WHERE workspace_id = %(workspace)s GROUP BY name
"""


def have_events(bench: Bench, workspace_id: UUID, *, people: int, events: int) -> None:
    """Let the people of a shop have done so many things, and let the lake have them."""
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.operations import rebuild_lake, write_lake  # noqa: PLC0415 - Django is set up by now

    values = {"workspace": workspace_id, "now": NOW, "people": people, "events": events, "source": UUID(int=1)}
    with psycopg.connect(bench.superuser_url(), autocommit=True, cursor_factory=psycopg.ClientCursor) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("SET synchronous_commit = off")
        superuser.execute("SELECT setseed(0.5)")
        for statement in (MONTHS, EVENTS, COUNTED, KNOWN):
            superuser.execute(statement, values)
        superuser.execute("VACUUM ANALYZE")
    with tenancy.workspace(workspace_id):
        rebuild_lake(workspace_id=workspace_id)
    write_lake(workspace_id=workspace_id)
