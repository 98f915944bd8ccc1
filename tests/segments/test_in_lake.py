"""The same definitions, asked of PostgreSQL, of DuckDB and of Spark over the lake's files: the same members."""

import os
import sys
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.test import override_settings
from pysail.spark import SparkConnectServer

from dangol.customers.models import Company, Household, Person, RecordLink, Relation, Restriction, Tag, Tagging
from dangol.kit import tenancy
from dangol.segments import operations as segments
from dangol.segments import queries
from dangol.segments.contracts.condition import _kinds
from dangol.tracking import operations as tracking
from dangol.tracking.lake.place import storage
from tests.factories import NOW, make_person
from tests.people import Cast, make_cast
from tests.segments.rows import (
    agreed,
    attribute,
    bought,
    contract,
    define,
    did,
    event,
    group,
    records,
    sequence,
    strong,
)  # fmt: skip

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
VIP = attribute("fields.grade", "is", value="vip")


@pytest.fixture(scope="module")
def spark() -> Iterator[str]:
    """Return the address of a Spark Connect server of our own, or of the one that `DANGOL_TEST_SPARK` names."""
    if given := os.environ.get("DANGOL_TEST_SPARK"):
        yield given
        return
    sys.modules["__main__"].__dict__.setdefault("__file__", __file__)  # without one, as in xdist, Spark sees a doctest
    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    _host, port = server.listening_address
    yield f"sc://127.0.0.1:{port}"
    server.stop()


IN_SEOUL = attribute("city", "is", value="서울")
VISITED = event("Visited", days=30)
FLOOR = {"property": "shop.floor", "operator": "more_than", "value": 1}
PLAIN: list[dict[str, Any]] = [
    {"kind": "everyone"},
    IN_SEOUL,
    attribute("city", "is", value="busan"),
    attribute("name", "contains", value="하"),
    attribute("email", "starts_with", value="HAN"),
    attribute("city", "is_not", value="서울"),
    attribute("last_seen_at", "in_last_days", days=3),
    attribute("created_at", "after", value="2020-01-01"),
    attribute("born_on", "is_empty"),
    VIP,
    attribute("fields.visits", "more_than", value=3.5),
    attribute("fields.visits", "is", value="12.50"),
    attribute("fields.renewal", "in_last_days", days=5),
    attribute("fields.a.b", "is", value="c"),
    VISITED,
    event("Visited", "exactly", 2, days=30),
    event("Visited", "at_most", 1, days=30),
    event("Visited", since="2026-10-01", until="2026-11-20"),
    event("Visited", where=[{"property": "shop.branch", "value": "강남"}, FLOOR]),
    event("Visited", where=[{"property": "price", "operator": "is_set"}]),
    sequence("Visited", "then", "Paid", within=2, unit="hours"),
    sequence("Visited", "but_not", "Paid", within=1, unit="days"),
    {"kind": "order_count", "operator": "at_least", "count": 2, "days": 30},
    {"kind": "order_total", "operator": "at_least", "value": 30000.10, "currency": "KRW"},
    {"kind": "order_total", "operator": "at_most", "value": 30000, "currency": "KRW"},
    {"kind": "consent", "purpose": "marketing", "channel": "email", "standing": "given"},
    {"kind": "consent", "purpose": "marketing", "channel": "email", "standing": "not_given"},
    {"kind": "strength", "operator": "at_least", "value": 50},
    {"kind": "alive", "operator": "at_most", "value": 90},
    {"kind": "random", "draw": "봄", "from": 0, "to": 50},
    {"kind": "random", "draw": "봄", "from": 50, "to": 100},
    {"kind": "child", "guardian": "missing"},
    {"kind": "child", "guardian": "agreed"},
    group("works_at", IN_SEOUL),
    group("works_at", group("employs", attribute("name", "is", value="하늘"))),
    group("household", IN_SEOUL),
    records("at_least", 1, attribute("fields.seats", "more_than", value=4)),
    records("exactly", 0),
    group("any", IN_SEOUL, VISITED, group("not", VIP)),
    group("all", IN_SEOUL, group("not", VISITED, attribute("city", "is_empty"))),
]


