"""Changing many rows at once, and undoing it."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import Person, Tagging
from dangol.customers.operations import UnableToChange
from dangol.desk.enums import BulkAction, BulkState, Listed
from dangol.desk.models import BulkChange
from dangol.desk.operations import UnableToChangeMany, bulk, change_many, run_bulk_change, undo_bulk_change
from dangol.kit import tenancy
from dangol.workspaces.enums import Role
from dangol.workspaces.models import Member
from tests.desk.test_lists import names, village
from tests.factories import NOW, make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]
__all__ = ["village"]


def changed(member: Member, action: BulkAction, ids: list[UUID], **detail: Any) -> BulkChange:
    return change_many(member=member, listed=Listed.PEOPLE, action=action, detail=detail, ids=ids, now=NOW)


def cities() -> dict[str, str]:
    return dict(Person.objects.order_by("name").values_list("name", "city"))


@pytest.fixture
def ids(inside: Cast) -> list[UUID]:
    owners = [inside.jieun, inside.minsu, None, inside.dana]
    return [
        make_person(inside.jieun, name=f"손님{n}", owner=owner, city=f"도시{n}").pk for n, owner in enumerate(owners)
    ]


@pytest.mark.shows("AC-33")
def test_one_row_out_of_reach_stops_the_whole_change(inside: Cast, ids: list[UUID]) -> None:
    with pytest.raises(UnableToChangeMany):
        changed(inside.jieun, BulkAction.CHANGE, ids, field="city", value="서울")
    assert list(cities().values()) == ["도시0", "도시1", "도시2", "도시3"]
    assert not BulkChange.objects.exists()


def test_rows_that_the_member_may_change_are_changed_and_undone(inside: Cast, ids: list[UUID]) -> None:
    change = changed(inside.jieun, BulkAction.CHANGE, ids[:3], field="city", value="서울")
    assert (change.state, change.changed) == (BulkState.DONE, 3)
    assert list(cities().values()) == ["서울", "서울", "서울", "도시3"]
    assert undo_bulk_change(change=change, member=inside.jieun, now=NOW) == 0
    assert list(cities().values()) == ["도시0", "도시1", "도시2", "도시3"]


def test_what_was_changed_again_since_stays(inside: Cast, ids: list[UUID]) -> None:
    change = changed(inside.admin, BulkAction.CHANGE, ids, field="city", value="서울")
    later = NOW + timedelta(minutes=1)
    change_many(
        member=inside.admin, listed=Listed.PEOPLE, action=BulkAction.CHANGE, detail={"field": "city", "value": "부산"},
        ids=ids[:1], now=later,
    )  # fmt: skip
    assert undo_bulk_change(change=change, member=inside.admin, now=later) == 1
    assert list(cities().values()) == ["부산", "도시1", "도시2", "도시3"]
    with pytest.raises(UnableToChangeMany):
        undo_bulk_change(change=change, member=inside.admin, now=NOW)


def test_owners_are_given_and_taken(inside: Cast, ids: list[UUID]) -> None:
    changed(inside.admin, BulkAction.CHANGE, ids, field="owner_id", value=str(inside.dana.pk))
    assert set(Person.objects.values_list("owner_id", flat=True)) == {inside.dana.pk}
    assert changed(inside.admin, BulkAction.CHANGE, ids, field="owner_id", value="").changed == 4
    assert set(Person.objects.values_list("owner_id", flat=True)) == {None}


def test_tags_come_go_and_come_back(inside: Cast, ids: list[UUID]) -> None:
    assert changed(inside.admin, BulkAction.TAG, ids, tag=" VIP ").changed == 4
    assert changed(inside.admin, BulkAction.TAG, ids, tag="VIP").changed == 0
    taken = changed(inside.admin, BulkAction.UNTAG, ids[:2], tag="VIP")
    assert (taken.changed, Tagging.objects.count()) == (2, 2)
    undo_bulk_change(change=taken, member=inside.admin, now=NOW)
    assert Tagging.objects.count() == 4


def test_a_deleted_row_comes_back(inside: Cast, ids: list[UUID]) -> None:
    change = changed(inside.admin, BulkAction.DELETE, ids[:2])
    assert sorted(cities()) == ["손님2", "손님3"]
    undo_bulk_change(change=change, member=inside.admin, now=NOW)
    assert len(cities()) == 4


@pytest.mark.parametrize(
    ("field", "value"),
    [("email", "a@example.com"), ("name", "x"), ("country", "Korea"), ("owner_id", "nonsense"), ("city", "x" * 101)],
)
def test_what_does_not_fit_is_refused_and_nothing_changes(
    inside: Cast, ids: list[UUID], field: str, value: str
) -> None:
    before = list(Person.objects.order_by("pk").values())
    with pytest.raises(UnableToChange):
        changed(inside.admin, BulkAction.CHANGE, ids, field=field, value=value)
    assert list(Person.objects.order_by("pk").values()) == before


def test_the_owner_is_somebody_of_the_house(inside: Cast, ids: list[UUID]) -> None:
    with pytest.raises(UnableToChange):
        changed(inside.admin, BulkAction.CHANGE, ids, field="owner_id", value=str(inside.lee.pk))


@pytest.mark.parametrize("count", [1, 3])
def test_a_change_costs_the_same_for_one_and_for_three(
    inside: Cast, ids: list[UUID], django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with django_assert_num_queries(16):  # one of them asks whether all are within reach
        changed(inside.admin, BulkAction.CHANGE, ids[:count], field="city", value="서울")


def test_many_rows_go_on_in_a_job_from_where_it_stopped(
    committed_db: str, monkeypatch: pytest.MonkeyPatch, cast: Cast, client_of: SignIn
) -> None:
    monkeypatch.setattr(bulk, "AT_ONCE", 2)
    monkeypatch.setattr(bulk, "STEP", 3)
    with tenancy.workspace(cast.workspace.pk):
        people = [make_person(cast.admin, name=f"손님{number:02}") for number in range(10)]
        change = changed(cast.admin, BulkAction.CHANGE, [person.pk for person in people], field="city", value="서울")
        assert (change.state, change.position, change.changed) == (BulkState.RUNNING, 2, 2)
    for _twice in range(2):
        run_bulk_change(workspace_id=cast.workspace.pk, change_id=change.pk)
    with tenancy.workspace(cast.workspace.pk):
        change.refresh_from_db()
        assert (change.state, change.position, change.changed) == (BulkState.DONE, 10, 10)
        undo_bulk_change(change=change, member=cast.admin, now=NOW + timedelta(minutes=1))
        change.refresh_from_db()
        assert (change.state, change.position) == (BulkState.UNDOING, 2)
        assert sorted(cities().values()) == [""] * 2 + ["서울"] * 8
        Person.objects.filter(pk=people[9].pk).update(city="부산")
    watched = client_of(cast.admin).get("/people/", {"change": str(change.pk)}).content.decode()
    assert '<progress value="2" max="10"' in watched
    for _twice in range(2):
        bulk.run_undo(workspace_id=cast.workspace.pk, change_id=change.pk, member_id=cast.admin.pk)
    with tenancy.workspace(cast.workspace.pk):
        change.refresh_from_db()
        assert (change.state, change.position, change.left) == (BulkState.UNDONE, 10, 1)
        assert sorted(cities().values()) == [""] * 9 + ["부산"]


def test_the_page_changes_ticked_rows_and_offers_to_undo(village: Cast, client_of: SignIn) -> None:
    client = client_of(village.jieun)
    with tenancy.workspace(village.workspace.pk):
        everybody = [str(key) for key in Person.objects.visible_to(village.jieun).values_list("pk", flat=True)]
    data = {"ids": everybody, "act": "change:city", "value_city": "대구"}
    answer = client.post("/lists/people/changes/", data)
    page = client.get(answer["Location"]).content.decode()
    with tenancy.workspace(village.workspace.pk):
        assert cities() == {"김하늘": "대구", "박민준": "대구", "이하늘빛": "부산", "최서연": "대구"}
        change = BulkChange.objects.get()
    assert f"/lists/changes/{change.pk}/undo/" in page
    for stranger in (village.minsu, village.lee):
        assert client_of(stranger).post(f"/lists/changes/{change.pk}/undo/").status_code == 404
    assert client.post(f"/lists/changes/{change.pk}/undo/").status_code == 302
    with tenancy.workspace(village.workspace.pk):
        assert cities() == {"김하늘": "서울", "박민준": "서울", "이하늘빛": "부산", "최서연": ""}


def test_what_can_be_done_is_offered_to_those_who_may(village: Cast, client_of: SignIn) -> None:
    path = "/lists/people/changes/inputs/"
    offered = client_of(village.jieun).get(path).content.decode()
    assert all(f'name="value_{field}"' in offered for field in ("city", "owner_id"))
    assert village.minsu.user.name in offered
    assert village.lee.user.name not in offered
    with tenancy.workspace(village.workspace.pk):
        Member.objects.filter(pk=village.jieun.pk).update(role=Role.ANALYST)
    assert client_of(village.jieun).get(path).status_code == 403


def test_all_that_the_list_shows_can_be_changed(village: Cast, client_of: SignIn) -> None:
    data = {"all": "1", "q": "하늘", "act": "tag", "tag": "하늘"}
    client_of(village.marketer).post("/lists/people/changes/", data)
    with tenancy.workspace(village.workspace.pk):
        assert sorted(Tagging.objects.values_list("person__name", flat=True)) == ["김하늘", "이하늘빛"]


@pytest.mark.parametrize("data", [{"act": "change:email"}, {"act": ""}, {"act": "nonsense"}, {"act": "delete"}])
def test_a_wrong_wish_is_answered_with_words(village: Cast, client_of: SignIn, data: dict[str, str]) -> None:
    client = client_of(village.jieun)
    answer = client.post("/lists/people/changes/", data | ({} if data["act"] == "delete" else {"all": "1"}))
    assert (answer.status_code, answer["Location"].split("?")[0]) == (302, "/people/")
    page = client.get(answer["Location"]).content.decode()
    assert "notice-bad" in page
    assert len(names(page)) == 3


def test_a_cell_is_edited_where_it_stands(village: Cast, client_of: SignIn) -> None:
    client = client_of(village.jieun)
    with tenancy.workspace(village.workspace.pk):
        person = Person.objects.get(name="김하늘")
    path = f"/people/cells/{person.pk}/city/"
    assert 'name="seen" value="서울"' in client.get(path).content.decode()
    assert client.post(path, {"value": "대전", "seen": "서울"}).content.decode() == '<span class="copyable">대전</span>'
    conflict = client.post(path, {"value": "광주", "seen": "서울"})
    assert (conflict.status_code, "대전" in conflict.content.decode()) == (409, True)
    assert client.get(f"{path}?shown=1").content.decode() == '<span class="copyable">대전</span>'
    refused = client.post(f"/people/cells/{person.pk}/phone/", {"value": "12", "seen": ""})
    assert refused.status_code == 422
    owner = client.post(
        f"/people/cells/{person.pk}/owner/", {"value": str(village.minsu.pk), "seen": str(village.jieun.pk)}
    )
    assert owner.content.decode() == "민수"
    assert client.get(f"/people/cells/{person.pk}/created_at/").status_code == 404
    assert client.get(f"/people/cells/{person.pk}/nonsense/").status_code == 404


@pytest.mark.parametrize(("who", "status"), [("minsu", 200), ("dana", 404), ("lee", 404), ("marketer", 200)])
def test_only_those_who_see_a_person_edit_a_cell(village: Cast, client_of: SignIn, who: str, status: int) -> None:
    with tenancy.workspace(village.workspace.pk):
        person = Person.objects.get(name="김하늘")
    answer = client_of(getattr(village, who)).post(f"/people/cells/{person.pk}/city/", {"value": "x", "seen": "서울"})
    assert answer.status_code == status
