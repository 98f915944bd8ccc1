"""What people did: properties of events, windows, one thing after another."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.factories import NOW
from tests.people import Cast
from tests.segments.conftest import Town
from tests.segments.rows import did, event, names, sequence

SECOND = timedelta(seconds=1)
DAY = timedelta(days=1)
DEAR = [{"property": "total", "operator": "more_than", "value": 9}]
HOUR = timedelta(hours=1)

SEQUENCES: list[tuple[dict[str, Any], set[str]]] = [
    (sequence("Added", "then", "Paid"), {"하늘", "바다"}),
    (sequence("Added", "then", "Paid", within=60, unit="minutes"), {"하늘"}),
    (sequence("Added", "then", "Paid", within=1, unit="hours"), {"하늘"}),
    (sequence("Added", "then", "Paid", within=3601, unit="minutes"), {"하늘", "바다"}),
    (sequence("Added", "then", "Paid", days=2), {"하늘"}),
    (sequence("Paid", "then", "Added"), set()),
    (sequence("Added", "then", "Added"), set()),
    (sequence("Added", "but_not", "Paid"), {"John", "아무개"}),
    (sequence("Added", "but_not", "Paid", within=1, unit="hours"), {"바다", "John"}),
    (sequence("Added", "but_not", "Paid", within=1, unit="hours", days=2), {"John"}),
    (sequence("Added", "but_not", "Paid", within=59, unit="minutes"), {"하늘", "바다", "John", "아무개"}),
    (sequence("Added", "then", "Paid", then_where=DEAR), {"하늘"}),
    (sequence("Added", "but_not", "Paid", then_where=DEAR), {"바다", "John", "아무개"}),
    (sequence("Added", "but_not", "Paid", where=[{"property": "item", "value": "차"}]), {"John"}),
]  # fmt: skip


@pytest.mark.parametrize(("definition", "expected"), SEQUENCES)
def test_one_thing_after_another(inside: Cast, town: Town, definition: dict[str, Any], expected: set[str]) -> None:
    """하늘 paid one second before the hour was over, 바다 exactly then; 아무개 has one more second."""
    did(town.haneul, "Added", NOW - DAY, item="차")
    did(town.haneul, "Paid", NOW - DAY + HOUR - SECOND, total=10)
    did(town.bada, "Added", NOW - 3 * DAY, item="차")
    did(town.bada, "Paid", NOW - 3 * DAY + HOUR, total=9)
    did(town.john, "Paid", NOW - HOUR)
    did(town.john, "Added", NOW - HOUR, item="차")
    did(town.nobody, "Added", NOW - HOUR + SECOND)
    did(town.nobody, "Paid", NOW + SECOND)
    assert names(definition, inside.workspace.pk) == expected


PAID: dict[str, Any] = {"total": 52000, "gift": True, "paid_on": "2026-11-20", "to": {"city": {"name": "서울"}}}

FILTERS: list[tuple[str, str, dict[str, Any], bool]] = [
    ("total", "is", {"value": "52000"}, True),
    ("total", "is", {"value": 52000.0}, True),
    ("total", "is_not", {"value": 52000}, False),
    ("total", "more_than", {"value": 51999.5}, True),
    ("total", "more_than", {"value": 52000}, False),
    ("total", "less_than", {"value": 52000.01}, True),
    ("to.city.name", "more_than", {"value": 0}, False),
    ("gift", "is", {"value": "true"}, True),
    ("gift", "is", {"value": "false"}, False),
    ("paid_on", "before", {"value": "2026-11-21"}, True),
    ("paid_on", "after", {"value": "2026-11-20"}, False),
    ("paid_on", "in_last_days", {"days": 3}, True),
    ("paid_on", "in_last_days", {"days": 2}, False),
    ("paid_on", "more_than_days_ago", {"days": 2}, True),
    ("to.city.name", "is", {"value": "서울"}, True),
    ("to.city.name", "contains", {"value": "울"}, True),
    ("to.city.name", "starts_with", {"value": "울"}, False),
    ("to.city", "is_set", {}, True),
    ("to.town", "is_empty", {}, True),
    ("to.town.name", "is_set", {}, False),
    ("total.name", "is_set", {}, False),
    ("coupon", "is_not", {"value": "A"}, True),
]


@pytest.mark.parametrize("case", FILTERS, ids=lambda case: f"{case[0]} {case[1]}")
def test_property_of_an_event(inside: Cast, town: Town, case: tuple[str, str, dict[str, Any], bool]) -> None:
    name, operator, operand, fits = case
    did(town.haneul, "Paid", NOW - DAY, **PAID)
    asked = event("Paid", where=[{"property": name, "operator": operator, **operand}])
    assert names(asked, inside.workspace.pk) == ({"하늘"} if fits else set())


@pytest.mark.parametrize(
    ("window", "expected"),
    [
        ({"hours": 5}, {"바다"}),
        ({"hours": 6}, {"바다", "John"}),
        ({"before": "2026-11-20"}, {"하늘"}),
        ({"before": "2026-11-19"}, set()),
        ({"after": "2026-11-19"}, {"바다", "John"}),
        ({"after": "2026-11-18"}, {"하늘", "바다", "John"}),
        ({}, {"하늘", "바다", "John"}),
    ],
)
def test_windows_of_hours_and_open_ones(inside: Cast, town: Town, window: dict[str, Any], expected: set[str]) -> None:
    did(town.haneul, "Paid", datetime(2026, 11, 19, 14, 59, 59, tzinfo=UTC))
    did(town.bada, "Paid", NOW - timedelta(hours=5) + SECOND)
    did(town.john, "Paid", NOW - timedelta(hours=6) + SECOND)
    did(town.nobody, "Paid", NOW + SECOND)
    assert names(event("Paid", **window), inside.workspace.pk) == expected
