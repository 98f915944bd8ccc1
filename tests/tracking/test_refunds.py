"""What is given back of orders: partly, whole, early, twice, by nobody in particular, in whatever order it arrives."""

from collections.abc import Sequence
from decimal import Decimal
from itertools import permutations
from typing import Any

import pytest

from dangol.kit import tenancy
from dangol.relations.models import StoryEntry
from dangol.relations.operations import tell_of_orders
from dangol.segments.queries import people_matching
from dangol.tracking.models import DeadLetter, Order, Refund
from dangol.tracking.operations import replay_events
from dangol.tracking.queries import order_totals
from tests.factories import NOW
from tests.people import Cast
from tests.tracking.test_processing import RECEIVED, Inbox, inbox, letters, track

__all__ = ["inbox"]


def bought(number: str, total: int = 1000, **told: Any) -> dict[str, Any]:
    properties = {"order_id": number, "total": total}
    return track(event="Order Completed", messageId=f"bought {number}", properties=properties) | told


def refunded(number: str, **told: Any) -> dict[str, Any]:
    return track(event="Order Refunded", properties={"order_id": number} | told)


def cancelled(number: str) -> dict[str, Any]:
    return track(event="Order Cancelled", properties={"order_id": number, "total": 1})


def left(inbox: Inbox) -> list[tuple[str, int, int]]:
    """Return number, what is left and what was given back of every order."""
    with tenancy.workspace(inbox.workspace.pk):
        rows = Order.objects.order_by("number").values_list("number", "amount", "refunded")
        return [(number, int(amount), int(back)) for number, amount, back in rows]


@pytest.mark.parametrize(
    ("events", "amount", "back"),
    [
        ([refunded("A", total=300)], 700, 300),
        ([refunded("A", total=300), refunded("A", total=200)], 500, 500),
        ([refunded("A", total=-300)], 700, 300),
        ([refunded("A", products=[{"product_id": "x", "quantity": 2, "price": 150}])], 700, 300),
        ([refunded("A")], 0, 1000),
        ([refunded("A"), refunded("A", total=300)], 0, 1000),
        ([refunded("A", total=900), refunded("A", total=900)], 0, 1000),
        ([refunded("A", total=300, refund_id="r1"), refunded("A", total=300, refund_id="r1")], 700, 300),
        ([refunded("A", total=300, currency="KRW")], 700, 300),
        ([refunded("A", total=3, currency="USD")], 1000, 0),
        ([refunded("B", total=300)], 1000, 0),
        ([cancelled("A")], 0, 1000),
    ],
)
def test_what_is_left_of_an_order(inbox: Inbox, events: Sequence[dict[str, Any]], amount: int, back: int) -> None:
    inbox.take(bought("A"), *events)
    assert left(inbox) == [("A", amount, back)]


@pytest.mark.parametrize("place", range(6))
def test_neither_order_nor_repetition_matters(inbox: Inbox, place: int) -> None:
    part = refunded("A", total=300) | {"messageId": "r1"}
    rest = refunded("A", total=100) | {"messageId": "r2"}
    for event in list(permutations([bought("A"), part, rest]))[place]:
        inbox.take(event, event)
    assert left(inbox) == [("A", 600, 400)]


def test_of_two_tellings_of_one_refund_the_earlier_counts_whenever_it_arrives(inbox: Inbox) -> None:
    late = refunded("A", total=500, refund_id="r1") | {"timestamp": "2026-11-22T02:00:00Z"}
    early = refunded("A", total=300, refund_id="r1") | {"timestamp": "2026-11-22T01:00:00Z"}
    inbox.take(bought("A"), late)
    assert left(inbox) == [("A", 500, 500)]
    inbox.take(early)
    assert left(inbox) == [("A", 700, 300)]


def test_goods_brought_back_by_nobody_in_particular_are_taken_off_the_buyers_order(inbox: Inbox) -> None:
    inbox.take(bought("A"), refunded("A", total=300) | {"userId": "", "anonymousId": "receipt 7"})
    assert left(inbox) == [("A", 700, 300)]


def test_an_earlier_event_of_the_order_keeps_what_was_given_back(inbox: Inbox) -> None:
    earlier = bought("A", 2000, messageId="earlier", timestamp="2026-11-01T00:00:00Z")
    inbox.take(bought("A"), refunded("A", total=300), earlier)
    assert left(inbox) == [("A", 1700, 300)]


@pytest.mark.parametrize(
    ("properties", "detail"),
    [
        ({"total": 1}, "order_id"),
        ({"order_id": "A", "total": "much"}, "total"),
        ({"order_id": "A", "currency": "WON!"}, "currency"),
        ({"order_id": "A", "products": [{"product_id": "x"}]}, "total"),
    ],
)
def test_an_unreadable_refund_is_told_and_changes_nothing(
    inbox: Inbox, properties: dict[str, Any], detail: str
) -> None:
    inbox.take(bought("A"), track(event="Order Refunded", properties=properties))
    assert left(inbox) == [("A", 1000, 0)]
    with tenancy.workspace(inbox.workspace.pk):
        assert (letters(), DeadLetter.objects.get().detail) == (["bad_order"], detail)


def test_totals_and_segments_count_what_is_left(inbox: Inbox) -> None:
    inbox.take(bought("A"), bought("B", 500), bought("C", 0), refunded("A", total=300), cancelled("B"))
    with tenancy.workspace(inbox.workspace.pk):
        person = Order.objects.values_list("person_id", flat=True).distinct().get()
        totals = order_totals(workspace_id=inbox.workspace.pk, person_ids=[person])[person]
        assert (totals.count, totals.amount) == (2, Decimal(700))
        assert matching(inbox, kind="order_count", operator="exactly", count=2) == [person]
        assert matching(inbox, kind="order_count", operator="at_least", count=3) == []
        assert matching(inbox, kind="order_total", operator="at_least", value=700, currency="KRW") == [person]
        assert matching(inbox, kind="order_total", operator="at_least", value=701, currency="KRW") == []


def test_the_story_tells_what_was_paid_and_what_came_back(inbox: Inbox, cast: Cast) -> None:
    inbox.take(bought("A"), refunded("A", total=300), cancelled("A"))
    with tenancy.workspace(cast.workspace.pk):
        order = Order.objects.get()
        tell_of_orders(workspace_id=cast.workspace.pk, order_ids=(order.pk,))
        tell_of_orders(workspace_id=cast.workspace.pk, order_ids=(order.pk,))
        entries = StoryEntry.objects.filter(kind__in=["order", "refund"]).order_by("at", "id")
        assert {(one.kind, one.details["amount"]) for one in entries} == {
            ("order", "1000.00"),
            ("refund", "300.00"),
            ("refund", None),
        }


def test_a_replay_finds_refunds_that_were_forgotten(inbox: Inbox) -> None:
    inbox.take(bought("A"), refunded("A", total=300))
    with tenancy.workspace(inbox.workspace.pk):
        Refund.objects.all().delete()
        Order.objects.update(amount=1000, refunded=0)
    for _time in range(2):
        list(replay_events(workspace_id=inbox.workspace.pk, since=RECEIVED, until=NOW.replace(year=2030), now=NOW))
        assert left(inbox) == [("A", 700, 300)]


def matching(inbox: Inbox, **condition: Any) -> list[Any]:
    return list(people_matching(condition, workspace_id=inbox.workspace.pk).values_list("pk", flat=True))
