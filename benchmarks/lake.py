"""
A hundred mixed segments over 100 million events of a million people in the lake: each in milliseconds against the same
question written by hand for DuckDB over the same files, at a tenth of the events and at all of them; and how long ten
thousand new events take from the database into the lake, against the second they may take.

The events are written as the lake's files at once: half of them are done by a tenth of the people.
"""

import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID

from benchmarks.harness import Bench
from benchmarks.pages import make_member

PEOPLE = 1_000_000
EVENTS = 100_000_000
NEW = 10_000
MONTHS = 12
NOW = datetime(2026, 11, 22, tzinfo=UTC)
NAMES = ("Product Viewed", "Product Added", "Order Completed", "Signed In", "Cart Viewed")
CITIES = ("서울", "부산", "대전", "제주")

MAKE_PEOPLE = """
INSERT INTO customers_person (id, workspace_id, name, email, phone, external_id, language, time_zone, country, city,
    address, fields, origin, is_anonymous, bigrams, initials, first_seen_at, created_at, updated_at)
SELECT lpad(to_hex(n), 32, '0')::uuid, %s, 'p' || n, '', '', '', 'ko', '', 'KR', (%s::text[])[n %% 4 + 1], '',
    '{}', 'bench', false, '{}', '', %s, %s, %s
FROM generate_series(1, %s) AS n
"""
MAKE_EVENTS = """
SELECT uuid() AS id, $since::TIMESTAMPTZ + to_seconds(($until::DATE - $since::DATE) * 86400 * random()) AS occurred_at,
    $since::TIMESTAMPTZ AS received_at,
    lpad(hex((CASE WHEN random() < 0.5 THEN random() * $people * 0.1 ELSE random() * $people END)::BIGINT + 1), 32, '0')
        ::UUID AS person_id,
    '' AS anonymous_id, 'track' AS kind, $names[least(floor(-ln(random()) * 2)::INT, 4) + 1] AS name,
    MAP(['branch'], [['강남', '해운대', '제주'][floor(random() * 3)::INT + 1]]) AS properties,
    '00000000-0000-0000-0000-000000000000'::UUID AS source_id, '' AS user_id
FROM range($rows) ORDER BY name, occurred_at
"""
NEW_EVENTS = """
INSERT INTO tracking_event (workspace_id, id, occurred_at, received_at, person_id, kind, name, properties, context,
    source_id, message_id)
SELECT %s, uuid_in(overlay(md5(n::text) PLACING '01a20700' FROM 1)::cstring), %s, %s, lpad(to_hex(n), 32, '0')::uuid,
    'track', 'Product Viewed', '{"branch": "강남"}', '{}', gen_random_uuid(), n::text
FROM generate_series(1, %s) AS n
"""

Question = tuple[dict[str, Any], str]
"""A definition, and the same by hand. `events` and `people` stand for the files, `{ago …}` for a moment."""


def run(bench: Bench) -> None:
    """Measure at a tenth, at all of it, and the increment."""
    member = make_member()
    workspace_id = member.workspace_id
    people = bench.sized(PEOPLE)
    _make_people(workspace_id, people)
    for share in (0.1, 1.0):
        rows = int(bench.sized(EVENTS) * share)
        _make_events(workspace_id, rows, people)
        _measure(bench, workspace_id, rows)
    _measure_increment(bench, workspace_id, min(NEW, people))


def questions() -> list[Question]:
    """Return a hundred questions of five kinds."""
    asked: list[Question] = []
    for number in range(20):
        name, days, times, city = NAMES[number % 5], 7 * (number % 10 + 1), number % 4 + 2, CITIES[number % 4]
        did = {"kind": "event", "event": name, "operator": "at_least", "count": times, "days": days}
        never = {"kind": "event", "event": NAMES[0], "operator": "exactly", "count": 0, "days": 14}
        in_city = {"kind": "attribute", "attribute": "city", "operator": "is", "value": city}
        branch = [{"property": "branch", "value": "강남"}]
        since = f"occurred_at > TIMESTAMPTZ '{NOW - timedelta(days=days)}' AND occurred_at <= TIMESTAMPTZ '{NOW}'"
        doers = f"SELECT person_id FROM events WHERE name = '{name}' AND {since}"
        often = f"GROUP BY 1 HAVING count(*) >= {times}"
        two_weeks = f"occurred_at > TIMESTAMPTZ '{NOW - timedelta(days=14)}' AND occurred_at <= TIMESTAMPTZ '{NOW}'"
        viewers = f"SELECT person_id FROM events WHERE name = '{NAMES[0]}' AND {two_weeks}"
        those = f"{doers} {often}"
        asked += [
            (did, f"SELECT id FROM people WHERE id IN ({those})"),
            (did | {"where": branch},
             f"SELECT id FROM people WHERE id IN ({doers} AND properties['branch'] = '강남' {often})"),
            ({"kind": "all", "conditions": [did, never]},
             f"SELECT id FROM people WHERE id IN ({those}) AND id NOT IN ({viewers})"),
            ({"kind": "all", "conditions": [did, in_city]},
             f"SELECT id FROM people WHERE id IN ({those}) AND city = '{city}'"),
            ({"kind": "any", "conditions": [did, in_city]},
             f"SELECT id FROM people WHERE id IN ({those}) OR city = '{city}'"),
        ]  # fmt: skip
    return asked


