"""What a law kept of somebody who was erased goes when its years are over."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from dangol.customers.contracts import Keep
from dangol.customers.models import ConsentEntry, Person, RightsRequest
from dangol.customers.operations import end_keeping, erase_people, give_consent, take_request
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.tracking.models import Order
from dangol.workspaces.models import Workspace
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db
YEAR = timedelta(days=366)


def bought(person: Person, number: str, at: datetime) -> None:
    Order.objects.create(
        workspace_id=person.workspace_id, person=person, number=number, placed_at=at, amount=Decimal(100),
        currency="KRW", item_count=1, event_id=uuid7(),
    )  # fmt: skip


def erased(cast: Cast, at: datetime) -> tuple[Person, RightsRequest]:
    """Erase somebody with an old order, a new one and a consent, at that moment."""
    person = make_person(cast.jieun, name="김하늘")
    bought(person, "A-1", at - 6 * YEAR)
    bought(person, "A-2", at - YEAR)
    give_consent(person=person, channel="email", purpose="marketing", at=at - 4 * YEAR, source="web")
    request = take_request(person=person, kind="erasure", member=cast.admin, now=at)
    erase_people(workspace_id=cast.workspace.pk, ids=[person.pk], member=cast.admin, now=at, request=request)
    request.refresh_from_db()
    return person, request


def left(cast: Cast) -> tuple[list[str], int, int]:
    """Run the job; return the orders, the lines of the ledger and the rows without a name that are left."""
    end_keeping(workspace_id=cast.workspace.pk)
    with tenancy.open_trash():
        nameless = Person.objects.filter(origin="erased").count()
    orders = Order.objects.order_by("number").values_list("number", flat=True)
    return list(orders), ConsentEntry.objects.count(), nameless


def rules(request: RightsRequest) -> dict[str, tuple[str, str]]:
    request.refresh_from_db()
    kept = ("tracking_order", "customers_consententry")
    return {line["place"]: (line["rule"], line["until"]) for line in request.results if line["place"] in kept}


def test_each_kind_goes_when_its_own_years_are_over(inside: Cast) -> None:
    bought(make_person(inside.jieun, name="이도윤"), "B-1", NOW - 20 * YEAR)
    _person, request = erased(inside, NOW)
    until = {"tracking_order": ("kept", "2031-11-22"), "customers_consententry": ("kept", "2029-11-22")}
    assert rules(request) == until
    for _time in range(2):
        assert left(inside) == (["A-2", "B-1"], 1, 1)
    assert rules(request) == until


def test_after_all_years_nothing_is_left_and_the_report_says_so(inside: Cast) -> None:
    _person, request = erased(inside, datetime(2019, 2, 28, tzinfo=UTC))
    assert left(inside) == ([], 0, 0)
    assert rules(request) == {
        "tracking_order": ("ended", "2024-02-28"),
        "customers_consententry": ("ended", "2022-02-28"),
    }


def test_the_29th_of_february_ends_a_day_earlier() -> None:
    assert Keep("law", 5).until(datetime(2024, 2, 29, tzinfo=UTC)).isoformat() == "2029-02-28"
    assert Keep("law", 5).until(datetime(2024, 3, 1, tzinfo=UTC)).isoformat() == "2029-03-01"


def test_nobody_elses_rows_go(inside: Cast) -> None:
    with tenancy.workspace(inside.other_workspace.pk):
        stranger = make_person(inside.lee)
        bought(stranger, "L-1", NOW - 20 * YEAR)
        Person.objects.filter(pk=stranger.pk).update(origin="erased")
    alive = make_person(inside.jieun, origin="erased")
    bought(alive, "B-1", NOW - 20 * YEAR)
    assert left(inside) == (["B-1"], 0, 1)
    assert Workspace.objects.count() == 2
    with tenancy.workspace(inside.other_workspace.pk):
        assert list(Order.objects.values_list("number", flat=True)) == ["L-1"]
