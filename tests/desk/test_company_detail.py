"""The page of one company: who belongs to it, and what their stories tell together."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dangol.customers.enums import RelationKind
from dangol.customers.models import Company, Person
from dangol.customers.operations import CompanyDetails, create_company, relate
from dangol.customers.queries.ties import ties_of
from dangol.desk.queries.tie_map import shortened, tie_map
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.relations import operations
from dangol.relations.models import Strength
from dangol.tracking.models import Order
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]
QUERIES = 22


def firm(member: Member, name: str = "㈜한빛상사", **details: object) -> Company:
    return create_company(member=member, details=CompanyDetails(name=name, **details), now=NOW)  # type: ignore[arg-type] # any detail


def employee(cast: Cast, company: Company, name: str, *, owner: Member | None = None, score: int = 0) -> Person:
    """Make a person who works there, ordered once, and with whom the relationship is so strong."""
    person = make_person(cast.jieun, name=name, owner=owner)
    relate(member=cast.jieun, source=person, target=company, kind=RelationKind.WORKS_AT, title="과장", now=NOW)
    Order.objects.create(
        workspace_id=person.workspace_id, person=person, number=str(uuid7()), amount=Decimal(12000), currency="KRW",
        placed_at=timezone.now() - timedelta(days=3), item_count=1, event_id=uuid7(),
    )  # fmt: skip
    operations.tell_purchases(workspace_id=person.workspace_id, person_ids=[person.pk], now=timezone.now())
    operations.measure(workspace_id=person.workspace_id, person_ids=[person.pk], now=timezone.now())
    if score:
        Strength.objects.filter(person=person).update(score=score)
    return person


def test_the_page_tells_of_its_people_together(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        company = firm(cast.jieun, business_number="124-81-00998", industry="도매", owner_id=cast.jieun.pk)
        for name, score in (("김하늘", 72), ("박민준", 40), ("이서연", 10)):
            employee(cast, company, name, score=score)
        former = make_person(cast.jieun, name="최전임")
        relate(
            member=cast.jieun, source=former, target=company, kind=RelationKind.DECIDES, since=date(2020, 1, 1),
            until=date(2024, 2, 1), now=NOW,
        )  # fmt: skip
    cast.minsu.user.language = "en"
    cast.minsu.user.save()
    page = client_of(cast.minsu).get(f"/companies/{company.pk}/").content.decode()
    assert "124-81-00998" in page
    assert "Closest to 김하늘 (72) of the 3 people here whose strength is known." in page
    assert "In the middle: 40 of 100" in page
    assert "₩36,000" in page
    assert "3 orders" in page
    assert page.count('class="timeline-item') == 6
    assert "decided here from January 2020 until February 2024" in page
    assert '<svg viewBox="0 0 720' in page


def test_an_empty_company_teaches_what_to_do(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        company = firm(cast.jieun)
    page = client_of(cast.jieun).get(f"/companies/{company.pk}/").content.decode()
    assert f"/relations/company/{company.pk}/new/" in page
    assert "tie-map" not in page


def test_nothing_of_people_whom_a_member_may_not_see_is_told(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        company = firm(cast.jieun)
        employee(cast, company, "김하늘", owner=cast.jieun, score=30)
        employee(cast, company, "박비밀", owner=cast.dana, score=90)
    page = client_of(cast.minsu).get(f"/companies/{company.pk}/").content.decode()
    assert "박비밀" not in page
    assert "90" not in page.split('id="strength"')[1].split("</section>")[0]
    assert "12,000" in page
    assert "24,000" not in page
    assert client_of(cast.lee).get(f"/companies/{company.pk}/").status_code == 404


@pytest.mark.parametrize("count", [1, 3])
def test_the_page_costs_the_same_for_one_and_for_three(
    cast: Cast, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        company = firm(cast.jieun)
        for number in range(count):
            employee(cast, company, f"김하늘{number}", owner=cast.jieun)
            relate(
                member=cast.jieun, source=firm(cast.jieun, f"자회사{number}"), target=company,
                kind=RelationKind.PART_OF, now=NOW,
            )  # fmt: skip
    client = client_of(cast.jieun)
    with django_assert_num_queries(QUERIES):
        assert client.get(f"/companies/{company.pk}/").status_code == 200


def test_the_story_goes_on_page_by_page(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        company = firm(cast.jieun)
        for number in range(8):
            employee(cast, company, f"김하늘{number}")
    client = client_of(cast.jieun)
    first = client.get(f"/companies/{company.pk}/").content.decode()
    assert first.count('class="timeline-item') == 15
    more = first.split('id="story"')[1].split('hx-get="')[1].split('"')[0]
    rest = client.get(more, headers={"HX-Request": "true"}).content.decode()
    assert rest.count('class="timeline-item') == 1
    assert "<html" not in rest


def test_the_map_puts_deciders_left_and_the_group_above_and_below(inside: Cast) -> None:
    company, parent, child = (firm(inside.jieun, name) for name in ("한빛상사", "한빛지주", "한빛물류"))
    boss, clerk = make_person(inside.jieun, name="김사장"), make_person(inside.jieun, name="이대리")
    for source, target, kind in (
        (boss, company, RelationKind.WORKS_AT),
        (boss, company, RelationKind.DECIDES),
        (clerk, company, RelationKind.WORKS_AT),
        (company, parent, RelationKind.PART_OF),
        (child, company, RelationKind.PART_OF),
    ):
        relate(member=inside.jieun, source=source, target=target, kind=kind, now=NOW)
    picture = tie_map(company, ties_of(company, inside.jieun))
    assert picture is not None
    places = {pill.label: (pill.x, pill.y, pill.is_power) for pill in picture.pills}
    middle = (picture.height - 40) // 2
    assert places == {
        "김사장": (0, middle, True),
        "이대리": (520, middle, False),
        "한빛지주": (260, middle - 54, False),
        "한빛물류": (260, middle + 54, False),
    }
    assert all(0 <= pill.y <= picture.height - 40 for pill in picture.pills)
    assert (picture.left_out, picture.height) == (0, 162)


def test_the_map_counts_whom_it_leaves_out(inside: Cast) -> None:
    company = firm(inside.jieun)
    for number in range(10):
        person = make_person(inside.jieun, name=f"김하늘{number}")
        relate(member=inside.jieun, source=person, target=company, kind=RelationKind.WORKS_AT, now=NOW)
    picture = tie_map(company, ties_of(company, inside.jieun))
    assert picture is not None
    assert (len(picture.pills), picture.left_out) == (8, 2)
    assert tie_map(company, []) is None


@pytest.mark.parametrize(
    ("text", "shown"), [("한빛상사", "한빛상사"), ("가나다라마바사", "가나다라…"), ("abcdefghij", "abcdefghij")]
)
def test_a_long_name_is_cut_by_its_width(text: str, shown: str) -> None:
    assert shortened(text, 10) == shown
