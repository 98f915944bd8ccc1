"""Every kind of condition and every operator, on real rows, with exact members."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from django.db import connection

from dangol.customers.models import Person
from dangol.segments import operations, queries
from dangol.segments.contracts import attributes
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.conftest import Town
from tests.segments.rows import agreed, attribute, bought, did, event, group, names, strong

EVERYBODY = {"하늘", "바다", "John", "아무개"}
SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)

ATTRIBUTES: list[tuple[str, str, dict[str, Any], set[str]]] = [
    ("city", "is", {"value": "서울"}, {"하늘"}),
    ("city", "is", {"value": "SEOUL"}, {"John"}),
    ("city", "is_not", {"value": "서울"}, {"바다", "John", "아무개"}),
    ("city", "contains", {"value": "산"}, {"바다"}),
    ("city", "contains", {"value": "%"}, set()),
    ("city", "contains", {"value": "_"}, set()),
    ("city", "starts_with", {"value": "se"}, {"John"}),
    ("city", "is_set", {}, {"하늘", "바다", "John"}),
    ("city", "is_empty", {}, {"아무개"}),
    ("name", "is", {"value": "john"}, {"John"}),
    ("name", "is_not", {"value": "john"}, {"하늘", "바다", "아무개"}),
    ("name", "contains", {"value": "무"}, {"아무개"}),
    ("name", "starts_with", {"value": "하"}, {"하늘"}),
    ("name", "is_set", {}, EVERYBODY),
    ("name", "is_empty", {}, set()),
    ("email", "is", {"value": "Bada@example.com"}, {"바다"}),
    ("email", "is_not", {"value": "bada@example.com"}, {"하늘", "John", "아무개"}),
    ("email", "contains", {"value": "@shop."}, {"John"}),
    ("email", "starts_with", {"value": "haneul"}, {"하늘"}),
    ("email", "is_set", {}, {"하늘", "바다", "John"}),
    ("email", "is_empty", {}, {"아무개"}),
    ("phone", "is", {"value": "+82101"}, {"하늘"}),
    ("phone", "is_not", {"value": "+82101"}, {"바다", "John", "아무개"}),
    ("phone", "contains", {"value": "8210"}, {"하늘"}),
    ("phone", "starts_with", {"value": "+82"}, {"하늘"}),
    ("phone", "is_set", {}, {"하늘"}),
    ("phone", "is_empty", {}, {"바다", "John", "아무개"}),
    ("language", "is", {"value": "ko"}, {"하늘"}),
    ("language", "is_not", {"value": "ko"}, {"바다", "John", "아무개"}),
    ("language", "is_set", {}, {"하늘", "바다", "John"}),
    ("language", "is_empty", {}, {"아무개"}),
    ("country", "is", {"value": "KR"}, {"하늘", "바다"}),
    ("country", "is_not", {"value": "KR"}, {"John", "아무개"}),
    ("country", "is_set", {}, {"하늘", "바다", "John"}),
    ("country", "is_empty", {}, {"아무개"}),
    ("born_on", "before", {"value": "2001-01-31"}, {"하늘"}),
    ("born_on", "after", {"value": "2001-01-30"}, {"바다"}),
    ("born_on", "after", {"value": "2001-01-31"}, set()),
    ("born_on", "in_last_days", {"days": 3650}, set()),
    ("born_on", "more_than_days_ago", {"days": 3650}, {"하늘", "바다"}),
    ("born_on", "in_next_days", {"days": 30}, set()),
    ("born_on", "anniversary_in_next_days", {"days": 71}, {"바다"}),
    ("born_on", "is_set", {}, {"하늘", "바다"}),
    ("born_on", "is_empty", {}, {"John", "아무개"}),
    ("origin", "is", {"value": "test"}, {"바다", "John", "아무개"}),
    ("origin", "is_not", {"value": "test"}, {"하늘"}),
    ("origin", "contains", {"value": ".csv"}, {"하늘"}),
    ("origin", "starts_with", {"value": "import:"}, {"하늘"}),
    ("origin", "is_set", {}, EVERYBODY),
    ("origin", "is_empty", {}, set()),
    ("last_seen_at", "in_last_days", {"days": 30}, {"하늘"}),
    ("last_seen_at", "in_last_days", {"days": 31}, {"하늘", "John"}),
    ("last_seen_at", "more_than_days_ago", {"days": 30}, {"바다", "John"}),
    ("last_seen_at", "in_next_days", {"days": 30}, set()),
    ("last_seen_at", "before", {"value": "2026-10-23"}, {"바다"}),
    ("last_seen_at", "after", {"value": "2026-10-22"}, {"하늘", "John"}),
    ("last_seen_at", "is_set", {}, {"하늘", "바다", "John"}),
    ("last_seen_at", "is_empty", {}, {"아무개"}),
    ("created_at", "in_last_days", {"days": 3}, {"바다", "John", "아무개"}),
    ("created_at", "more_than_days_ago", {"days": 3}, {"하늘"}),
    ("created_at", "in_next_days", {"days": 3}, set()),
    ("created_at", "before", {"value": "2026-01-01"}, {"하늘"}),
    ("created_at", "after", {"value": "2026-01-01"}, {"바다", "John", "아무개"}),
    ("created_at", "is_set", {}, EVERYBODY),
    ("created_at", "is_empty", {}, set()),
    ("fields.grade", "is", {"value": "vip"}, {"하늘"}),
    ("fields.grade", "is_not", {"value": "VIP"}, {"바다", "John", "아무개"}),
    ("fields.grade", "contains", {"value": "e"}, {"바다"}),
    ("fields.grade", "starts_with", {"value": "V"}, {"하늘"}),
    ("fields.grade", "is_set", {}, {"하늘", "바다"}),
    ("fields.grade", "is_empty", {}, {"John", "아무개"}),
    ("fields.visits", "more_than", {"value": 3}, {"하늘", "바다"}),
    ("fields.visits", "more_than", {"value": 3.5}, {"하늘"}),
    ("fields.visits", "less_than", {"value": 4}, {"바다"}),
    ("fields.renewal", "before", {"value": "2026-11-21"}, {"John"}),
    ("fields.renewal", "after", {"value": "2026-11-19"}, {"John"}),
    ("fields.renewal", "after", {"value": "2026-11-20"}, set()),
    ("fields.renewal", "in_last_days", {"days": 3}, {"John"}),
    ("fields.renewal", "in_last_days", {"days": 2}, set()),
    ("fields.renewal", "more_than_days_ago", {"days": 2}, {"John"}),
    ("fields.grade", "before", {"value": "2026-11-21"}, set()),
]


@pytest.mark.parametrize("case", ATTRIBUTES, ids=lambda case: f"{case[0]} {case[1]}")
def test_attribute(inside: Cast, town: Town, case: tuple[str, str, dict[str, Any], set[str]]) -> None:
    key, operator, operand, expected = case
    assert names(attribute(key, operator, **operand), inside.workspace.pk) == expected


def test_owner(inside: Cast, town: Town) -> None:
    dana = str(inside.dana.pk)
    assert names(attribute("owner", "is", value=dana), inside.workspace.pk) == {"바다"}
    assert names(attribute("owner", "is_not", value=dana), inside.workspace.pk) == {"하늘", "John", "아무개"}
    assert names(attribute("owner", "is_set"), inside.workspace.pk) == {"하늘", "바다"}
    assert names(attribute("owner", "is_empty"), inside.workspace.pk) == {"John", "아무개"}


def test_every_operator_of_every_attribute_is_tried_above() -> None:
    tried = {(key, operator) for key, operator, _operand, _expected in ATTRIBUTES}
    offered = {
        (attribute.key, operator.key) for attribute in attributes().values() for operator in attribute.type.operators
    }
    assert offered - tried == {("owner", key) for key in ("is", "is_not", "is_mine", "is_set", "is_empty")}


def test_everyone_leaves_strangers_and_other_workspaces_out(inside: Cast, town: Town) -> None:
    make_person(inside.jieun, name="방문자", email="v@example.com", is_anonymous=True)
    assert names({"kind": "everyone"}, inside.workspace.pk) == EVERYBODY
    assert names({"kind": "everyone"}, inside.other_workspace.pk) == set()


@pytest.mark.parametrize(
    ("operator", "count", "expected"),
    [
        ("at_least", 0, EVERYBODY),
        ("at_least", 1, {"하늘", "바다"}),
        ("at_least", 2, {"하늘"}),
        ("at_most", 0, {"John", "아무개"}),
        ("at_most", 1, {"바다", "John", "아무개"}),
        ("exactly", 0, {"John", "아무개"}),
        ("exactly", 1, {"바다"}),
        ("exactly", 2, {"하늘"}),
    ],
)
def test_event_count(inside: Cast, town: Town, operator: str, count: int, expected: set[str]) -> None:
    did(town.haneul, "Visited", NOW - DAY)
    did(town.haneul, "Visited", NOW - 2 * DAY)
    did(town.bada, "Visited", NOW - DAY)
    did(town.john, "Visited", NOW - 11 * DAY)
    did(town.john, "Called", NOW - DAY)
    did(town.john, "Visited", NOW + SECOND)
    assert names(event("Visited", operator, count, days=10), inside.workspace.pk) == expected


def test_event_window_is_exact_to_the_second(inside: Cast, town: Town) -> None:
    did(town.haneul, "Visited", NOW - 10 * DAY + SECOND)
    did(town.bada, "Visited", NOW - 10 * DAY)
    did(town.john, "Visited", NOW)
    twice = event("Visited", days=10)
    assert names(twice, inside.workspace.pk) == {"하늘", "John"}
    assert names(twice, inside.workspace.pk, now=NOW + SECOND) == {"John"}
    assert names(twice, inside.workspace.pk, now=NOW - SECOND) == {"하늘", "바다"}


def test_event_between_days_of_the_workspace_zone(inside: Cast, town: Town) -> None:
    midnight_in_seoul = datetime(2026, 11, 9, 15, 0, tzinfo=UTC)
    did(town.haneul, "Visited", midnight_in_seoul)
    did(town.bada, "Visited", midnight_in_seoul - SECOND)
    did(town.john, "Visited", midnight_in_seoul + DAY - SECOND)
    on_the_tenth = event("Visited", since="2026-11-10", until="2026-11-10")
    assert names(on_the_tenth, inside.workspace.pk) == {"하늘", "John"}


def test_event_at_any_time_with_properties(inside: Cast, town: Town) -> None:
    did(town.haneul, "Visited", NOW - 900 * DAY, branch="강남", floor=2)
    did(town.bada, "Visited", NOW, branch="강남")
    did(town.john, "Visited", NOW, branch="해운대")
    gangnam = {"property": "branch", "value": "강남"}
    assert names(event("Visited", where=[gangnam]), inside.workspace.pk) == {"하늘", "바다"}
    second_floor = {"property": "floor", "value": "2"}
    assert names(event("Visited", where=[gangnam, second_floor]), inside.workspace.pk) == {"하늘"}
    assert names(event("Visited", "exactly", 0, where=[gangnam]), inside.workspace.pk) == {"John", "아무개"}


def test_orders(inside: Cast, town: Town) -> None:
    for days in (1, 5, 40):
        bought(town.haneul, "10000", NOW - days * DAY)
    bought(town.bada, "25000.50", NOW - 5 * DAY)
    bought(town.john, "99", NOW - 5 * DAY, currency="USD")

    def count(operator: str, number: int) -> set[str]:
        condition = {"kind": "order_count", "operator": operator, "count": number, "days": 30}
        return names(condition, inside.workspace.pk)

    def total(operator: str, value: float, **window: Any) -> set[str]:
        condition = {"kind": "order_total", "operator": operator, "value": value, "currency": "KRW", **window}
        return names(condition, inside.workspace.pk)

    assert count("at_least", 2) == {"하늘"}
    assert count("exactly", 1) == {"바다", "John"}
    assert count("at_most", 1) == {"바다", "John", "아무개"}
    assert total("at_least", 30000) == {"하늘"}
    assert total("at_least", 30000, days=30) == set()
    assert total("at_least", 25000.5, days=30) == {"바다"}
    assert total("at_most", 20000, days=30) == {"하늘", "John", "아무개"}
    assert total("at_most", 0) == {"John", "아무개"}
    assert total("at_least", 0) == EVERYBODY
    assert total("at_least", 20000, since="2026-10-01", until="2026-11-22") == {"하늘", "바다"}


def test_consent_that_stands(inside: Cast, town: Town) -> None:
    agreed(town.haneul)
    agreed(town.bada, expires_at=NOW + SECOND)
    agreed(town.john, state="withdrawn")
    agreed(town.nobody, channel="sms")
    given = {"kind": "consent", "purpose": "marketing", "channel": "email", "standing": "given"}
    assert names(given, inside.workspace.pk) == {"하늘", "바다"}
    assert names(given, inside.workspace.pk, now=NOW + SECOND) == {"하늘"}
    assert names(given | {"standing": "not_given"}, inside.workspace.pk) == {"John", "아무개"}
    assert names(given | {"channel": "sms"}, inside.workspace.pk) == {"아무개"}
    assert names(given | {"purpose": "service"}, inside.workspace.pk) == set()


def test_relationship_strength(inside: Cast, town: Town) -> None:
    strong(town.haneul, 70, alive=0.9)
    strong(town.bada, 30, alive=0.5)
    strong(town.john, 30)

    def by(kind: str, operator: str, value: int) -> set[str]:
        return names({"kind": kind, "operator": operator, "value": value}, inside.workspace.pk)

    assert by("strength", "at_least", 30) == {"하늘", "바다", "John"}
    assert by("strength", "at_least", 31) == {"하늘"}
    assert by("strength", "at_most", 30) == {"바다", "John"}
    assert by("alive", "at_least", 50) == {"하늘", "바다"}
    assert by("alive", "at_most", 50) == {"바다"}


def test_in_another_segment(inside: Cast, town: Town) -> None:
    inner = operations.create_segment(
        by=inside.marketer, name="안", definition=attribute("country", "is", value="KR"), now=NOW
    )
    of_it = {"kind": "segment", "segment": str(inner.pk)}
    assert names(of_it, inside.workspace.pk) == set()
    operations.compute_membership(workspace_id=inner.workspace_id, segment_id=inner.pk, version=1, now=NOW)
    assert names(of_it, inside.workspace.pk) == {"하늘", "바다"}
    assert names(group("not", of_it), inside.workspace.pk) == {"John", "아무개"}


def test_random_part_is_stable_exclusive_and_of_the_right_size(inside: Cast) -> None:
    for number in range(400):
        Person.objects.create(
            workspace=inside.workspace, name=str(number), email="", origin="test", first_seen_at=NOW
        )  # fmt: skip

    def part(start: int, end: int, draw: str = "봄") -> set[str]:
        return names({"kind": "random", "draw": draw, "from": start, "to": end}, inside.workspace.pk)

    low, middle, high = part(0, 10), part(10, 50), part(50, 100)
    assert low | middle | high == {str(number) for number in range(400)}
    assert (len(low & middle), len(middle & high), len(low & high)) == (0, 0, 0)
    assert 15 <= len(low) <= 70
    assert part(0, 10) == low
    assert part(0, 10, "가을") != low


def test_random_part_follows_its_published_formula(inside: Cast, town: Town) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT name, md5('봄' || id::text) FROM customers_person")
        digests = dict(cursor.fetchall())
    for percent in (1, 33, 50, 99):
        expected = {name for name, digest in digests.items() if int(digest[:8], 16) / 2**32 < percent / 100}
        condition = {"kind": "random", "draw": "봄", "from": 0, "to": percent}
        assert names(condition, inside.workspace.pk) == expected


@pytest.mark.parametrize(
    "text",
    [
        "'; DROP TABLE customers_person; --",
        "%(p1)s",
        "%s",
        "100%",
        'a"b',
        "\\",
        "$$",
        "서울' OR '1'='1",
        "{people}",
    ],
)
def test_values_are_never_sql(inside: Cast, town: Town, text: str) -> None:
    for definition in (
        attribute("city", "is", value=text),
        attribute("city", "contains", value=text),
        attribute("city", "starts_with", value=text),
        attribute(f"fields.{text}", "is", value=text),
        attribute(f"fields.{text}", "more_than", value=1),
        attribute(f"fields.{text}", "before", value="2026-01-01"),
        event(text, where=[{"property": text, "value": text}]),
        {"kind": "random", "draw": text, "from": 99, "to": 100},
    ):
        queries.estimate(definition, workspace_id=inside.workspace.pk, now=NOW)
        assert names(definition, inside.workspace.pk) <= EVERYBODY
    make_person(inside.jieun, name="바비", email="bobby@example.com", city=text, fields={text: text})
    assert names(attribute("city", "is", value=text), inside.workspace.pk) == {"바비"}
    assert names(attribute(f"fields.{text}", "contains", value=text), inside.workspace.pk) == {"바비"}
    operation: dict[str, Any] = {
        "by": inside.marketer,
        "name": text,
        "definition": attribute("city", "is", value=text),
        "now": NOW,
    }
    segment = operations.create_segment(**operation)
    operations.compute_membership(workspace_id=segment.workspace_id, segment_id=segment.pk, version=1, now=NOW)
    segment.refresh_from_db()
    assert segment.size == 1
    assert Person.objects.count() == 5


def test_nothing_of_the_text_is_in_the_sql(inside: Cast) -> None:
    from dangol.segments.contracts import read_definition

    definition = group(
        "all", attribute("fields.비밀키", "is", value="비밀값"), event("비밀일", since="2026-01-01", until="2026-02-01")
    )
    compiled = queries.compile_people(read_definition(definition), workspace_id=inside.workspace.pk, now=NOW)
    assert "비밀" not in compiled.sql()
    assert {"비밀키", "비밀값", "비밀일"} <= set(map(str, compiled.values.values()))
    for dialect in ("duckdb", "spark"):
        assert "비밀" not in compiled.sql(dialect)


def test_estimate_counts_everybody_and_sample_only_the_visible(inside: Cast, town: Town) -> None:
    everyone = {"kind": "everyone"}
    assert queries.estimate(everyone, workspace_id=inside.workspace.pk, now=NOW) == queries.Estimate(4, is_exact=True)

    def seen(member: Any) -> set[str]:
        return {person.name for person in queries.sample(everyone, member=member, now=NOW)}

    assert seen(inside.marketer) == EVERYBODY
    assert seen(inside.minsu) == {"하늘", "John", "아무개"}
    assert seen(inside.dana) == {"바다", "John", "아무개"}
    assert seen(inside.lee) == set()


def test_estimate_guesses_when_counting_takes_too_long(inside: Cast, town: Town) -> None:
    slow = group("any", *[event(f"Visited {number}") for number in range(45)])
    months = (
        "SELECT tracking_ensure_month((date '2020-01-01' + i * interval '1 month')::date) FROM generate_series(0, 80) i"
    )
    with connection.cursor() as cursor:
        cursor.execute(months)
    guess = queries.estimate(slow, workspace_id=inside.workspace.pk, now=NOW, patience_ms=1)
    assert guess.is_exact is False
    with connection.cursor() as cursor:
        cursor.execute("SHOW statement_timeout")
        assert cursor.fetchone() == ("0",)
