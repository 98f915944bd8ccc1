"""The pages on which an administrator says whom the rights of a role or a colleague reach."""

from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import Person, Tag
from dangol.kit import tenancy
from dangol.workspaces.models import AuditEntry, CustomRole, Member
from tests.desk.test_lists import names
from tests.factories import make_person
from tests.people import Cast

ClientOf = Callable[[Member], Client]
BUSAN = {"c:kind": "all", "c.0:kind": "attribute", "c.0:attribute": "city", "c.0:operator": "is", "c.0:value": "부산"}
KEPT = {
    "kind": "all",
    "conditions": [{"kind": "attribute", "attribute": "city", "operator": "is", "value": "부산"}],
}
SAVE = {"save": "1"}


@pytest.fixture
def partner(inside: Cast) -> CustomRole:
    levels = {"people.see": 4, "people.change": 4}
    return CustomRole.objects.create(workspace=inside.workspace, name="파트너", levels=levels)


@pytest.mark.shows("8.2.1")
def test_only_administrators_bound_rights(inside: Cast, client_of: ClientOf, partner: CustomRole) -> None:
    for page in (f"/settings/roles/{partner.pk}/people/", f"/settings/members/{inside.dana.pk}/people/"):
        for member, status in ((inside.jieun, 403), (inside.dana, 403), (inside.marketer, 403), (inside.lee, 404)):
            assert client_of(member).get(page).status_code == status
            assert client_of(member).post(page, BUSAN | SAVE).status_code == status
        assert client_of(inside.admin).get(page).status_code == 200
    assert CustomRole.objects.get().people == Member.objects.get(pk=inside.dana.pk).people == {}


def test_a_bound_is_kept_holds_at_once_and_is_said(inside: Cast, client_of: ClientOf) -> None:
    for city in ("부산", "서울"):
        make_person(inside.admin, name=f"{city} 사람", city=city)
    admin, marketer = client_of(inside.admin), client_of(inside.marketer)
    page = f"/settings/members/{inside.marketer.pk}/people/"
    assert len(names(marketer.get("/people/").content.decode())) == 2

    assert admin.post(page, BUSAN | SAVE)["Location"] == "/settings/members/"

    assert names(marketer.get("/people/").content.decode()) == ["부산 사람"]
    hidden = Person.objects.get(city="서울")
    assert marketer.get(f"/people/{hidden.pk}/").status_code == 404
    assert 'value="부산"' in admin.get(page).content.decode()
    told = admin.get(f"/settings/members/{inside.marketer.pk}/sight/", {"row": str(hidden.pk)}).content.decode()
    assert told.count("부산") >= 2
    entry = AuditEntry.objects.get(verb="keep_member_within")
    assert (entry.member, entry.deed) == (inside.admin, "grant")
    assert entry.detail == {"member": str(inside.marketer.pk), "before": {}, "after": KEPT}

    admin.post(page, {"c:kind": "all"} | SAVE)
    assert len(names(marketer.get("/people/").content.decode())) == 2


def test_a_role_is_bounded_and_the_table_of_roles_says_so(
    inside: Cast, client_of: ClientOf, partner: CustomRole
) -> None:
    admin = client_of(inside.admin)
    assert admin.post(f"/settings/roles/{partner.pk}/people/", BUSAN | SAVE)["Location"] == "/settings/roles/"
    assert CustomRole.objects.get().people == KEPT
    assert AuditEntry.objects.get(verb="keep_role_within").detail["name"] == "파트너"
    assert f"/settings/roles/{partner.pk}/people/" in admin.get(f"/settings/roles/{partner.pk}/").content.decode()


def test_what_is_counted_beside_the_form_is_what_is_kept(inside: Cast, client_of: ClientOf) -> None:
    """Orders bound rights without a window; that of segments would be the last 90 days."""
    admin, page = client_of(inside.admin), f"/settings/members/{inside.dana.pk}/people/"
    assert 'hx-post="/segments/estimate/?bounds"' in admin.get(page).content.decode()
    orders = {"c:kind": "all", "c.0:kind": "order_total", "c.0:operator": "at_most", "c.0:value": "999999"}
    said = admin.post("/segments/estimate/?bounds", orders, headers={"HX-Request": "true"}).content.decode()
    assert "90" not in said.split("</p>", maxsplit=1)[0]
    admin.post(page, orders | SAVE)
    (kept,) = Member.objects.get(pk=inside.dana.pk).people["conditions"]
    assert kept == {"kind": "order_total", "operator": "at_most", "value": 999999, "currency": "KRW"}


def test_a_condition_that_moves_with_the_clock_is_refused(inside: Cast, client_of: ClientOf) -> None:
    page = f"/settings/members/{inside.dana.pk}/people/"
    orders = {"c.0:kind": "event", "c.0:event": "opened", "c.0:operator": "at_least", "c.0:count": "1"}
    answer = client_of(inside.admin).post(page, {"c:kind": "all"} | orders | SAVE)
    assert answer.status_code == 422
    assert client_of(inside.admin).post(page, BUSAN | {"c.0:value": ""} | SAVE).status_code == 422
    assert Member.objects.get(pk=inside.dana.pk).people == {}


def test_whoever_makes_somebody_out_of_reach_is_told_so(inside: Cast, client_of: ClientOf) -> None:
    Member.objects.filter(pk=inside.marketer.pk).update(people=KEPT)
    marketer = client_of(inside.marketer)
    for city in ("부산", "서울"):
        answer = marketer.post("/people/new/", {"name": city, "city": city}, follow=True)
        assert answer.status_code == 200
        assert (answer.redirect_chain[-1][0] == "/people/") == (city == "서울")
    assert set(Person.objects.values_list("city", flat=True)) == {"부산", "서울"}


def test_nobody_bounds_oneself(inside: Cast, client_of: ClientOf) -> None:
    page = f"/settings/members/{inside.admin.pk}/people/"
    assert client_of(inside.admin).post(page, BUSAN | SAVE).status_code == 422
    assert Member.objects.get(pk=inside.admin.pk).people == {}


@pytest.mark.parametrize("count", [1, 3])
def test_a_bounded_list_costs_one_query_more_for_each_kind_of_name(
    cast: Cast, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        tag = Tag.objects.create(workspace_id=cast.workspace.pk, name="도매")
        bound = {"kind": "not", "conditions": [{"kind": "tag", "operator": "has", "tags": [str(tag.pk)]}]}
        Member.objects.filter(pk=cast.minsu.pk).update(people=bound)
        for number in range(count):
            make_person(cast.jieun, name=f"김하늘{number}", owner=cast.jieun)
    jieun, minsu = client_of(cast.jieun), client_of(cast.minsu)
    with django_assert_num_queries(16):
        assert len(names(jieun.get("/people/").content.decode())) == count
    with django_assert_num_queries(17):
        assert len(names(minsu.get("/people/").content.decode())) == count
