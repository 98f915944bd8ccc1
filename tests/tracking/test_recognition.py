"""Who was it: visitors who become known, aliases, and people who are never merged in silence."""

import contextlib
from itertools import pairwise, permutations
from typing import Any

import psycopg
import pytest
from django.db import connection, transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.customers.models import DuplicatePair, Identity, Person
from dangol.customers.operations.recognition import KNOWN
from dangol.kit import tenancy
from dangol.kit.new_rows import insert_rows
from dangol.tracking.models import DailyCount, DeadLetter, Event, Order
from tests import databases
from tests.people import Cast, make_cast
from tests.tracking.test_processing import Inbox, inbox, track

__all__ = ["inbox"]

PRODUCT_VIEWED = {"type": "track", "event": "Product Viewed"}
ORDER = {"type": "track", "event": "Order Completed", "properties": {"order_id": "A-1", "total": 5000}}
STORY: list[dict[str, Any]] = [
    PRODUCT_VIEWED | {"anonymousId": "a", "timestamp": "2026-11-20T01:00:00Z"},
    PRODUCT_VIEWED | {"anonymousId": "a", "timestamp": "2026-11-20T02:00:00Z"},
    ORDER | {"anonymousId": "a", "timestamp": "2026-11-20T03:00:00Z"},
    {
        "type": "identify",
        "anonymousId": "a",
        "timestamp": "2026-11-20T03:30:00Z",
        "traits": {"name": "하늘", "city": "서울"},
    },
    {
        "type": "identify",
        "userId": "u1",
        "anonymousId": "a",
        "timestamp": "2026-11-20T04:00:00Z",
        "traits": {"name": "김하늘", "grade": "silver"},
    },
    {"type": "identify", "userId": "u1", "timestamp": "2026-11-21T04:00:00Z", "traits": {"grade": "gold"}},
    PRODUCT_VIEWED | {"userId": "u1", "timestamp": "2026-11-21T05:00:00Z"},
]


class Undo(Exception):
    """Rolls one example back."""


