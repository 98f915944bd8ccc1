"""
A hundred mixed segments over 100 million events of a million people in the lake: each in milliseconds against the same
question written by hand for DuckDB over the same files, at a tenth of the events and at all of them. Then what a member
waits for: p95 of the count in the builder against a second, how far the counts of a sample are off, and how long it
takes to compute all hundred, where the lake answers what is asked about events and the database the rest. Last, how
long ten thousand new events take from the database into the lake, against the second they may take.

A tenth of the events is written as the lake's files at once, half of them done by a tenth of the people; the whole is
each of these files under ten names. The database holds no events but the new ones.
"""

import gc
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from benchmarks.harness import Bench, percentile
from benchmarks.lake_questions import CITIES, FILL, NAMES, NOW, TAG, Question, questions
from benchmarks.pages import make_member, the_marketer
from dangol.kit.months import following_month

if TYPE_CHECKING:
    from dangol.workspaces.models import Member

PEOPLE = 1_000_000
EVENTS = 100_000_000
NEW = 10_000
MONTHS = 12
MAKE_EVENTS = """
SELECT uuid() AS id, $since::TIMESTAMPTZ + to_seconds(($until::DATE - $since::DATE) * 86400 * random()) AS occurred_at,
    $since::TIMESTAMPTZ AS received_at,
    lpad(hex((CASE WHEN random() < 0.5 THEN random() * 0.1 ELSE random() END * $people)::BIGINT % $people + 1), 32, '0')
        ::UUID AS person_id,
    '' AS anonymous_id, 'track' AS kind, $names[least(floor(-ln(random()) * 2)::INT, 4) + 1] AS name,
    MAP(['branch'], [['강남', '해운대', '제주'][floor(random() * 3)::INT + 1]]) AS properties,
    '00000000-0000-0000-0000-000000000000'::UUID AS source_id, '' AS user_id
FROM range($rows)
"""
NEW_EVENTS = """
INSERT INTO tracking_event (workspace_id, id, occurred_at, received_at, person_id, kind, name, properties, context,
    source_id, message_id)
SELECT %s, uuid_in(overlay(md5(n::text) PLACING '01a20700' FROM 1)::cstring), %s, %s, lpad(to_hex(n), 32, '0')::uuid,
    'track', 'Product Viewed', '{"branch": "강남"}', '{}', gen_random_uuid(), n::text
FROM generate_series(1, %s) AS n
"""
TRAITS: dict[str, dict[str, Any]] = {
    "count": {"event": NAMES[2]},
    "last": {"event": NAMES[2]},
    "most_frequent": {"event": NAMES[3], "property": "branch", "days": 90},
}


def run(bench: Bench) -> None:
    """Measure at a tenth, at all of it, by the whole house, and the increment."""
    member = the_marketer() if bench.again else make_member()
    people = bench.sized(PEOPLE)
    asked = questions(_traits(member) if bench.again else _make_people(bench, member, people))
    rows = bench.sized(EVENTS) // 10
    if not bench.again:
        _make_events(member.workspace_id, rows, people)
        _measure(bench, member.workspace_id, rows, asked)
        _list_tenfold(member.workspace_id)
    _measure(bench, member.workspace_id, 10 * rows, asked)
    _measure_house(bench, member, asked)
    _measure_increment(bench, member.workspace_id, min(NEW, people))


