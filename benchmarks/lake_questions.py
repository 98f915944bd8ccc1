"""A hundred mixed segments, each with the same question written by hand for DuckDB over the same files."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

NOW = datetime(2026, 11, 22, tzinfo=UTC)
NAMES = ("Product Viewed", "Product Added", "Order Completed", "Signed In", "Cart Viewed")
CITIES = ("서울", "부산", "대전", "제주", "광주")
SOME = "SELECT id FROM customers_person WHERE"
TAG = "00000000-0000-0000-0000-0000000000aa"

FILL = (
    """
INSERT INTO customers_person (id, workspace_id, name, email, phone, external_id, language, time_zone, country, city,
    address, fields, origin, is_anonymous, bigrams, initials, first_seen_at, created_at, updated_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, %(workspace)s, 'p' || n, '', '', '', 'ko', '', 'KR',
    (%(cities)s::text[])[n %% 5 + 1], '', jsonb_build_object('grade', 'g' || n %% 9), 'bench', false, '{}', '',
    %(now)s, %(now)s, %(now)s
FROM generate_series(1, %(people)s) AS n
""",
    """
INSERT INTO tracking_order (id, workspace_id, number, placed_at, amount, currency, item_count, is_gift, event_id,
    recorded_at, person_id)
SELECT gen_random_uuid(), %(workspace)s, n, %(now)s - n %% 300 * interval '1 day', n %% 9 * 10000, 'KRW', 1, false,
    gen_random_uuid(), %(now)s, lpad(to_hex(n * 7::bigint %% (%(people)s / 6 * 2 + 1) + 1), 32, '0')::uuid
FROM generate_series(1, %(people)s) AS n
""",
    """
INSERT INTO relations_strength (id, workspace_id, person_id, score, trend, parts, computed_at)
SELECT gen_random_uuid(), %(workspace)s, lpad(to_hex(n), 32, '0')::uuid, n %% 101, 0, '{}', %(now)s
FROM generate_series(1, %(people)s) AS n
""",
    "INSERT INTO customers_tag (id, workspace_id, name, created_at) VALUES (%(tag)s, %(workspace)s, '단골', %(now)s)",
    """
INSERT INTO customers_tagging (id, workspace_id, tag_id, person_id, at)
SELECT gen_random_uuid(), %(workspace)s, %(tag)s, lpad(to_hex(n), 32, '0')::uuid, %(now)s
FROM generate_series(1, %(people)s, 9) AS n
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
"""
A million people who live in five cities, their orders, strengths, tags and households. Ids are numbers here, of which
every 64th is in the sample: everything else goes round in odd numbers, as the sample would see every other turn only.
"""

Question = tuple[dict[str, Any], str]
"""A definition, and the same by hand."""


def questions(traits: dict[str, str]) -> list[Question]:
    """
    Return twenty kinds of questions about five stretches of time each.

    :param traits: the ids of computed traits by their measure
    """
    kinds = (_deeds, _deeds_and_others, _sequences, _orders)
    return [
        question
        for number in range(5)
        for question in (*(one for kind in kinds for one in kind(number)), *_traits(number, traits))
    ]


def _deeds(number: int) -> Iterator[Question]:
    did, those, city = _did(number), _doers(number), CITIES[number]
    at_most, branch = {"operator": "at_most", "count": number + 1}, {"property": "branch", "value": "강남"}
    never = {"kind": "event", "event": NAMES[0], "operator": "exactly", "count": 0, "days": 14}
    in_city, events = attribute("city", city), _events(NAMES[number], _days(number))
    there = _doers(number, "AND properties['branch'] = '강남'")
    yield did, f"{SOME} id IN ({those})"
    yield did | {"where": [branch]}, f"{SOME} id IN ({there})"
    yield did | at_most, f"{SOME} id NOT IN ({those})"
    yield did | {"operator": "exactly", "count": 0}, f"{SOME} id NOT IN ({events})"
    yield did | {"operator": "exactly"}, f"{SOME} id IN ({those.replace('>=', '=')})"
    yield group("all", did, never), f"{SOME} id IN ({those}) AND id NOT IN ({_events(NAMES[0], 14)})"
    yield group("all", did, in_city), f"{SOME} id IN ({those}) AND city = '{city}'"
    yield group("any", did, in_city), f"{SOME} id IN ({those}) OR city = '{city}'"
    yield group("all", in_city, group("not", did)), f"{SOME} city = '{city}' AND id NOT IN ({those})"


def _deeds_and_others(number: int) -> Iterator[Question]:
    did, those = _did(number), _doers(number)
    strong = {"kind": "strength", "operator": "at_least", "value": 15 * number}
    tagged = {"kind": "tag", "operator": "has", "tags": [TAG]}
    grade = attribute("fields.grade", f"g{number}")
    lives = "FROM customers_relation WHERE kind = 'lives_in' AND until IS NULL AND"
    home = f"SELECT target_household_id {lives} source_person_id IN ({those})"
    scored, with_tag = f"relations_strength WHERE score >= {15 * number}", f"customers_tagging WHERE tag_id = '{TAG}'"
    yield group("all", did, strong), f"{SOME} id IN ({those}) AND id IN (SELECT person_id FROM {scored})"
    yield group("all", did, tagged), f"{SOME} id IN ({those}) AND id IN (SELECT person_id FROM {with_tag})"
    yield (
        group("household", did),
        f"{SOME} id IN (SELECT source_person_id {lives} target_household_id IN ({home}))",
    )
    yield group("all", did, grade), f"{SOME} id IN ({those}) AND fields['grade'] = 'g{number}'"


def _sequences(number: int) -> Iterator[Question]:
    name, after, days = NAMES[number], NAMES[(number + 1) % 5], _days(number)
    sequence = {"kind": "sequence", "event": name, "then": after, "within": 2, "unit": "days", "days": days}
    first, then = _done(name, days), _done(after, days)
    soon = "t.occurred_at < f.occurred_at + INTERVAL 2 DAY"
    yield (
        sequence | {"operator": "then"},
        (
            f"{SOME} id IN (SELECT f.person_id FROM ({first}) AS f ASOF JOIN ({then}) AS t "
            f"ON t.person_id = f.person_id AND f.occurred_at < t.occurred_at WHERE {soon})"
        ),
    )
    yield (
        sequence | {"operator": "but_not"},
        (
            f"{SOME} id IN (SELECT person_id FROM ({first}) AS f WHERE occurred_at <= {_moment(2)} AND NOT EXISTS ("
            f"FROM ({then}) AS t WHERE t.person_id = f.person_id AND t.occurred_at > f.occurred_at AND {soon}))"
        ),
    )


def _orders(number: int) -> Iterator[Question]:
    bought, days, value = "SELECT person_id FROM tracking_order WHERE placed_at", 30 * number + 30, 50000 * (number + 1)
    counted = f"{bought} > {_moment(days)} AND placed_at <= {_moment(0)} GROUP BY 1 HAVING count(*) >= 2"
    total = f"{bought} <= {_moment(0)} AND currency = 'KRW' GROUP BY 1 HAVING sum(amount) >= {value}"
    yield {"kind": "order_count", "operator": "at_least", "count": 2, "days": days}, f"{SOME} id IN ({counted})"
    yield (
        {"kind": "order_total", "operator": "at_least", "value": value, "currency": "KRW"},
        f"{SOME} id IN ({total})",
    )


def _traits(number: int, traits: dict[str, str]) -> Iterator[Question]:
    times, days = 3 * number + 3, 7 * number + 7
    rows = f"SELECT person_id FROM tracking_event WHERE name = '{NAMES[2]}' AND occurred_at <= {_moment(0)} GROUP BY 1"
    most = (
        "SELECT person_id, properties['branch'] AS branch, count(*) AS times, max(occurred_at) AS last "
        f"FROM ({_done(NAMES[3], 90, properties=True)}) GROUP BY 1, 2"
    )
    yield (
        attribute(f"traits.{traits['count']}", times, operator="more_than"),
        f"{SOME} id IN ({rows} HAVING count(*) > {times})",
    )
    yield (
        attribute(f"traits.{traits['last']}", days, operator="in_last_days", named="days"),
        f"{SOME} id IN ({rows} HAVING max(occurred_at) > {_moment(days)})",
    )
    yield (
        attribute(f"traits.{traits['most_frequent']}", "강남"),
        f"{SOME} id IN (SELECT person_id FROM ({most}) GROUP BY 1 HAVING arg_max(branch, (times, last)) = '강남')",
    )


def attribute(key: str, value: object, *, operator: str = "is", named: str = "value") -> dict[str, Any]:
    """Return the definition that compares what is known."""
    return {"kind": "attribute", "attribute": key, "operator": operator, named: value}


def group(kind: str, *conditions: dict[str, Any]) -> dict[str, Any]:
    """Return the definition that joins others."""
    return {"kind": kind, "conditions": list(conditions)}


def _did(number: int) -> dict[str, Any]:
    asked = {"event": NAMES[number], "operator": "at_least", "count": number + 2, "days": _days(number)}
    return {"kind": "event"} | asked


def _doers(number: int, where: str = "") -> str:
    return f"{_events(NAMES[number], _days(number))} {where} GROUP BY 1 HAVING count(*) >= {number + 2}"


def _days(number: int) -> int:
    return 14 * number + 7


def _moment(days: int) -> str:
    return f"TIMESTAMPTZ '{NOW - timedelta(days=days)}'"


def _done(name: str, days: int, *, properties: bool = False) -> str:
    columns = "person_id, occurred_at, properties" if properties else "person_id, occurred_at"
    since = f"occurred_at > {_moment(days)} AND occurred_at <= {_moment(0)}"
    return f"SELECT {columns} FROM tracking_event WHERE name = '{name}' AND {since}"


def _events(name: str, days: int) -> str:
    return _done(name, days).replace("person_id, occurred_at", "person_id", 1)
