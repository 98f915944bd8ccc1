"""Computed traits: their values, their conditions, and who may name them."""

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import translation

from dangol.segments import operations, queries
from dangol.segments.contracts import InvalidDefinition, read_definition
from dangol.segments.models import ComputedTrait
from tests.factories import NOW
from tests.people import Cast
from tests.segments.conftest import Town
from tests.segments.rows import attribute, did, names
from tests.segments.test_operations import compute, made, people_in, waiting

DAY = timedelta(days=1)
HOUR = timedelta(hours=1)
SECOND = timedelta(seconds=1)
EVERYBODY = {"하늘", "바다", "John", "아무개"}


def trait(cast: Cast, measure: str, name: str = "", **more: Any) -> ComputedTrait:
    question = {"measure": measure, "event": "Paid", **more}
    return operations.save_trait(by=cast.marketer, name=name or measure, question=question)


def asked(own: ComputedTrait, operator: str, **operand: Any) -> dict[str, Any]:
    return attribute(f"traits.{own.pk}", operator, **operand)


@pytest.fixture
def paid(town: Town) -> Town:
    did(town.haneul, "Paid", NOW - 40 * DAY, total=10, shop="강남")
    did(town.haneul, "Paid", NOW - 20 * DAY + SECOND, total=5.5, shop="부산")
    did(town.haneul, "Paid", NOW - DAY, total="many", shop="강남")
    did(town.bada, "Paid", NOW - 3 * DAY, total=7)
    did(town.bada, "Paid", NOW - 2 * DAY, shop="강남")
    did(town.bada, "Paid", NOW - DAY, shop="부산")
    did(town.john, "Paid", NOW + HOUR, total=99, shop="제주")
    did(town.john, "Viewed", NOW - HOUR, total=99, shop="제주")
    return town


MEASURES: list[tuple[str, dict[str, Any], Any, Any, Any]] = [
    ("count", {}, 3, 3, 0),
    ("count", {"days": 20}, 2, 3, 0),
    ("count", {"where": [{"property": "shop", "value": "강남"}]}, 2, 1, 0),
    ("sum", {"property": "total"}, Decimal("15.5"), 7, 0),
    ("distinct", {"property": "shop"}, 2, 2, 0),
    ("first", {}, NOW - 40 * DAY, NOW - 3 * DAY, None),
    ("last", {}, NOW - DAY, NOW - DAY, None),
    ("first", {"property": "total"}, "10", "7", None),
    ("last", {"property": "shop"}, "강남", "부산", None),
    ("most_frequent", {"property": "shop"}, "강남", "부산", None),
]


@pytest.mark.parametrize("case", MEASURES, ids=lambda case: f"{case[0]} {case[1]}")
def test_values(inside: Cast, paid: Town, case: tuple[str, dict[str, Any], Any, Any, Any]) -> None:
    """What lies in the future is not done yet; of two values that are as frequent, the later one counts."""
    measure, more, *expected = case
    trait(inside, measure, **more)
    found = [queries.traits_of(person, now=NOW)[0].value for person in (paid.haneul, paid.bada, paid.john)]
    assert found == expected


CONDITIONS: list[tuple[str, dict[str, Any], str, dict[str, Any], set[str]]] = [
    ("count", {}, "is", {"value": 3}, {"하늘", "바다"}),
    ("count", {}, "is", {"value": 0}, {"John", "아무개"}),
    ("count", {}, "is_not", {"value": 3}, {"John", "아무개"}),
    ("count", {"days": 20}, "less_than", {"value": 3}, {"하늘", "John", "아무개"}),
    ("count", {}, "more_than", {"value": -1}, EVERYBODY),
    ("count", {}, "is_set", {}, EVERYBODY),
    ("count", {}, "is_empty", {}, set()),
    ("count", {}, "contains", {"value": "3"}, set()),
    ("sum", {"property": "total"}, "more_than", {"value": 15.4}, {"하늘"}),
    ("sum", {"property": "total"}, "less_than", {"value": 15.5}, {"바다", "John", "아무개"}),
    ("distinct", {"property": "shop"}, "is", {"value": 2}, {"하늘", "바다"}),
    ("last", {}, "in_last_days", {"days": 2}, {"하늘", "바다"}),
    ("last", {}, "more_than_days_ago", {"days": 1}, {"하늘", "바다"}),
    ("first", {}, "before", {"value": "2026-11-01"}, {"하늘"}),
    ("first", {}, "is_empty", {}, {"John", "아무개"}),
    ("most_frequent", {"property": "shop"}, "is", {"value": "부산"}, {"바다"}),
    ("most_frequent", {"property": "shop"}, "is_not", {"value": "부산"}, {"하늘", "John", "아무개"}),
    ("last", {"property": "total"}, "is", {"value": 7}, {"바다"}),
]