def _make_people(workspace_id: UUID, people: int) -> None:
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.operations import copy_tables  # noqa: PLC0415 - Django is set up by now

    with tenancy.workspace(workspace_id), connection.cursor() as cursor:
        cursor.execute(MAKE_PEOPLE, [workspace_id, list(CITIES), NOW, NOW, NOW, people])
    copy_tables(workspace_id=workspace_id)


def _make_events(workspace_id: UUID, rows: int, people: int) -> None:
    """Put files of a million events, spread over a year, in the place of those that are there."""
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.kit.ids import uuid7  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.lake.engine import new_engine  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.lake.place import storage  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.lake.spans import MOST_ROWS  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.models import LakeFile  # noqa: PLC0415 - Django is set up by now

    with tenancy.workspace(workspace_id), new_engine() as engine:
        LakeFile.objects.filter(table="tracking_event").delete()
        for number, (month, count) in enumerate(_parts(rows, MOST_ROWS)):
            file = LakeFile(id=uuid7(), workspace_id=workspace_id, table="tracking_event", month=month, made_at=NOW)
            file.rows, file.size, file.first_id, file.last_id = count, 0, UUID(int=number), UUID(int=number)
            until = min((month + timedelta(days=31)).replace(day=1), NOW.date())
            values = {"since": month, "until": until, "people": people, "names": list(NAMES), "rows": count}
            with storage().writing(file.key) as place:
                engine.execute(f"COPY ({MAKE_EVENTS}) TO '{place}' (FORMAT parquet, COMPRESSION zstd)", values)
            file.save(force_insert=True)


def _parts(rows: int, most: int) -> list[tuple[date, int]]:
    """Return the files that so many events of a year fill."""
    months = [date(2025 + month // 12, month % 12 + 1, 1) for month in range(11, 11 + MONTHS)]
    each = rows // MONTHS
    return [(month, min(most, each - start)) for month in months for start in range(0, each, most)]


def _measure(bench: Bench, workspace_id: UUID, rows: int) -> None:
    """Ask every question in both ways, in turns, and compare the better of two answers each."""
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.segments.queries import people_in_lake  # noqa: PLC0415 - Django is set up by now

    ours: list[float] = []
    by_hand: list[float] = []
    ratios: list[float] = []
    with tenancy.workspace(workspace_id):
        for definition, sql in questions():
            pairs = []
            for _turn in range(2):
                began = time.perf_counter()
                found = people_in_lake(definition, workspace_id=workspace_id, now=NOW)
                between = time.perf_counter()
                assert found == _by_hand(sql, workspace_id), definition
                pairs.append((between - began, time.perf_counter() - between))
            ours.append(min(pair[0] for pair in pairs))
            by_hand.append(min(pair[1] for pair in pairs))
            ratios.append(ours[-1] / by_hand[-1])
    label = f"{rows // 1000}k"
    bench.report(ours=sum(ours) * 1000, limit=sum(by_hand) * 1000, rows=rows, waits=ours, label=label)
    bench.say(f"{bench.name}-{label}-worst-ratio {max(ratios):.2f}")


def _by_hand(sql: str, workspace_id: UUID) -> set[Any]:
    from dangol.tracking.lake.place import storage  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.models import LakeFile  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.queries import ask_lake  # noqa: PLC0415 - Django is set up by now

    read = {}
    for table in ("tracking_event", "customers_person"):
        files = LakeFile.objects.filter(workspace_id=workspace_id, table=table, replaced_at=None)
        read[table] = ", ".join(f"'{storage().here(file.key)}'" for file in files)
    tables = (
        f"WITH events AS (FROM read_parquet([{read['tracking_event']}])), "
        f"people AS (FROM read_parquet([{read['customers_person']}]))"
    )
    return {row[0] for row in ask_lake(f"{tables} {sql}", {}, workspace_id=workspace_id, tables=[])}


def _measure_increment(bench: Bench, workspace_id: UUID, rows: int) -> None:
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.operations import write_lake  # noqa: PLC0415 - Django is set up by now

    with connection.cursor() as cursor:
        cursor.execute("SELECT tracking_ensure_month(%s)", [NOW.date()])
    with tenancy.workspace(workspace_id), connection.cursor() as cursor:
        cursor.execute(NEW_EVENTS, [workspace_id, NOW, NOW, rows])
    began = time.perf_counter()
    write_lake(workspace_id=workspace_id)
    bench.report(ours=(time.perf_counter() - began) * 1000, limit=1000, rows=rows, label="increment")