def fill(cast: Cast) -> list[dict[str, Any]]:
    """Let three people differ in everything; return definitions that name rows."""
    haneul = make_person(
        cast.jieun, name="하늘", city="서울", email="haneul@example.com", owner=cast.jieun, last_seen_at=NOW - DAY,
        fields={"grade": "VIP", "visits": 12.50, "renewal": "2026-11-20", "a.b": "c"},
    )  # fmt: skip
    bada = make_person(cast.jieun, name="Bada", city="BUSAN", fields={"grade": "new", "visits": "3.5"})
    stopped = make_person(cast.jieun, name="멈춤", city="서울")
    Restriction.objects.create(workspace=cast.workspace, person=stopped, reason="asked", at=NOW, by=cast.admin)
    act(haneul, bada)
    agreed(haneul, expires_at=NOW + HOUR)
    strong(haneul, 70, alive=0.9)
    word = Tag.objects.create(workspace=cast.workspace, name="단골")
    Tagging.objects.create(workspace=cast.workspace, tag=word, person=haneul, at=NOW)
    relate(cast, haneul, bada)
    made = contract(cast.jieun, define(cast, filterable=True), "가", fields={"seats": 5, "ends": "2026-12-31"})
    RecordLink.objects.create(workspace=cast.workspace, record=made, person=bada)
    brought, _segment = segments.import_list(by=cast.marketer, name="행사", text="haneul@example.com", now=NOW)
    inner = segments.create_segment(by=cast.marketer, name="안", definition=VIP, now=NOW)
    segments.compute_membership(workspace_id=cast.workspace.pk, segment_id=inner.pk, version=1, now=NOW)
    return [
        attribute("owner", "is", value=str(cast.jieun.pk)),
        {"kind": "segment", "segment": str(inner.pk)},
        {"kind": "tag", "operator": "has", "tags": [str(word.pk)]},
        {"kind": "tag", "operator": "has_none", "tags": [str(word.pk)]},
        {"kind": "listed", "list": str(brought.pk)},
        *computed(cast),
    ]


def act(haneul: Person, bada: Person) -> None:
    """Let them visit and buy."""
    did(haneul, "Visited", NOW - DAY, price=1, shop={"branch": "강남", "floor": 2})
    did(haneul, "Visited", NOW - 2 * DAY)
    did(haneul, "Paid", NOW - DAY + HOUR, total=9.90)
    did(bada, "Visited", NOW - 40 * DAY, price=None)
    bought(haneul, "10000.10", NOW - DAY)
    bought(haneul, "20000", NOW - 3 * DAY)


def relate(cast: Cast, haneul: Person, bada: Person) -> None:
    """Let one of them work somewhere, and both live together."""
    firm = Company.objects.create(workspace=cast.workspace, name="한빛", city="서울", origin="test")
    home = Household.objects.create(workspace=cast.workspace, name="집")
    own: dict[str, Any] = {"workspace": cast.workspace, "origin": "test"}
    Relation.objects.create(kind="works_at", source_person=haneul, target_company=firm, **own)
    for person in (haneul, bada):
        Relation.objects.create(kind="lives_in", source_person=person, target_household=home, **own)


def computed(cast: Cast) -> list[dict[str, Any]]:
    """Return a question about a trait of every measure."""
    asked: dict[str, tuple[str, dict[str, Any]]] = {
        "count": ("more_than", {"value": 1}),
        "sum": ("more_than", {"value": 0.5}),
        "distinct": ("less_than", {"value": 1}),
        "first": ("is_set", {}),
        "last": ("is", {"value": "1"}),
        "most_frequent": ("is", {"value": "1"}),
    }
    own = {}
    for measure in asked:
        question = {"measure": measure, "event": "Visited"} | ({} if measure == "count" else {"property": "price"})
        own[measure] = segments.save_trait(by=cast.marketer, name=measure, question=question)
    return [
        attribute(f"traits.{own[measure].pk}", operator, **operand) for measure, (operator, operand) in asked.items()
    ]


def kinds_in(definition: dict[str, Any]) -> set[str]:
    return {definition["kind"]}.union(*(kinds_in(part) for part in definition.get("conditions", ())))


@pytest.mark.parametrize("ids", ["uuid", "text"])
def test_three_engines_agree(committed_db: str, tmp_path: Path, spark: str, ids: str) -> None:
    cast = make_cast()
    place = cast.workspace.pk
    with tenancy.workspace(place):
        definitions = PLAIN + fill(cast)
    with override_settings(LAKE=str(tmp_path), LAKE_IDS=ids):
        storage.cache_clear()
        tracking.write_lake(workspace_id=place)
        tracking.copy_tables(workspace_id=place)
        for definition in definitions:
            with tenancy.workspace(place):
                people = queries.people_matching(definition, workspace_id=place, now=NOW)
                expected = set(people.values_list("pk", flat=True))
                assert queries.people_in_lake(definition, workspace_id=place, now=NOW) == expected, definition
                with override_settings(SPARK=spark):
                    assert queries.people_in_lake(definition, workspace_id=place, now=NOW) == expected, definition
    storage.cache_clear()
    assert set().union(*map(kinds_in, definitions)) == set(_kinds)
