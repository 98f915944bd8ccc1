"""Views of a list: kept, shared, changed by two at once, and thrown away."""

from collections.abc import Callable

import pytest
from django.test import Client

from dangol.customers.models import Company, Person, Tag, Tagging
from dangol.customers.operations import FieldDetails, define_field
from dangol.desk.enums import Listed
from dangol.desk.models import SavedView
from dangol.desk.operations import UnableToSaveView, ViewDetails, delete_view, save_view
from dangol.desk.queries.lists import views_of
from dangol.kit import tenancy
from dangol.workspaces.models import Member
from tests.desk.test_lists import SEOUL, names, village
from tests.factories import NOW
from tests.people import Cast

SignIn = Callable[[Member], Client]
__all__ = ["village"]


def kept(member: Member, name: str = "서울 손님", **details: object) -> SavedView:
    return save_view(member=member, listed=Listed.PEOPLE, details=ViewDetails(name=name, **details))  # type: ignore[arg-type] # any detail


@pytest.mark.parametrize(
    ("scope", "seen_by"),
    [
        ("private", ["jieun"]),
        ("team", ["jieun", "minsu"]),
    ],
)
def test_a_view_is_found_by_those_it_is_for(inside: Cast, scope: str, seen_by: list[str]) -> None:
    kept(inside.jieun, scope=scope)
    everybody = {name: getattr(inside, name) for name in ("jieun", "minsu", "dana", "marketer", "lee")}
    assert [name for name, member in everybody.items() if views_of(member, Listed.PEOPLE)] == seen_by


def test_marketers_share_with_everybody(inside: Cast) -> None:
    kept(inside.marketer, scope="everybody")
    assert [len(views_of(member, Listed.PEOPLE)) for member in (inside.jieun, inside.dana, inside.lee)] == [1, 1, 0]
    assert views_of(inside.jieun, Listed.COMPANIES) == []


def test_sales_people_do_not_share_with_everybody(inside: Cast) -> None:
    with pytest.raises(UnableToSaveView, match="so widely"):
        kept(inside.jieun, scope="everybody")


@pytest.mark.parametrize("name", ["", "   "])
def test_a_view_has_a_name(inside: Cast, name: str) -> None:
    with pytest.raises(UnableToSaveView, match="name"):
        kept(inside.jieun, name)


def test_names_are_used_once_by_each(inside: Cast) -> None:
    kept(inside.jieun)
    kept(inside.minsu)
    with pytest.raises(UnableToSaveView, match="another name"):
        kept(inside.jieun)


def test_a_stranger_changes_no_view(inside: Cast) -> None:
    view = kept(inside.jieun, scope="team")
    for stranger in (inside.minsu, inside.marketer):
        with pytest.raises(UnableToSaveView, match="somebody else"):
            save_view(member=stranger, listed=Listed.PEOPLE, details=ViewDetails(name="mine"), view=view)
        with pytest.raises(UnableToSaveView, match="somebody else"):
            delete_view(member=stranger, view=view)


def test_of_two_who_change_a_view_the_second_is_told(inside: Cast) -> None:
    view = kept(inside.jieun)
    details = ViewDetails(name="서울")
    save_view(member=inside.jieun, listed=Listed.PEOPLE, details=details, view=view, seen_version=1)
    with pytest.raises(UnableToSaveView, match="meanwhile"):
        save_view(member=inside.jieun, listed=Listed.PEOPLE, details=details, view=view, seen_version=1)


def test_the_form_keeps_columns_filter_and_order(village: Cast, client_of: SignIn) -> None:
    client = client_of(village.marketer)
    data = {
        "name": "서울 손님", "scope": "everybody", "sort": "name", "group": "", "columns": ["city", "email"],
        "c:kind": "all", "c.0:kind": "attribute", "c.0:attribute": "city", "c.0:operator": "is", "c.0:value": "서울",
        "save": "1",
    }  # fmt: skip
    answer = client.post("/lists/people/views/new/", data)
    with tenancy.workspace(village.workspace.pk):
        view = SavedView.objects.get()
        assert (view.columns, view.sort, view.definition) == (
            ["city", "email"], "name", {"kind": "all", "conditions": [SEOUL]},
        )  # fmt: skip
    assert answer["Location"] == f"/people/?view={view.pk}"
    page = client.get(answer["Location"]).content.decode()
    assert names(page) == ["김하늘", "박민준"]
    assert page.index(">도시</th>") < page.index(">이메일</a></th>")
    assert names(client_of(village.dana).get(answer["Location"]).content.decode()) == ["박민준"]
    assert names(client_of(village.lee).get(answer["Location"]).content.decode()) == ["김하늘"]


def test_an_unfinished_filter_is_said_and_nothing_is_lost(village: Cast, client_of: SignIn) -> None:
    data = {"name": "서울", "c:kind": "all", "c.0:kind": "attribute", "c.0:attribute": "city", "save": "1"}
    answer = client_of(village.marketer).post("/lists/people/views/new/", data | {"columns": ["city"]})
    page = answer.content.decode()
    assert (answer.status_code, 'value="서울"' in page) == (422, True)
    with tenancy.workspace(village.workspace.pk):
        assert not SavedView.objects.exists()


