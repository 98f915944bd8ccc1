"""
A shop of any size for benchmarks: people, companies, orders and stories as the product would have written them.

Everything is written by SQL from a few thousand drawn names, without triggers and checks of links, since taking people
in has a benchmark of its own (`people_import`). The stories of purchases come from the product's own statement. The
same size gives the same shop.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from typing import Any
from uuid import UUID

import psycopg

from benchmarks.harness import Bench
from dangol.kit.korean import bigrams, initials

NOW = datetime(2026, 11, 22, 3, 0, tzinfo=UTC)
NAMES = 20_000
CHUNK = 20_000
SURNAMES = "김" * 21 + "이" * 15 + "박" * 8 + "최" * 5 + "정" * 5 + "강조윤장임" * 2 + "한오서신권황안송전홍"
SYLLABLES = "가나다라마민서준지우현하은수연도윤예진영호재성혜경태훈정미선아람별솔찬빈건율채린"
FIRST_NAMES = ["Ada", "Ben", "Clara", "Dana", "Emil", "Fay", "Greta", "Henry", "Iris", "Jonas", "Kate", "Leo", "Mary"]
LAST_NAMES = ["Adams", "Berg", "Carter", "Diaz", "Evans", "Fischer", "Green", "Hall", "Ivers", "Jones", "Keller", "Lee"]
CITIES = ["서울", "서울", "서울", "부산", "대구", "인천", "광주", "대전", "울산", "제주"]
WESTERN_CITIES = ["London", "Berlin", "New York", "Toronto"]

# An id holds its moment, as the product's own do; the rest comes from what it belongs to.
ORDERED_ID = """
CREATE FUNCTION pg_temp.ordered_id(at timestamptz, salt text) RETURNS uuid LANGUAGE sql STABLE AS $$
    SELECT (lpad(to_hex((extract(epoch FROM at) * 1000)::bigint), 12, '0') || '7'
        || left(overlay(md5(salt) PLACING '8' FROM 4 FOR 1), 19))::uuid
$$
"""
DRAWN_NAMES = """
CREATE TEMP TABLE drawn (
    n int PRIMARY KEY, name text, bigrams varchar[], initials text, login text, language text, zone text, country text,
    city text
)
"""

# `share` is 0 … 1 and looks random, but always the same for one person.
DRAWN_PEOPLE = """
CREATE TEMP TABLE numbered AS
SELECT n, share, came_at, pg_temp.ordered_id(came_at, 'person ' || n) AS id
FROM (
    SELECT n, abs(hashint4(n) %% 100000) / 100000.0 AS share,
        %(now)s::timestamptz - interval '1 second' * (abs(hashint4(n + 1)::bigint) %% (900 * 86400)) AS came_at
    FROM generate_series(1, %(people)s) AS n
) AS people
"""
PEOPLE = """
INSERT INTO customers_person (id, workspace_id, name, email, phone, external_id, language, time_zone, country, city,
    address, fields, origin, is_anonymous, bigrams, initials, first_seen_at, last_seen_at, created_at, updated_at)
SELECT numbered.id, %(workspace)s, name, login || numbered.n || '@example.com',
    '+8210' || lpad((numbered.n::bigint * 48271 %% 99999989)::text, 8, '0'), 'C-' || numbered.n, language, zone,
    country, city, '', '{}', 'import', false, bigrams, initials, came_at,
    CASE WHEN share < 0.67 THEN came_at + (%(now)s - came_at) * abs(hashint4(numbered.n + 2) %% 1000) / 1000.0 END,
    came_at, came_at
FROM numbered JOIN drawn ON drawn.n = 1 + (numbered.n::bigint * 7919) %% %(names)s
"""
IDENTITIES = """
INSERT INTO customers_identity (id, workspace_id, person_id, kind, value, origin, created_at)
SELECT pg_temp.ordered_id(created_at, kind || id), workspace_id, id, kind, value, origin, created_at
FROM customers_person,
    LATERAL (VALUES ('email', email), ('phone', phone), ('external_id', external_id)) AS one(kind, value)