@settings(max_examples=40, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(order=st.permutations(STORY), cuts=st.sets(st.integers(1, 6)))
def test_the_order_of_arrival_does_not_matter(inbox: Inbox, order: list[dict[str, Any]], cuts: set[int]) -> None:
    edges = [0, *sorted(cuts), len(order)]
    with contextlib.suppress(Undo), transaction.atomic():
        for start, end in pairwise(edges):
            inbox.put("batch", {"batch": order[start:end]})
            inbox.process()
        with tenancy.workspace(inbox.workspace.pk):
            assert outcome() == {
                "people": [("김하늘", "서울", {"grade": "gold"}, "u1")],
                "identities": {("anonymous_id", "a"), ("external_id", "u1")},
                "events of nobody": 0,
                "events": 7,
                "counts": {("Product Viewed", 2), ("Product Viewed", 1), ("Order Completed", 1)},
                "orders": [("A-1", 5000)],
                "letters": 0,
            }
        raise Undo


def outcome() -> dict[str, Any]:
    return {
        "people": list(Person.objects.values_list("name", "city", "fields", "external_id")),
        "identities": set(Identity.objects.values_list("kind", "value")),
        "events of nobody": Event.objects.filter(person=None).count(),
        "events": Event.objects.count(),
        "counts": set(DailyCount.objects.values_list("name", "count")),
        "orders": list(Order.objects.values_list("number", "amount")),
        "letters": DeadLetter.objects.count(),
    }


def test_a_visitor_who_is_never_named_stays_nobody(inbox: Inbox) -> None:
    inbox.take({"type": "track", "anonymousId": "a", "event": "Product Viewed"})
    with tenancy.workspace(inbox.workspace.pk):
        assert (Person.objects.count(), Event.objects.get().person_id) == (0, None)


def test_an_imported_person_is_recognised_by_e_mail_and_learns_the_number(cast: Cast, inbox: Inbox) -> None:
    from tests.factories import make_person

    with tenancy.workspace(inbox.workspace.pk):
        person = make_person(cast.jieun, email="haneul@example.com")
    inbox.take({"type": "identify", "userId": "u1", "traits": {"email": " Haneul@Example.com "}})
    with tenancy.workspace(inbox.workspace.pk):
        person.refresh_from_db()
        assert (Person.objects.count(), person.external_id, person.name) == (1, "u1", "김하늘")
        assert set(Identity.objects.values_list("kind", "person_id")) == {
            ("email", person.pk),
            ("external_id", person.pk),
        }


def test_two_numbers_with_one_e_mail_stay_two_people_and_it_is_told(inbox: Inbox) -> None:
    for number in ("u1", "u2"):
        inbox.take({"type": "identify", "userId": number, "traits": {"email": "family@example.com"}})
    with tenancy.workspace(inbox.workspace.pk):
        assert set(Person.objects.values_list("external_id", "email")) == {
            ("u1", "family@example.com"),
            ("u2", "family@example.com"),
        }
        assert suggestions() == [{"u1", "u2"}]
        assert Event.objects.count() == 2


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_an_alias_names_a_visitor_in_any_order(inbox: Inbox, order: tuple[int, ...]) -> None:
    events = [
        {"type": "track", "anonymousId": "a", "event": "Product Viewed"},
        {"type": "alias", "previousId": "a", "userId": "u1"},
        track(),
    ]
    inbox.take(*(events[place] for place in order))
    with tenancy.workspace(inbox.workspace.pk):
        person = Person.objects.get()
        assert set(Event.objects.values_list("person_id", flat=True)) == {person.pk}


def test_an_alias_between_two_known_people_suggests_that_they_are_one(inbox: Inbox) -> None:
    inbox.take(track(), track(userId="u2"), {"type": "alias", "previousId": "u1", "userId": "u2"})
    with tenancy.workspace(inbox.workspace.pk):
        assert Person.objects.count() == 2
        assert suggestions() == [{"u1", "u2"}]
        assert Event.objects.filter(kind="alias").count() == 1


def suggestions() -> list[set[str]]:
    return [{pair.person.external_id, pair.other_person.external_id} for pair in DuplicatePair.objects.all()]


def test_a_shared_device_keeps_its_first_person(inbox: Inbox) -> None:
    inbox.take(
        track(userId="u1", anonymousId="tablet"),
        track(userId="u2", anonymousId="tablet"),
        {"type": "track", "anonymousId": "tablet", "event": "Product Viewed"},
    )
    with tenancy.workspace(inbox.workspace.pk):
        numbers = Event.objects.order_by("id").values_list("person__external_id", flat=True)
        assert list(numbers) == ["u1", "u2", "u1"]


def test_traits_become_columns_and_the_rest_custom_fields(inbox: Inbox) -> None:
    traits = {
        "firstName": "하늘", "lastName": "김", "phone": "010-1234-5678", "birthday": "1990-03-02T00:00:00Z",
        "address": {"street": "세종대로 1", "city": "서울", "postalCode": "04524", "country": "kr"}, "favourite": "tea",
    }  # fmt: skip
    context = {"locale": "ko-KR", "timezone": "Asia/Seoul"}
    inbox.take({"type": "identify", "userId": "u1", "traits": traits, "context": context})
    with tenancy.workspace(inbox.workspace.pk):
        person = Person.objects.get()
    assert (person.name, person.phone, person.language, person.time_zone) == (
        "김하늘",
        "+821012345678",
        "ko",
        "Asia/Seoul",
    )
    assert (person.address, person.city, person.country) == ("04524 서울 세종대로 1", "서울", "KR")
    assert (str(person.born_on), person.fields, person.initials) == ("1990-03-02", {"favourite": "tea"}, "ㄱㅎㄴ")


def test_values_that_no_column_can_hold_stay_in_the_custom_fields(inbox: Inbox) -> None:
    traits = {"email": "nobody", "phone": "?", "timezone": "Mars/Base", "birthday": "soon", "name": 7, "address": 1}
    inbox.take({"type": "identify", "userId": "u1", "traits": traits})
    with tenancy.workspace(inbox.workspace.pk):
        person = Person.objects.get()
        assert (person.email, person.phone, person.time_zone, person.born_on, person.name) == ("", "", "", None, "")
        assert person.fields == traits
        assert set(Identity.objects.values_list("kind", flat=True)) == {"external_id"}


def test_any_call_may_say_who_by_address_or_number(inbox: Inbox) -> None:
    """Tills and shops that know no customer number: the address is stronger than the number, which families share."""
    by_phone = {"context": {"traits": {"phone": "010-1234-5678"}}}
    by_both = {"context": {"traits": {"phone": "010-1234-5678", "email": "Haneul@Example.com"}}}
    inbox.put("batch", {"batch": [PRODUCT_VIEWED | by_phone, PRODUCT_VIEWED | by_both]})
    inbox.put("track", PRODUCT_VIEWED | by_phone)
    inbox.put("track", PRODUCT_VIEWED | {"context": {"traits": {"phone": "no number"}}})
    inbox.process()
    with tenancy.workspace(inbox.workspace.pk):
        told = {(person.email, person.phone): DailyCount.objects.filter(person=person).count() for person in people()}
        assert told == {("", "+821012345678"): 1, ("haneul@example.com", "+821012345678"): 1}
        assert sum(DailyCount.objects.values_list("count", flat=True)) == 3
        assert Event.objects.filter(person=None).count() == 1


def people() -> list[Person]:
    return list(Person.objects.order_by("pk"))


def test_a_key_is_looked_up_by_itself_however_many_are_known(committed_db: str) -> None:
    """Behind the wall between tenants, a join on what is read out of JSON would look at every key that is known."""
    with transaction.atomic():
        inbox = Inbox(make_cast())
    place = inbox.workspace.pk
    inbox.put("identify", {"userId": "u1"})
    inbox.process()
    with tenancy.workspace(place):
        of_one = {"workspace_id": place, "person_id": Person.objects.get().pk, "kind": "anonymous_id", "origin": "web"}
        insert_rows([Identity(value=f"browser {number}", **of_one) for number in range(2000)])
    with psycopg.connect(databases.url_of(databases.OWNER, committed_db), autocommit=True) as owner:
        owner.execute("ANALYZE customers_identity")
    with tenancy.workspace(place), connection.cursor() as cursor:
        cursor.execute(f"EXPLAIN {KNOWN}", ['[["external_id", "u1"]]', place])
        looked_up = [line for (line,) in cursor.fetchall() if "Index Cond" in line]
    assert len(looked_up) == 1
    assert "kind" in looked_up[0]
    assert "value" in looked_up[0]