def test_rows_of_the_filter_come_and_go(village: Cast, client_of: SignIn) -> None:
    client = client_of(village.marketer)
    answer = client.post(
        "/lists/people/views/new/", {"name": "", "c:kind": "all", "act": "add c"}, headers={"HX-Request": "true"}
    )
    assert 'name="c.0:kind"' in answer.content.decode()


def test_a_view_whose_filter_cannot_be_read_says_so(village: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(village.workspace.pk):
        view = kept(village.marketer, definition={"kind": "nonsense"})
    answer = client_of(village.marketer).get("/people/", {"view": str(view.pk)})
    assert (answer.status_code, names(answer.content.decode())) == (200, [])


def test_a_thrown_away_view_is_gone_and_its_rows_stay(village: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(village.workspace.pk):
        view = kept(village.jieun)
    assert client_of(village.minsu).post(f"/lists/people/views/{view.pk}/delete/").status_code == 404
    assert client_of(village.lee).post(f"/lists/people/views/{view.pk}/delete/").status_code == 404
    client = client_of(village.jieun)
    assert client.post(f"/lists/people/views/{view.pk}/delete/")["Location"] == "/people/"
    assert len(names(client.get(f"/people/?view={view.pk}").content.decode())) == 3


def test_a_view_of_companies_is_built_by_what_is_known_of_them(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        vip = Tag.objects.create(workspace_id=cast.workspace.pk, name="VIP")
        for name, owner, industry in (
            ("한빛", cast.jieun, "제조"),
            ("달빛", cast.dana, "제조"),
            ("별빛", None, "유통"),
        ):
            company = Company.objects.create(
                workspace_id=cast.workspace.pk, name=name, owner=owner, industry=industry, city="서울"
            )
            Tagging.objects.create(workspace_id=cast.workspace.pk, tag=vip, company=company, at=NOW)
    client = client_of(cast.jieun)
    typed = {
        "name": "내 제조사", "c:kind": "all", "c.0:kind": "attribute", "c.0:attribute": "industry",
        "c.0:operator": "is", "c.0:value": "제조", "c.1:kind": "attribute", "c.1:attribute": "owner",
        "c.1:operator": "is_mine", "c.2:kind": "tag", "c.2:operator": "has", "c.2:tags.0": str(vip.pk),
        "c.3:kind": "not", "c.3.0:kind": "employs", "c.3.0.0:kind": "attribute", "c.3.0.0:attribute": "city",
        "c.3.0.0:operator": "is", "c.3.0.0:value": "부산",
    }  # fmt: skip
    drawn = client.post("/lists/companies/views/new/", typed | {"act": ""}, headers={"HX-Request": "true"})
    page = drawn.content.decode()
    assert '<option value="business_number">' in page
    assert 'name="c.2:tags.1"' in page
    assert page.count('<option value="event"') == 1
    answer = client.post("/lists/companies/views/new/", typed | {"save": "1"})
    assert names(client.get(answer["Location"]).content.decode()) == ["한빛"]
    assert names(client_of(cast.lee).get(answer["Location"]).content.decode()) == []
    with tenancy.workspace(cast.workspace.pk):
        view = SavedView.objects.get()
        assert view.definition["conditions"][2] == {"kind": "tag", "operator": "has", "tags": [str(vip.pk)]}
    again = client.get(f"/lists/companies/views/{view.pk}/").content.decode()
    assert f'<option value="{vip.pk}" selected>VIP</option>' in again
    assert '<input type="hidden" name="c.3.0:kind" value="employs">' in again


def test_a_filter_by_links_shows_the_names_of_those_whom_the_reader_sees(village: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(village.workspace.pk):
        details = FieldDetails(label="소개한 분", key="friend", kind="person")
        define_field(member=village.admin, object="person", details=details, now=NOW)
        friend, guest = Person.objects.get(name="이하늘빛"), Person.objects.get(name="박민준")
        Person.objects.filter(pk=guest.pk).update(fields={"friend": str(friend.pk)})
    typed = {
        "name": "소개", "scope": "everybody", "c:kind": "all", "c.0:kind": "attribute",
        "c.0:attribute": "fields.friend", "c.0:operator": "is_one_of", "c.0:links.0": f"이하늘빛 ({friend.pk})",
        "save": "1",
    }  # fmt: skip
    client = client_of(village.marketer)
    answer = client.post("/lists/people/views/new/", typed)
    page = client.get(answer["Location"]).content.decode()
    assert names(page) == ["박민준"]
    assert "이하늘빛" in page
    with tenancy.workspace(village.workspace.pk):
        view = SavedView.objects.get()
    assert f'value="이하늘빛 ({friend.pk})"' in client.get(f"/lists/people/views/{view.pk}/").content.decode()
    assert "이하늘빛" not in client_of(village.jieun).get(answer["Location"]).content.decode()
