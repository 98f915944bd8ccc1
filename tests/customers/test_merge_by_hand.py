"""Merging two whom a member chose: from the list, from the page of one of them, and the page that shows both."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import Company, Merge, Person
from dangol.kit import tenancy
from dangol.workspaces.models import Member
from tests.factories import make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]


@pytest.fixture
def both(cast: Cast) -> tuple[Person, Person]:
    """Return two of 지은's customers whom no comparison would bring together."""
    with tenancy.workspace(cast.workspace.pk):
        one = make_person(cast.jieun, name="김하늘", email="haneul@example.com", owner=cast.jieun)
        return one, make_person(cast.jieun, name="박민준", email="minjun@example.com", owner=cast.jieun, city="서울")


def url(*rows: Person | Company, kind: str = "person") -> str:
    return f"/merges/{kind}/" + "".join(f"{row.pk}/" for row in rows)


def test_the_other_one_is_searched_from_the_page_of_the_one(
    cast: Cast, both: tuple[Person, Person], client_of: SignIn
) -> None:
    one, other = both
    with tenancy.workspace(cast.workspace.pk):
        make_person(cast.dana, name="박민준", email="secret@example.com", owner=cast.dana)
    client = client_of(cast.minsu)
    assert url(one) in client.get(f"/people/{one.pk}/").content.decode()
    page = client.get(url(one), {"q": "박민준"}).content.decode()
    assert url(one, other) in page
    assert "secret@example.com" not in page
    assert url(one, other) not in client.get(url(one), {"q": "없는사람"}).content.decode()


def test_two_become_one_by_choice_and_part_again(cast: Cast, both: tuple[Person, Person], client_of: SignIn) -> None:
    one, other = both
    client = client_of(cast.minsu)
    page = client.get(url(one, other)).content.decode()
    assert 'name="field.email" value="keep" checked' in page
    assert 'name="field.city" value="merge" checked' in page
    exchanged = client.get(url(one, other), {"keep": str(other.pk)}).content.decode()
    assert f'name="keep" value="{other.pk}"' in exchanged
    answer = client.post(url(one, other), {"keep": str(other.pk), "field.name": "merge", "field.city": "keep"})
    assert answer.headers["Location"] == f"/people/{other.pk}/"
    with tenancy.workspace(cast.workspace.pk):
        kept, merge = Person.objects.get(), Merge.objects.get()
        assert (kept.pk, kept.name, kept.email, kept.city) == (other.pk, "김하늘", "minjun@example.com", "서울")
    client.post(f"/merges/{merge.pk}/undo/")
    with tenancy.workspace(cast.workspace.pk):
        assert set(Person.objects.values_list("name", flat=True)) == {"김하늘", "박민준"}


def test_two_ticked_rows_of_the_list_lead_there(cast: Cast, both: tuple[Person, Person], client_of: SignIn) -> None:
    client = client_of(cast.jieun)
    assert 'value="merge"' in client.get("/lists/people/changes/inputs/").content.decode()
    ids = [str(row.pk) for row in both]
    answer = client.post("/lists/people/changes/", {"act": "merge", "ids": ids})
    assert answer.headers["Location"] == url(*both)
    alone = client.post("/lists/people/changes/", {"act": "merge", "ids": ids[:1]}, follow=True)
    assert "합칠 두 줄만 선택해 주세요." in alone.content.decode()


def test_companies_are_merged_by_hand_too(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        one, other = (Company.objects.create(workspace=cast.workspace, name=name) for name in ("단골상회", "한빛상사"))
    client = client_of(cast.jieun)
    assert f"/duplicates/of/company/{one.pk}/" in client.get(f"/companies/{one.pk}/").content.decode()
    assert url(one, other, kind="company") in client.get(url(one, kind="company"), {"q": "한빛"}).content.decode()
    client.post(url(one, other, kind="company"), {"keep": str(one.pk), "field.name": "merge"})
    with tenancy.workspace(cast.workspace.pk):
        assert Company.objects.get().name == "한빛상사"


def test_strangers_and_analysts_merge_nobody(cast: Cast, both: tuple[Person, Person], client_of: SignIn) -> None:
    one, other = both
    for stranger in (cast.dana, cast.lee):
        client = client_of(stranger)
        for page in (url(one), url(one, other)):
            assert client.get(page).status_code == 404
        assert client.post(url(one, other), {"keep": str(one.pk)}).status_code == 404
    assert client_of(cast.jieun).get(url(one, one)).status_code == 404
    assert client_of(cast.jieun).get(url(one, kind="household")).status_code == 404
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.count() == 2


@pytest.mark.parametrize("count", [1, 3])
def test_the_search_costs_the_same_for_few_and_for_many(
    cast: Cast, both: tuple[Person, Person], client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:  # fmt: skip
    with tenancy.workspace(cast.workspace.pk):
        for number in range(count):
            make_person(cast.jieun, name="최서연", email=f"s{number}@example.com", owner=cast.jieun)
    client = client_of(cast.jieun)
    client.get(url(both[0]), {"q": "최서연"})
    with django_assert_num_queries(15):
        assert client.get(url(both[0]), {"q": "최서연"}).content.decode().count("s0@example.com") == 1