WHERE workspace_id = %(workspace)s
"""
AGREED = """
INSERT INTO customers_consententry (id, workspace_id, person_id, purpose, channel, state, night, basis, at,
    wording_version, source, evidence, recorded_at)
SELECT pg_temp.ordered_id(came_at, 'agreed ' || id), %(workspace)s, id, 'marketing', 'email', 'given', false,
    'explicit', came_at, '1', 'import', '{}', came_at
FROM numbered WHERE share < 0.4
"""
STANDING = """
INSERT INTO customers_consent
    (id, workspace_id, person_id, purpose, channel, state, night, basis, expires_at, at, entry_id)
SELECT id, workspace_id, person_id, purpose, channel, state, night, basis, expires_at, at, id
FROM customers_consententry WHERE workspace_id = %(workspace)s
"""
# A few buy very often, most once or twice, as in a real shop: the person's number is drawn towards zero. Everybody has
# an amount of their own around which they spend.
ORDERS = """
INSERT INTO tracking_order (id, workspace_id, person_id, number, placed_at, amount, currency, item_count, is_gift,
    event_id, recorded_at)
SELECT pg_temp.ordered_id(placed_at, 'order ' || number), %(workspace)s, id, number::text, placed_at,
    (2 + taste * 80 * spread)::int * 1000, 'KRW', 1 + number %% 4, number %% 11 = 0,
    pg_temp.ordered_id(placed_at, 'event ' || number), placed_at
FROM (
    SELECT number, id, came_at + (%(now)s - came_at) * random() AS placed_at, 0.3 + random() AS spread,
        power(1 - share, 3) AS taste
    FROM (
        SELECT number, 1 + floor(power(random(), 1.5) * %(people)s)::int AS n
        FROM generate_series(1, %(orders)s) AS number
    ) AS drawn JOIN numbered USING (n)
) AS bought
"""

# What was written to people, and whether they answered: `contacts` to each of those who agreed.
CONTACTS = """
INSERT INTO relations_storyentry
    (id, workspace_id, person_id, kind, chapter, at, details, source_table, source_id, recorded_at)
SELECT pg_temp.ordered_id(at, kind || number || person.id), %(workspace)s, person.id, kind, 'growing_closer', at,
    jsonb_build_object('channel', 'email', 'purpose', 'marketing', 'subject', number || '번째 소식'),
    'messaging_message', pg_temp.ordered_id(sent_at, 'message ' || number || person.id), at
