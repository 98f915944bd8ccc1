from collections.abc import Callable
from datetime import timedelta
from decimal import Decimal

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import Person
from dangol.desk.queries import day_of
from dangol.kit.ids import uuid7
from dangol.relations.enums import PromiseOutcome
from dangol.relations.models import Promise, PromiseEnd, Strength
from dangol.tracking.models import Order
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast

ClientOf = Callable[[Member], Client]


def promise(member: Member, person: Person, sentence: str, *, days: int) -> Promise:
    return Promise.objects.create(
        workspace_id=member.workspace_id,
        person=person,
        by=member,
        sentence=sentence,
        due_at=NOW + timedelta(days=days),
        made_at=NOW,
    )


def order(member: Member, person: Person, amount: int, *, days_ago: int, currency: str = "KRW") -> Order:
    return Order.objects.create(
        workspace_id=member.workspace_id,
        person=person,
        number=str(uuid7()),
        placed_at=NOW - timedelta(days=days_ago),
        amount=amount,
        currency=currency,
        event_id=uuid7(),
    )


def strength(member: Member, person: Person, score: int, trend: int) -> Strength:
    return Strength.objects.create(
        workspace_id=member.workspace_id, person=person, score=score, trend=trend, computed_at=NOW
    )


def test_home_counts_people_and_orders_of_thirty_days(inside: Cast) -> None:
    haneul = make_person(inside.admin, name="김하늘", first_seen_at=NOW - timedelta(days=31))
    make_person(inside.admin, name="이도윤")
    order(inside.admin, haneul, 39_000, days_ago=29)
    order(inside.admin, haneul, 11_000, days_ago=1)
    order(inside.admin, haneul, 70_000, days_ago=31)
    order(inside.admin, haneul, 5, days_ago=1, currency="USD")
    day = day_of(inside.admin, now=NOW)
    assert (day.people.value, day.newcomers.value) == (2, 1)
    assert (day.sales.orders, day.sales.amount) == (2, Decimal(50_000))


def test_the_orders_of_thirty_days_stand_as_bars(inside: Cast) -> None:
    haneul = make_person(inside.admin)
    for days_ago in (0, 0, 29):
        order(inside.admin, haneul, 1_000, days_ago=days_ago)
    days = day_of(inside.admin, now=NOW).sales.days
    assert len(days) == 31
    assert [(day.on.isoformat(), day.orders, day.height, day.y) for day in days if day.orders] == [
        ("2026-10-24", 1, 20.0, 20.0),
        ("2026-11-22", 2, 40.0, 0.0),
    ]
    assert sorted(day.x for day in days) == [day.x for day in days]


def test_visitors_without_a_name_are_not_people_yet(inside: Cast) -> None:
    make_person(inside.admin, name="", is_anonymous=True)
    assert day_of(inside.admin, now=NOW).people.value == 0


def test_promises_are_shown_when_late_or_due_within_a_week_until_they_end(inside: Cast) -> None:
    haneul = make_person(inside.admin)
    promise(inside.admin, haneul, "다음 주", days=6)
    promise(inside.admin, haneul, "어제까지", days=-1)
    promise(inside.admin, haneul, "한참 뒤", days=8)
    ended = promise(inside.admin, haneul, "지킨 약속", days=1)
    PromiseEnd.objects.create(
        workspace_id=inside.workspace.pk, promise=ended, outcome=PromiseOutcome.KEPT, by=inside.admin, at=NOW
    )
    assert [kept.sentence for kept in day_of(inside.admin, now=NOW).promises] == ["어제까지", "다음 주"]


def test_fading_people_come_in_the_order_of_their_loss(inside: Cast) -> None:
    for name, score, trend in (("김하늘", 60, -6), ("이도윤", 40, -20), ("박서연", 90, -4), ("최지우", 70, 3)):
        strength(inside.admin, make_person(inside.admin, name=name), score, trend)
    assert [row.person.name for row in day_of(inside.admin, now=NOW).fading] == ["이도윤", "김하늘"]


def test_a_sales_person_sees_the_day_of_the_own_team(inside: Cast) -> None:
    ours = make_person(inside.admin, name="지은의 고객", owner=inside.jieun)
    theirs = make_person(inside.admin, name="Dana의 고객", owner=inside.dana)
    for person in (ours, theirs):
        order(inside.admin, person, 1_000, days_ago=1)
        promise(inside.admin, person, person.name, days=1)
        strength(inside.admin, person, 50, -10)
    for member in (inside.jieun, inside.minsu):
        day = day_of(member, now=NOW)
        assert (day.people.value, day.sales.orders) == (1, 1)
        assert [kept.sentence for kept in day.promises] == ["지은의 고객"]
        assert [row.person.name for row in day.fading] == ["지은의 고객"]
    assert [row.person.name for row in day_of(inside.dana, now=NOW).fading] == ["Dana의 고객"]


def test_home_page_of_another_workspace_shows_nothing_of_ours(inside: Cast, client_of: ClientOf) -> None:
    haneul = make_person(inside.admin, name="김하늘")
    promise(inside.admin, haneul, "우리 약속", days=1)
    ours = client_of(inside.admin).get("/").content.decode()
    theirs = client_of(inside.lee).get("/").content.decode()
    assert "우리 약속" in ours
    assert "우리 약속" not in theirs
    assert "김하늘" not in theirs


@pytest.mark.parametrize("people", [1, 3])
def test_home_page_costs_the_same_for_many(
    inside: Cast, client_of: ClientOf, people: int, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    for number in range(people):
        person = make_person(inside.admin, name=f"고객 {number}")
        promise(inside.admin, person, "약속", days=-number)
        strength(inside.admin, person, 50, -10)
    client = client_of(inside.admin)
    client.get("/")
    with django_assert_num_queries(27):
        assert client.get("/").status_code == 200


def test_empty_house_offers_first_steps_to_those_who_may_take_them(inside: Cast) -> None:
    assert [step.is_done for step in day_of(inside.admin, now=NOW).steps] == [False, False, False, False]
    assert day_of(inside.jieun, now=NOW).steps == []
    make_person(inside.admin)
    assert [step.is_done for step in day_of(inside.admin, now=NOW).steps] == [True, False, False, False]


def test_nobody_gets_in_without_signing_in(client: Client, db: None) -> None:
    answer = client.get("/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/")