@pytest.mark.parametrize("case", CONDITIONS, ids=lambda case: f"{case[0]} {case[2]} {case[3]}")
def test_conditions(inside: Cast, paid: Town, case: tuple[str, dict[str, Any], str, dict[str, Any], set[str]]) -> None:
    measure, more, operator, operand, expected = case
    assert names(asked(trait(inside, measure, **more), operator, **operand), inside.workspace.pk) == expected


def test_people_leave_a_trait_by_the_clock_and_by_what_they_do(inside: Cast, paid: Town) -> None:
    own = trait(inside, "count", days=20)
    segment = compute(made(inside, asked(own, "more_than", value=1)))
    assert (people_in(segment), segment.next_turn_at) == ({"하늘", "바다"}, NOW + SECOND)
    operations.turn_segment(workspace_id=inside.workspace.pk, segment_id=segment.pk, now=NOW + SECOND)
    assert people_in(segment) == {"바다"}


def test_a_changed_trait_is_asked_again(inside: Cast, paid: Town) -> None:
    own = trait(inside, "count")
    segment = compute(made(inside, asked(own, "more_than", value=2)))
    before = len(waiting())
    operations.save_trait(by=inside.marketer, name="Paid", question={"measure": "count", "event": "Viewed"}, trait=own)
    assert waiting()[before:] == [("compute_segment", str(segment.pk))]
    assert people_in(compute(segment)) == set()


def test_refusals(inside: Cast, paid: Town) -> None:
    own = trait(inside, "count")
    with pytest.raises(operations.UnableToSaveTrait, match="exists already"):
        trait(inside, "count")
    with pytest.raises(operations.UnableToSaveTrait, match="Give the trait a name"):
        operations.save_trait(by=inside.marketer, name=" ", question=own.question)
    for question in ({"measure": "sum", "event": "Paid"}, {"measure": "odd", "event": "Paid"}, {"measure": "count"}):
        with pytest.raises(InvalidDefinition):
            operations.save_trait(by=inside.marketer, name="x", question=question)
    segment = made(inside, asked(own, "more_than", value=2))
    with pytest.raises(operations.UnableToDeleteTrait, match="asks for this trait"):
        operations.delete_trait(trait=own)
    operations.delete_segment(segment=segment, now=NOW)
    operations.delete_trait(trait=own)
    assert ComputedTrait.objects.count() == 0


def test_a_trait_that_is_gone_is_nobodys(inside: Cast, paid: Town) -> None:
    own = trait(inside, "count")
    gone = asked(own, "less_than", value=2)
    ComputedTrait.objects.all().delete()
    assert names(gone, inside.workspace.pk) == set()
    assert names(attribute("traits.nonsense", "is_set"), inside.workspace.pk) == set()
    assert queries.describe(gone, "en") == "People whose (deleted) is less than 2"


def test_sentences(inside: Cast) -> None:
    own = trait(inside, "last", name="마지막 결제")
    said = asked(own, "more_than_days_ago", days=30)
    assert queries.describe(said, "en") == "People whose 마지막 결제 is more than 30 days ago"
    assert queries.describe(said, "ko") == "마지막 결제가 30일 넘게 지난 고객"
    assert read_definition(said).refers_to() == {("trait", str(own.pk))}
    with translation.override("en"):
        assert queries.trait_phrases([own]) == [(own, "the last moment: “Paid”")]
