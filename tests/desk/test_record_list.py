"""The list of an own object's records: found by conditions that stand in the address."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import CustomObject, CustomRecord
from dangol.customers.operations import (
    FieldDetails,
    ObjectDetails,
    RecordDetails,
    create_record,
    define_field,
    define_object,
    fill_field_index,
)
from dangol.kit import tenancy
from dangol.workspaces.models import Member, User
from tests.desk.test_lists import names
from tests.factories import NOW
from tests.people import Cast

SignIn = Callable[[Member], Client]
PATH = "/records/of/contract/"
NAMED = {"c:kind": "all", "c.0:kind": "attribute", "c.0:attribute": "name", "c.0:operator": "contains"}
SEATS = {"c:kind": "all", "c.0:kind": "attribute", "c.0:attribute": "fields.seats", "c.0:operator": "more_than"}
HTMX = {"HX-Request": "true"}


def record(cast: Cast, own: CustomObject, name: str, *, owner: Member | None = None, seats: int = 1) -> CustomRecord:
    details = RecordDetails(name=name, owner_id=owner.pk if owner else None, values={"seats": seats})
    return create_record(custom_object=own, member=cast.admin, details=details, now=NOW)


def contracts(cast: Cast) -> CustomObject:
    own = define_object(
        member=cast.admin, details=ObjectDetails(label="Contract", plural="Contracts", key="contract"), now=NOW
    )
    details = FieldDetails(label="Seats", key="seats", kind="number", is_filterable=True)
    seats = define_field(member=cast.admin, object="contract", details=details, now=NOW)
    fill_field_index(workspace_id=seats.workspace_id, definition_id=seats.pk)
    return own


@pytest.fixture
def drawer(cast: Cast) -> Cast:
    """Three contracts: of 지은, of Dana, of nobody. Lee has one of the same kind."""
    User.objects.update(language="en")
    with tenancy.workspace(cast.workspace.pk):
        own = contracts(cast)
        record(cast, own, "Rent 가", owner=cast.jieun, seats=5)
        record(cast, own, "Rent 나", owner=cast.dana, seats=50)
        record(cast, own, "Sale 다", seats=500)
    return cast


def test_records_are_filtered_by_columns_and_fields(drawer: Cast, client_of: SignIn) -> None:
    admin = client_of(drawer.admin)

    def found(**asked: str) -> list[str]:
        return names(admin.get(PATH, asked).content.decode())

    assert found() == ["Rent 가", "Rent 나", "Sale 다"]
    assert found(**NAMED, **{"c.0:value": "rent"}) == ["Rent 가", "Rent 나"]
    assert found(**SEATS, **{"c.0:value": "5"}) == ["Rent 나", "Sale 다"]
    assert found(**SEATS, **{"c.0:value": "5"}, q="나") == ["Rent 나"]
    assert found(**{**SEATS, "c:kind": "not"}, **{"c.0:value": "5"}) == ["Rent 가"]
    owned = {"c.1:kind": "attribute", "c.1:attribute": "owner", "c.1:operator": "is_set"}
    assert found(**SEATS, **{"c.0:value": "5"}, **owned) == ["Rent 나"]
    either = {**SEATS, "c:kind": "any", "c.0:value": "400"}
    assert found(**either, **owned) == ["Rent 가", "Rent 나", "Sale 다"]


def test_the_sentence_stands_above_and_the_filter_can_be_cleared(drawer: Cast, client_of: SignIn) -> None:
    jieun = client_of(drawer.jieun)
    page = jieun.get(PATH, {**SEATS, "c.0:value": "5", "q": "다"}).content.decode()
    assert "Contracts whose Seats is more than 5" in page
    assert f'href="{PATH}?q=%EB%8B%A4">Clear the filter' in page
    assert '<option value="fields.seats" selected>Seats</option>' in page
    nothing = jieun.get(PATH, {**SEATS, "c.0:value": "5000"}).content.decode()
    assert ("Nothing fits the filter" in nothing, names(nothing)) == (True, [])
    plain = jieun.get(PATH).content.decode()
    assert ("Clear the filter" in plain, "c:kind" in plain) == (False, False)
    part = jieun.get(PATH, {**SEATS, "c.0:value": "5"}, headers=HTMX).content.decode()
    assert part.startswith('<div id="records"')


def test_the_builder_answers_by_itself_and_works_without_script(drawer: Cast, client_of: SignIn) -> None:
    jieun = client_of(drawer.jieun)
    part = jieun.post(PATH, {"q": "", "act": "add c"}, headers=HTMX).content.decode()
    assert part.startswith('<segment-builder id="builder"')
    for shown in (
        'name="c.0:attribute"',
        '<option value="external_id">',
        '<option value="fields.seats">',
        "<details class=",
    ):
        assert shown in part
    assert "Their" not in part
    page = jieun.get(PATH, {"act": "add c"}).content.decode()
    assert ('name="c.0:attribute"' in page, names(page)) == (True, ["Rent 가", "Sale 다"])


def test_an_unfinished_filter_shows_nothing_and_says_where(drawer: Cast, client_of: SignIn) -> None:
    page = client_of(drawer.jieun).get(PATH, {**SEATS, "c.0:value": "many"}).content.decode()
    assert ("The filter is not complete." in page, "Enter a number." in page, names(page)) == (True, True, [])


@pytest.mark.parametrize("junk", [{"c.9.9.9:kind": "x"}, {"c.0:kind": "eval", "c:kind": "all"}, {"c:kind": "x\x00"}])
def test_crooked_addresses_never_crash(drawer: Cast, client_of: SignIn, junk: dict[str, str]) -> None:
    assert client_of(drawer.jieun).get(PATH, junk).status_code == 200


def test_everybody_finds_only_what_they_may_see(drawer: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(drawer.other_workspace.pk):
        own = define_object(member=drawer.lee, details=ObjectDetails(label="Pet", plural="Pets", key="pet"), now=NOW)
        details = RecordDetails(name="Theirs", owner_id=None, values={})
        create_record(custom_object=own, member=drawer.lee, details=details, now=NOW)
    asked = {**SEATS, "c.0:value": "1"}
    for member, seen in (
        (drawer.jieun, ["Rent 가", "Sale 다"]), (drawer.minsu, ["Rent 가", "Sale 다"]),
        (drawer.dana, ["Rent 나", "Sale 다"]), (drawer.admin, ["Rent 가", "Rent 나", "Sale 다"]),
    ):  # fmt: skip
        assert names(client_of(member).get(PATH, asked).content.decode()) == seen
    lee = client_of(drawer.lee)
    assert (lee.get(PATH, asked).status_code, lee.post(PATH, asked, headers=HTMX).status_code) == (404, 404)
    named = {**NAMED, "c.0:value": "e"}
    assert names(lee.get("/records/of/pet/", named).content.decode()) == ["Theirs"]


@pytest.mark.parametrize("count", [1, 3])
def test_a_filtered_list_costs_the_same_for_one_and_for_three(
    cast: Cast, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        own = contracts(cast)
        for number in range(count):
            record(cast, own, f"계약 {number}", owner=cast.jieun, seats=9)
    client = client_of(cast.jieun)
    with django_assert_num_queries(19):
        page = client.get(PATH, {**SEATS, "c.0:value": "1"}).content.decode()
    assert page.count("data-row-link") == count


def test_pages_follow_one_another_within_the_filter(drawer: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(drawer.workspace.pk):
        own = CustomObject.objects.get(key="contract")
        for number in range(60):
            record(drawer, own, f"Many {number:02}", seats=7)
    jieun = client_of(drawer.jieun)
    first = jieun.get(PATH, {**NAMED, "c.0:value": "many"})
    following = first.content.decode().split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = names(jieun.get(f"{PATH}{following}").content.decode())
    assert names(first.content.decode()) + second == [f"Many {number:02}" for number in range(60)]


def test_who_may_import_finds_the_way_to_it(drawer: Cast, client_of: SignIn) -> None:
    door = "/people/import/?target=record:contract"
    assert door in client_of(drawer.admin).get(PATH).content.decode()
    assert door not in client_of(drawer.jieun).get(PATH).content.decode()
    page = client_of(drawer.admin).get(door).content.decode()
    assert '<option value="record:contract" selected>' in page