def _make_people(bench: Bench, member: "Member", people: int) -> dict[str, str]:
    """Make the people and what is known of them, and return the traits that are computed of them."""
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.segments.operations import save_trait  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.operations import copy_tables  # noqa: PLC0415 - Django is set up by now

    values = {"workspace": member.workspace_id, "cities": list(CITIES), "now": NOW, "people": people, "tag": TAG}
    with psycopg.connect(bench.superuser_url(), autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")  # nobody searches here, and every link is right
        for statement in FILL:
            superuser.execute(statement, values)
        superuser.execute("VACUUM ANALYZE")
    with tenancy.workspace(member.workspace_id):
        for measure, question in TRAITS.items():
            save_trait(by=member, name=measure, question={"measure": measure} | question)
    copy_tables(workspace_id=member.workspace_id)
    return _traits(member)


def _traits(member: "Member") -> dict[str, str]:
    """Return the ids of the computed traits by their measure."""
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.segments.queries import traits_visible  # noqa: PLC0415 - Django is set up by now

    with tenancy.workspace(member.workspace_id):
        return {trait.name: str(trait.pk) for trait in traits_visible(member)}


def _make_events(workspace_id: UUID, rows: int, people: int) -> None:
    """Write the events of a year as files of at most a million."""
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.lake.copying import FORMAT  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.lake.engine import new_engine  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.lake.spans import MOST_ROWS  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.operations.lake import IS_SAMPLED, ORDER  # noqa: PLC0415 - Django is set up by now

    rows_made = f"SELECT *, {IS_SAMPLED} FROM ({MAKE_EVENTS}) ORDER BY {ORDER}"
    with tenancy.workspace(workspace_id), new_engine() as engine:
        for month, count in _parts(rows, MOST_ROWS):
            until = min(following_month(month), NOW.date())
            values = {"since": month, "until": until, "people": people, "names": list(NAMES), "rows": count}
            with _new_file(workspace_id, month, count) as place:
                engine.execute(f"COPY ({rows_made}) TO '{place}' ({FORMAT})", values)


def _list_tenfold(workspace_id: UUID) -> None:
    """Let the lake have every file of events under ten names."""
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.lake.place import storage  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.models import LakeFile  # noqa: PLC0415 - Django is set up by now

    with tenancy.workspace(workspace_id):
        for file in list(LakeFile.objects.filter(table="tracking_event")):
            for _copy in range(9):
                with _new_file(workspace_id, file.month, file.rows) as place:
                    place.hardlink_to(storage().here(file.key))


@contextmanager
def _new_file(workspace_id: UUID, month: date | None, rows: int) -> Iterator[Path]:
    """List a file of events once it is written. Its ids are before all that come."""
    from dangol.kit.ids import uuid7  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.lake.place import storage  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.models import LakeFile  # noqa: PLC0415 - Django is set up by now

    file = LakeFile(id=uuid7(), workspace_id=workspace_id, table="tracking_event", month=month, made_at=NOW)
    file.rows, file.size, file.first_id, file.last_id = rows, 0, UUID(int=0), UUID(int=0)
    with storage().writing(file.key) as place:
        yield place
    file.save(force_insert=True)


def _parts(rows: int, most: int) -> list[tuple[date, int]]:
    """Return the files that so many events of a year fill."""
    months = [date(2025 + month // 12, month % 12 + 1, 1) for month in range(11, 11 + MONTHS)]
    each = rows // MONTHS
    return [(month, min(most, each - start)) for month in months for start in range(0, each, most)]


def _measure(bench: Bench, workspace_id: UUID, rows: int, asked: Sequence[Question]) -> None:
    """Ask every question in both ways, in turns, and compare the better of two answers each."""
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.segments.queries import people_in_lake  # noqa: PLC0415 - Django is set up by now

    ours: list[float] = []
    by_hand: list[float] = []
    ratios: list[float] = []
    with tenancy.workspace(workspace_id):
        for definition, sql in asked:
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
    worst = asked[ratios.index(max(ratios))][0]
    over = sum(1 for ratio in ratios if ratio > 2)
    bench.say(f"{bench.name}-{label}-each worst={max(ratios):.2f} over-twice={over} worst-is={worst['kind']}")


def _by_hand(sql: str, workspace_id: UUID) -> set[Any]:
    from dangol.tracking.contracts import LakeTable  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.lake.place import storage  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.models import LakeFile  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.queries import ask_lake  # noqa: PLC0415 - Django is set up by now

    read = []
    for table in {word for word in re.findall(r"\w+", sql) if word in LakeTable.tables}:
        files = LakeFile.objects.filter(workspace_id=workspace_id, table=table, replaced_at=None)
        paths = ", ".join(f"'{storage().here(file.key)}'" for file in files)
        read.append(f"{table} AS (FROM read_parquet([{paths}]))")
    return {row[0] for row in ask_lake(f"WITH {', '.join(read)} {sql}", {}, workspace_id=workspace_id, tables=[])}


def _measure_house(bench: Bench, member: "Member", asked: Sequence[Question]) -> None:
    """Let the builder count, then let segments be computed, by the lake and the database together."""
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.segments.models import SegmentMember  # noqa: PLC0415 - Django is set up by now
    from dangol.segments.operations import compute_membership, create_segment  # noqa: PLC0415 - Django is set up by now
    from dangol.segments.queries import estimate, people_in_lake  # noqa: PLC0415 - Django is set up by now

    own: dict[str, Any] = {"workspace_id": member.workspace_id, "now": NOW}
    waits, misses, shares = [], [], []
    gc.freeze()  # as the web process does
    for definition, _sql in asked:
        began = time.perf_counter()
        with tenancy.workspace(member.workspace_id):
            counted = estimate(definition, **own)
        waits.append(time.perf_counter() - began)
        with tenancy.workspace(member.workspace_id):
            size = len(people_in_lake(definition, **own))
        assert counted.size == size or not counted.is_exact, definition
        if not counted.is_exact:
            misses.append(abs(counted.size - size))
            shares.append(misses[-1] / max(size, 1))
    bench.report(ours=percentile(waits, 95) * 1000, limit=1000, rows=len(waits), waits=waits, label="count")
    off = " ".join(f"p{at}={percentile(misses, at):.0f}={percentile(shares, at):.1%}" for at in (50, 95, 100))
    bench.say(f"{bench.name}-count-is-off {off} people and of the segment, where it says about: {len(misses)} times")
    waits = []
    for number, (definition, _sql) in enumerate(asked):
        with tenancy.workspace(member.workspace_id):
            segment = create_segment(by=member, name=f"{number} {time.time()}", definition=definition, now=NOW)
        began = time.perf_counter()
        with tenancy.workspace(member.workspace_id):
            compute_membership(segment_id=segment.pk, version=1, **own)
        waits.append(time.perf_counter() - began)
        with tenancy.workspace(member.workspace_id):
            assert SegmentMember.objects.filter(segment=segment).count() == len(people_in_lake(definition, **own)), (
                definition
            )
            segment.delete()
    bench.say(f"{bench.name}-compute seconds={sum(waits):.1f} p50={percentile(waits, 50):.2f}s segments={len(waits)}")


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
