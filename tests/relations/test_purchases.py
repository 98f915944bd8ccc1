"""Purchases are told as a story: numbered, as gifts, with the silence between them, whatever arrives late."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.relations.models import StoryEntry, Strength
from dangol.relations.operations import tell_of_orders, tell_of_silence, tell_purchases
from dangol.relations.sentences import Telling, tell
from dangol.tracking.models import Order, OrderLine, Refund
from tests.factories import NOW, make_person
from tests.people import Cast

LONG_AGO = NOW - timedelta(days=900)


def order(person: Person, day: int, *, amount: int = 12000, gift: bool = False, number: str = "") -> Order:
    """Place an order so many days after the beginning."""
    return Order.objects.create(
        workspace_id=person.workspace_id,
        person=person,
        number=number or str(uuid7()),
        placed_at=LONG_AGO + timedelta(days=day),
        amount=Decimal(amount),
        currency="KRW",
        item_count=1,
        is_gift=gift,
        event_id=uuid7(),
    )


def told(person: Person) -> list[tuple[int, str, str]]:
    """Return (day, kind, chapter) of every entry, oldest first."""
    entries = StoryEntry.objects.filter(person=person).order_by("at", "id")
    return [((entry.at - LONG_AGO).days, entry.kind, entry.chapter) for entry in entries]


def newcomer(cast: Cast, **fields: object) -> Person:
    return make_person(cast.jieun, **({"first_seen_at": LONG_AGO - timedelta(days=1)} | fields))  # type: ignore[arg-type] # fields


STORY = [
    (-1, "first_seen", "first_meeting"),
    (0, "order", "first_purchase"),
    (30, "gift_order", "growing_closer"),
    (60, "order", "growing_closer"),
    (150, "silence", "silence"),
    (400, "return", "return"),
    (410, "order", "growing_closer"),
    (717, "silence", "silence"),
]


def place_all(person: Person, days: list[int]) -> None:
    for day in days:
        order(person, day, gift=day == 30)
        tell_purchases(workspace_id=person.workspace_id, person_ids=[person.pk], now=NOW)


def test_the_story_of_a_customer(inside: Cast) -> None:
    person = newcomer(inside)
    place_all(person, [0, 30, 60, 400, 410])
    assert told(person) == STORY


@pytest.mark.parametrize("seed", range(5))
def test_late_orders_end_in_the_same_story(inside: Cast, seed: int) -> None:
    person = newcomer(inside)
    days = [0, 30, 60, 400, 410]
    Random(seed).shuffle(days)
    place_all(person, days)
    assert told(person) == STORY
    assert [
        entry.details["nth"]
        for entry in StoryEntry.objects.filter(source_table="tracking_order").exclude(kind="silence").order_by("at")
    ] == [1, 2, 3, 4, 5]


def test_telling_twice_changes_nothing(inside: Cast) -> None:
    person = newcomer(inside)
    place_all(person, [0, 30])
    before = list(StoryEntry.objects.order_by("id").values())
    tell_purchases(workspace_id=inside.workspace.pk, person_ids=[person.pk], now=NOW)
    assert list(StoryEntry.objects.order_by("id").values()) == before


def test_orders_of_one_moment_keep_their_order(inside: Cast) -> None:
    person = newcomer(inside)
    order(person, 5, number="B")
    order(person, 5, number="A")
    tell_purchases(workspace_id=inside.workspace.pk, person_ids=[person.pk], now=NOW)
    entries = StoryEntry.objects.filter(kind="order").order_by("at", "id")
    assert [(entry.details["nth"], entry.details["number"]) for entry in entries] == [(1, "A"), (2, "B")]


def test_somebody_met_by_a_purchase_was_not_met_later(inside: Cast) -> None:
    person = newcomer(inside, first_seen_at=NOW, origin="import:list.csv")
    order(person, 0)
    tell_purchases(workspace_id=inside.workspace.pk, person_ids=[person.pk], now=LONG_AGO + timedelta(days=2))
    assert told(person) == [(0, "first_seen", "first_meeting"), (0, "order", "first_purchase")]


def test_the_job_tells_and_measures_the_buyers_of_these_orders_only(inside: Cast) -> None:
    buyer, other = newcomer(inside), newcomer(inside)
    placed = order(buyer, 0)
    order(other, 0)
    tell_of_orders.run(workspace_id=str(inside.workspace.pk), order_ids=[str(placed.pk)])
    assert {entry.person_id for entry in StoryEntry.objects.all()} == {buyer.pk}
    assert [strength.person_id for strength in Strength.objects.all()] == [buyer.pk]


def test_silence_is_noticed_without_any_event(inside: Cast) -> None:
    person = newcomer(inside)
    order(person, 0)
    tell_purchases(workspace_id=inside.workspace.pk, person_ids=[person.pk], now=LONG_AGO + timedelta(days=1))
    assert [kind for _day, kind, _chapter in told(person)] == ["first_seen", "order"]
    tell_of_silence(workspace_id=inside.workspace.pk)
    assert [kind for _day, kind, _chapter in told(person)] == ["first_seen", "order", "silence"]


def test_orders_of_another_workspace_are_not_told(cast: Cast) -> None:
    with tenancy.workspace(cast.other_workspace.pk):
        stranger = make_person(cast.lee)
        placed = order(stranger, 0)
    tell_of_orders.run(workspace_id=str(cast.workspace.pk), order_ids=[str(placed.pk)])
    with tenancy.workspace(cast.other_workspace.pk):
        assert StoryEntry.objects.count() == 0


def sentence(kind: str, language: str, **details: object) -> str:
    telling = Telling(
        kind=kind,
        at=datetime(2026, 3, 1, 16, tzinfo=UTC),
        details=dict(details),
        zone=ZoneInfo("Asia/Seoul"),
        today=date(2026, 11, 22),
    )
    return tell(telling, language)


def test_a_gift_is_told_in_both_languages() -> None:
    details = {"nth": 2, "amount": "12000.00", "currency": "KRW", "gift": True}
    assert sentence("gift_order", "ko", **details) == "3월 2일, 두 번째 구매, 12,000원. 선물이었습니다."
    assert sentence("gift_order", "en", **details) == "2 March: second purchase, ₩12,000. It was a gift."


def test_coming_back_is_told_in_both_languages() -> None:
    details = {"nth": 11, "amount": "19.90", "currency": "USD", "gift": False, "silent_days": 160}
    assert sentence("return", "ko", **details) == "3월 2일, 5개월 만에 다시 찾아왔습니다. 11번째 구매, $19.90."
    assert sentence("return", "en", **details) == "2 March: back after 5 months, 11th purchase, $19.90."


def test_silence_is_told_against_the_own_rhythm() -> None:
    details = {"silent_days": 90, "gap_days": 30, "last_at": "2025-12-01T00:00:00+00:00"}
    assert sentence("silence", "ko", **details) == "3월 2일, 3개월째 소식이 없습니다. 평소에는 4주에 한 번쯤 왔습니다."
    assert (
        sentence("silence", "en", **details)
        == "2 March: 3 months of silence. Until then they came about every 4 weeks."
    )


def test_a_receipt_is_told_line_by_line(inside: Cast) -> None:
    person = newcomer(inside)
    bought = order(person, 5, amount=30000)
    lines = [
        ("tea", "우전 녹차", 1),
        ("bowl", "다완", 1),
        ("tea", "우전 녹차", 2),
        ("", "", 1),
        ("x-1", "", 1),
        ("y", "떡", 3),
    ]
    for position, (sku, name, quantity) in enumerate(lines, start=1):
        OrderLine.objects.create(
            workspace=inside.workspace, order=bought, position=position, sku=sku, name=name, quantity=quantity
        )
    tell_of_orders(workspace_id=inside.workspace.pk, order_ids=(bought.pk,))
    entry = StoryEntry.objects.get(kind="order")
    assert entry.details["lines"] == [["우전 녹차", 3], ["다완", 1], ["x-1", 1], ["떡", 3]]
    telling = Telling(kind="order", at=entry.at, details=entry.details, zone=ZoneInfo("Asia/Seoul"), today=NOW.date())
    assert tell(telling, "ko").endswith("첫 구매, 30,000원: 우전 녹차 3개, 다완, x-1, 그 밖에 1가지.")
    assert tell(telling, "en").endswith("first purchase, ₩30,000: 3 × 우전 녹차, 다완, x-1, 1 more.")


def test_what_came_back_is_told(inside: Cast) -> None:
    person = newcomer(inside)
    bought = order(person, 5, number="A-1")
    for key, amount in (("r1", Decimal(2000)), ("r2", None)):
        Refund.objects.create(
            workspace=inside.workspace, number="A-1", key=key, refunded_at=LONG_AGO + timedelta(days=6),
            amount=amount, event_id=uuid7(),
        )  # fmt: skip
    tell_of_orders(workspace_id=inside.workspace.pk, order_ids=(bought.pk,))
    entries = StoryEntry.objects.filter(kind="refund")
    sentences = {
        tell(
            Telling(kind="refund", at=one.at, details=one.details, zone=ZoneInfo("Asia/Seoul"), today=NOW.date()), "en"
        )
        for one in entries
    }
    assert {sentence.split(": ")[1] for sentence in sentences} == {
        "₩2,000 of order A-1 was refunded.",
        "all of order A-1 was refunded.",
    }
