"""
The page of one person among 100,000: p95 of the server's time in milliseconds, through the whole Django stack, against
the 100 it may take.

The people, 300,000 orders, their stories and strengths are made by the product's own operations. `any` visits people at
random; `longest` visits those with the longest stories, on their first page and on a later one.
"""

import random
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID

from benchmarks.harness import Bench, percentile

if TYPE_CHECKING:
    from django.test import Client

    from dangol.workspaces.models import Member

PEOPLE, ORDERS_EACH, VISITS, PAGE_LIMIT = 100_000, 3, 100, 100
NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)

MAKE_PEOPLE = """
INSERT INTO customers_person (id, workspace_id, name, email, phone, external_id, language, time_zone, country, city,
    address, fields, origin, is_anonymous, bigrams, initials, first_seen_at, created_at, updated_at)
SELECT gen_random_uuid(), %(workspace)s, '고객 ' || n, 'person' || n || '@example.com', '', 'C-' || n, 'ko',
    'Asia/Seoul',
    'KR', '서울', '', '{}', 'import', false, '{}', '', %(now)s::timestamptz - interval '900 days', %(now)s, %(now)s
FROM generate_series(1, %(people)s) AS n
"""

# A few buy very often, most once or twice, as in a real shop: the person's number is drawn towards zero.
MAKE_ORDERS = """
INSERT INTO tracking_order (id, workspace_id, person_id, number, placed_at, amount, currency, item_count, is_gift,
    event_id, recorded_at)
SELECT gen_random_uuid(), %(workspace)s, person.id, n::text,
    %(now)s::timestamptz - random() * interval '800 days', (1 + random() * 90)::int * 1000, 'KRW', 2, random() < 0.1,
    gen_random_uuid(), %(now)s
FROM generate_series(1, %(orders)s) AS n
JOIN LATERAL (SELECT 1 + floor(power(random(), 1.5) * %(people)s)::int + n * 0 AS number) AS drawn ON true
JOIN customers_person AS person ON person.workspace_id = %(workspace)s AND person.external_id = 'C-' || drawn.number
"""


def run(bench: Bench) -> None:
    """Fill the house, then visit people."""
    member = _make_member()
    _fill(bench, member)
    client = _signed_in(member)
    anybody, longest = _chosen(member, bench.seed)
    _measure(bench, client, "any", [f"/people/{person_id}/" for person_id in anybody])
    _measure(bench, client, "longest", [f"/people/{person_id}/" for person_id in longest])
    _measure(bench, client, "later", [_later(client, person_id) for person_id in longest])


def _fill(bench: Bench, member: "Member") -> None:
    import psycopg  # noqa: PLC0415 - beside the statements that need it

    from dangol.customers.models import Person  # noqa: PLC0415 - Django is set up by now
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.relations import operations  # noqa: PLC0415 - Django is set up by now

    people = bench.sized(PEOPLE)
    values = {"workspace": member.workspace_id, "now": NOW, "people": people, "orders": people * ORDERS_EACH}
    with psycopg.connect(bench.superuser_url(), autocommit=True) as superuser:
        superuser.execute("SELECT setseed(0.5)")
        superuser.execute(MAKE_PEOPLE, values)
        superuser.execute("VACUUM ANALYZE customers_person")
        superuser.execute(MAKE_ORDERS, values)
        superuser.execute("VACUUM ANALYZE tracking_order")
        with tenancy.workspace(member.workspace_id):
            ids = list(Person.objects.values_list("pk", flat=True))
            operations.tell_purchases(workspace_id=member.workspace_id, person_ids=ids, now=NOW)
            operations.measure_everybody(workspace_id=member.workspace_id, now=NOW)
        superuser.execute("VACUUM ANALYZE")


def _chosen(member: "Member", seed: int) -> tuple[list[UUID], list[UUID]]:
    """Return people at random, and those with the longest stories."""
    from django.db.models import Count  # noqa: PLC0415 - Django is set up by now

    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.relations.models import StoryEntry  # noqa: PLC0415 - Django is set up by now

    with tenancy.workspace(member.workspace_id):
        stories = StoryEntry.objects.values("person_id").annotate(length=Count("id")).order_by("-length", "person_id")
        ids = list(stories.values_list("person_id", flat=True))
    return random.Random(seed).sample(ids, VISITS), ids[:VISITS]


def _later(client: "Client", person_id: UUID) -> str:
    """Return the address of the second page of a story, or of the first where there is no second."""
    path = f"/people/{person_id}/"
    _before, found, rest = client.get(path).content.decode().partition("?after=")
    return f"{path}?after={rest.split('#')[0]}" if found else path


def _measure(bench: Bench, client: "Client", label: str, paths: list[str]) -> None:
    client.get(paths[0])
    waits = []
    for path in paths:
        began = time.perf_counter()
        answer = client.get(path)
        waits.append(time.perf_counter() - began)
        assert answer.status_code == 200
    slowest = percentile(waits, 95) * 1000
    bench.report(ours=slowest, limit=PAGE_LIMIT, rows=bench.sized(PEOPLE), waits=waits, label=label)


def _make_member() -> "Member":
    from django.db import transaction  # noqa: PLC0415 - Django is set up by now

    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from tests.people import make_cast  # noqa: PLC0415 - Django is set up by now

    with transaction.atomic():
        cast = make_cast()
        tenancy.leave_workspace()
    return cast.marketer


def _signed_in(member: "Member") -> "Client":
    from django.conf import settings  # noqa: PLC0415 - Django is set up by now
    from django.test import Client  # noqa: PLC0415 - Django is set up by now

    client = Client()
    client.force_login(member.user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return client