FROM (SELECT id, n, came_at FROM numbered WHERE share < 0.4) AS person
CROSS JOIN generate_series(1, %(contacts)s) AS number
CROSS JOIN LATERAL (
    SELECT person.came_at + (%(now)s - person.came_at) * (number / (%(contacts)s + 1.0)) AS sent_at
) AS sent
CROSS JOIN LATERAL (
    SELECT 'contact_sent' AS kind, sent_at AS at
    UNION ALL SELECT 'clicked', sent_at + interval '40 minutes' WHERE (n + number) %% 3 = 0
) AS told
"""


@dataclass(frozen=True, kw_only=True)
class ShopSize:
    """How much stands in the shop. Stories follow from it: a meeting, the purchases, the silences, the contacts."""

    people: int
    companies: int = 0
    orders: int = 0
    contacts: int = 0


def town(bench: Bench) -> ShopSize:
    """100,000 people at full scale, with some 850,000 entries in their stories."""
    people = bench.sized(100_000, least=200)
    return ShopSize(people=people, orders=people * 3, contacts=4)


def city(bench: Bench) -> ShopSize:
    """1,000,000 people at full scale, with 100,000 companies and some 5,000,000 entries."""
    people = bench.sized(1_000_000, least=200)
    return ShopSize(people=people, companies=people // 10, orders=people * 2, contacts=1)


def open_shop(bench: Bench, workspace_id: UUID, size: ShopSize) -> None:
    """Fill the workspace of a fresh database, and let PostgreSQL look at what came."""
    from dangol.customers import search_index  # noqa: PLC0415 - Django is set up by now

    values: dict[str, Any] = {
        "workspace": workspace_id,
        "now": NOW,
        "names": NAMES,
        "people": size.people,
        "orders": size.orders,
        "contacts": size.contacts,
    }
    with psycopg.connect(bench.superuser_url(), autocommit=True, cursor_factory=psycopg.ClientCursor) as superuser:
        superuser.execute("SET session_replication_role = replica")
        superuser.execute("SET synchronous_commit = off")
        superuser.execute("SET work_mem = '128MB'")
        superuser.execute("SET jit = off")
        superuser.execute("SELECT setseed(0.5)")
        superuser.execute(ORDERED_ID)
        _draw_names(superuser, random.Random(bench.seed))
        superuser.execute(DRAWN_PEOPLE, values)
        for statement in (PEOPLE, IDENTITIES, AGREED, STANDING):
            superuser.execute(statement, values)
        superuser.execute(search_index.PEOPLE.entry("customers_person AS there"))
        superuser.execute(ORDERS, values)
        superuser.execute("VACUUM ANALYZE")
        _tell(superuser, values)
    _make_companies(workspace_id, size.companies, random.Random(bench.seed))
    look_again(bench)


def look_again(bench: Bench) -> None:
    """Let PostgreSQL look at what has come since."""
    with psycopg.connect(bench.superuser_url(), autocommit=True) as superuser:
        superuser.execute("VACUUM ANALYZE")


def _make_companies(workspace_id: UUID, count: int, generator: random.Random) -> None:
    from dangol.customers.models import Company  # noqa: PLC0415 - Django is set up by now
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now

    names = [name for name, *_rest in _names(generator)]
    companies = (
        Company(workspace_id=workspace_id, name=f"{names[n % NAMES]} 상사 {n}", external_id=f"F-{n}", created_at=NOW)
        for n in range(count)
    )
    with tenancy.workspace(workspace_id):
        while part := list(islice(companies, CHUNK)):
            Company.objects.bulk_create(part, batch_size=CHUNK // 10)


def _draw_names(superuser: psycopg.Connection[Any], generator: random.Random) -> None:
    superuser.execute(DRAWN_NAMES)
    with superuser.cursor() as cursor, cursor.copy("COPY drawn FROM STDIN") as copy:
        for number, (name, login, *place) in enumerate(_names(generator), start=1):
            copy.write_row((number, name, bigrams(name), initials(name), login, *place))


def _names(generator: random.Random) -> Iterator[tuple[str, ...]]:
    """Five in six are Korean."""
    for number in range(NAMES):
        if number % 6:
            name = generator.choice(SURNAMES) + "".join(generator.choices(SYLLABLES, k=2))
            yield name, "person", "ko", "Asia/Seoul", "KR", generator.choice(CITIES)
        else:
            first, last = generator.choice(FIRST_NAMES), generator.choice(LAST_NAMES)
            login = f"{first}.{last}.".lower()
            yield f"{first} {last}", login, "en", "Europe/London", "GB", generator.choice(WESTERN_CITIES)


def _tell(superuser: psycopg.Connection[Any], values: dict[str, Any]) -> None:
    """Write the stories: of purchases by the product's own statements, of contacts by ours."""
    from dangol.relations.operations import purchases  # noqa: PLC0415 - Django is set up by now

    ids = [person_id for (person_id,) in superuser.execute("SELECT id FROM numbered ORDER BY id")]
    for start in range(0, len(ids), CHUNK):
        part = values | purchases.RULES | {"people": ids[start : start + CHUNK]}
        with superuser.transaction():
            superuser.execute(purchases.TELL, part)
            superuser.execute(purchases.WRITE, part)
    if values["contacts"]:
        superuser.execute(CONTACTS, values)
