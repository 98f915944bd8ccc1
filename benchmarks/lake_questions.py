"""A hundred mixed segments, each with the same question written by hand for DuckDB over the same files."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NAMES = ("Product Viewed", "Product Added", "Order Completed", "Signed In", "Cart Viewed")
CITIES = ("서울", "부산", "대전", "제주", "광주")
TAG = "00000000-0000-0000-0000-0000000000aa"

FILL = (
    """
INSERT INTO customers_person (id, workspace_id, name, email, phone, external_id, language, time_zone, country, city,
    address, fields, origin, is_anonymous, bigrams, initials, first_seen_at, created_at, updated_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, %(workspace)s, 'p' || n, '', '', '', 'ko', '', 'KR',
    (%(cities)s::text[])[n %% 5 + 1], '', jsonb_build_object('grade', 'g' || n %% 10), 'bench', false, '{}', '',
    %(now)s, %(now)s, %(now)s
FROM generate_series(1, %(people)s) AS n
""",
    """
INSERT INTO tracking_order (id, workspace_id, number, placed_at, amount, currency, item_count, is_gift, event_id,
    recorded_at, person_id)
SELECT gen_random_uuid(), %(workspace)s, n, %(now)s - n %% 300 * interval '1 day', n %% 9 * 10000, 'KRW', 1, false,
    gen_random_uuid(), %(now)s, lpad(to_hex(n * 7::bigint %% (%(people)s / 3 + 1) + 1), 32, '0')::uuid
FROM generate_series(1, %(people)s) AS n
""",
    """
INSERT INTO relations_strength (id, workspace_id, person_id, score, trend, parts, computed_at)
SELECT gen_random_uuid(), %(workspace)s, lpad(to_hex(n), 32, '0')::uuid, n %% 100, 0, '{}', %(now)s
FROM generate_series(1, %(people)s) AS n
""",
    "INSERT INTO customers_tag (id, workspace_id, name, created_at) VALUES (%(tag)s, %(workspace)s, '단골', %(now)s)",
    """
INSERT INTO customers_tagging (id, workspace_id, tag_id, person_id, at)
SELECT gen_random_uuid(), %(workspace)s, %(tag)s, lpad(to_hex(n), 32, '0')::uuid, %(now)s
FROM generate_series(1, %(people)s, 10) AS n
""",
    """
INSERT INTO customers_household (id, workspace_id, name, address, note, created_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, %(workspace)s, '집', '', '', %(now)s
FROM generate_series(0, %(people)s / 30) AS n
""",
    """
INSERT INTO customers_relation (id, workspace_id, kind, title, note, origin, confidence, created_at, source_person_id,
    target_household_id)
SELECT gen_random_uuid(), %(workspace)s, 'lives_in', '', '', 'bench', 100, %(now)s, lpad(to_hex(n), 32, '0')::uuid,
    lpad(to_hex(n / 3), 32, '0')::uuid
FROM generate_series(1, %(people)s / 10) AS n
""",
)
"""A million people who live in five cities, their orders, strengths, tags and households."""

Question = tuple[dict[str, Any], str]
"""A definition, and the same by hand."""


def questions(traits: dict[str, str]) -> list[Question]:
    """
    Return twenty kinds of questions about five stretches of time each.

    :param traits: the ids of computed traits by their measure
    """
    return [question for number in range(5) for question in _kinds(number, traits)]


def _kinds(number: int, traits: dict[str, str]) -> Iterator[Question]:
    name, after, city, days = NAMES[number], NAMES[(number + 1) % 5], CITIES[number], 14 * number + 7
    did = {"kind": "event", "event": name, "operator": "at_least", "count": number + 2, "days": days}
    never = {"kind": "event", "event": NAMES[0], "operator": "exactly", "count": 0, "days": 14}
    in_city = attribute("city", city)
    sequence = {"kind": "sequence", "event": name, "then": after, "within": 2, "unit": "days", "days": days}
    branch = {"where": [{"property": "branch", "value": "강남"}]}
    some, all_, at_most = "SELECT id FROM customers_person WHERE", "SELECT person_id AS id FROM", number + 1
    events, often = _events(name, days), f"GROUP BY 1 HAVING count(*) >= {number + 2}"
    those, viewers, followed = f"{events} {often}", _events(NAMES[0], 14), _sequence(name, after, days)
    first, then = f"SELECT person_id, occurred_at FROM ({_done(name, days)})", _done(after, days)
    lives = "SELECT source_person_id FROM customers_relation WHERE kind = 'lives_in' AND until IS NULL"
    bought = "SELECT person_id FROM tracking_order WHERE placed_at"
    yield did, f"{some} id IN ({those})"
    yield did | branch, f"{some} id IN ({events} AND properties['branch'] = '강남' {often})"
    yield did | {"operator": "at_most", "count": at_most}, f"{some} id NOT IN ({those})"
    yield did | {"operator": "exactly", "count": 0}, f"{some} id NOT IN ({events})"
    yield did | {"operator": "exactly"}, f"{some} id IN ({events} {often.replace('>=', '=')})"
    yield group("all", did, never), f"{some} id IN ({those}) AND id NOT IN ({viewers})"
    yield group("all", did, in_city), f"{some} id IN ({those}) AND city = '{city}'"
    yield group("any", did, in_city), f"{some} id IN ({those}) OR city = '{city}'"
    yield group("all", in_city, group("not", did)), f"{some} city = '{city}' AND id NOT IN ({those})"
    yield sequence | {"operator": "then"}, f"{some} id IN ({followed})"
    yield (
        sequence | {"operator": "but_not"},
        (
            f"{some} id IN (SELECT person_id FROM ({first}) AS f WHERE occurred_at <= {_moment(2)} AND NOT EXISTS ("
            f"FROM ({then}) AS t WHERE t.person_id = f.person_id AND t.occurred_at > f.occurred_at"
            " AND t.occurred_at < f.occurred_at + INTERVAL 2 DAY))"
        ),
    )
    counted = f"SELECT person_id FROM tracking_event WHERE name = '{NAMES[2]}' AND occurred_at <= {_moment(0)}"
    yield (
        attribute(f"traits.{traits['count']}", 3 * number + 3, operator="more_than"),
        f"{some} id IN ({counted} GROUP BY 1 HAVING count(*) > {3 * number + 3})",
    )
    yield (
        attribute(f"traits.{traits['last']}", 7 * number + 7, operator="in_last_days", named="days"),
        f"{some} id IN ({counted} GROUP BY 1 HAVING max(occurred_at) > {_moment(7 * number + 7)})",
    )
    yield (
        attribute(f"traits.{traits['most_frequent']}", "강남"),
        (
            f"{some} id IN (SELECT person_id FROM (SELECT person_id, properties['branch'] AS b, count(*) AS n, "
            f"max(occurred_at) AS last FROM ({_done(NAMES[3], 90, properties=True)}) GROUP BY 1, 2) "
            "GROUP BY 1 HAVING arg_max(b, (n, last)) = '강남')"
        ),
    )
    yield (
        {"kind": "order_count", "operator": "at_least", "count": 2, "days": 30 * number + 30},
        (
            f"{some} id IN ({bought} > {_moment(30 * number + 30)} AND placed_at <= {_moment(0)} "
            "GROUP BY 1 HAVING count(*) >= 2)"
        ),
    )
    yield (
        {"kind": "order_total", "operator": "at_least", "value": 50000 * number + 50000, "currency": "KRW"},
        (
            f"{some} id IN ({bought} <= {_moment(0)} AND currency = 'KRW' GROUP BY 1 "
            f"HAVING sum(amount) >= {50000 * number + 50000})"
        ),
    )
    yield (
        group("all", did, {"kind": "strength", "operator": "at_least", "value": 15 * number}),
        f"{some} id IN ({those}) AND id IN ({all_} relations_strength WHERE score >= {15 * number})",
    )
    yield (
        group("all", did, {"kind": "tag", "operator": "has", "tags": [TAG]}),
        f"{some} id IN ({those}) AND id IN ({all_} customers_tagging WHERE tag_id = '{TAG}')",
    )
    home = lives.replace("source_person_id", "target_household_id")
    yield (
        group("household", did),
        f"{some} id IN ({lives} AND target_household_id IN ({home} AND source_person_id IN ({those})))",
    )
    yield (
        group("all", did, attribute("fields.grade", f"g{number}")),
        f"{some} id IN ({those}) AND fields['grade'] = 'g{number}'",
    )


def attribute(key: str, value: object, *, operator: str = "is", named: str = "value") -> dict[str, Any]:
    """Return the definition that compares what is known."""
    return {"kind": "attribute", "attribute": key, "operator": operator, named: value}


def group(kind: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    """Return the definition that joins others."""
    return {"kind": kind, "conditions": list(conditions)}


def _moment(days: int) -> str:
    return f"TIMESTAMPTZ '{NOW - timedelta(days=days)}'"


def _done(name: str, days: int, *, properties: bool = False) -> str:
    columns = "person_id, occurred_at, properties" if properties else "person_id, occurred_at"
    since = f"occurred_at > {_moment(days)} AND occurred_at <= {_moment(0)}"
    return f"SELECT {columns} FROM tracking_event WHERE name = '{name}' AND {since}"


def _events(name: str, days: int) -> str:
    return _done(name, days).replace("person_id, occurred_at", "person_id", 1)


def _sequence(name: str, after: str, days: int) -> str:
    return (
        f"SELECT f.person_id FROM ({_done(name, days)}) AS f ASOF JOIN ({_done(after, days)}) AS t "
        "ON t.person_id = f.person_id AND f.occurred_at < t.occurred_at "
        "WHERE t.occurred_at < f.occurred_at + INTERVAL 2 DAY"
    )
