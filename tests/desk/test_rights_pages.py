from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import Person, Share
from dangol.workspaces.enums import Level, Role
from dangol.workspaces.models import AuditEntry, Branch, CustomRole, Elevation, Member, Team
from dangol.workspaces.permissions import RIGHTS
from tests.factories import NOW, make_person
from tests.people import Cast

ClientOf = Callable[[Member], Client]
PAGES = ["roles/", "roles/new/", "teams/", "teams/new/", "branches/new/"]
ROLE = {
    "name": "점장",
    **{f"{kind}.{verb}": "0" for kind, verb in RIGHTS},
    **{f"field.{name}": "2" for name in ("email", "phone", "born_on")},
}


@pytest.mark.shows("8.2.1")
@pytest.mark.parametrize("page", PAGES)
def test_only_administrators_see_and_change_rights(inside: Cast, client_of: ClientOf, page: str) -> None:
    assert client_of(inside.admin).get(f"/settings/{page}").status_code == 200
    for member in (inside.jieun, inside.dana, inside.marketer):
        assert client_of(member).get(f"/settings/{page}").status_code == 403
        assert client_of(member).post(f"/settings/{page}", ROLE).status_code == 403
    assert not CustomRole.objects.exists()


def test_a_role_is_made_given_and_holds_from_the_next_page(inside: Cast, client_of: ClientOf) -> None:
    admin, dana = client_of(inside.admin), client_of(inside.dana)
    form = ROLE | {"people.see": str(Level.OWN.value), "settings.change": "4", "field.phone": "0"}
    assert admin.post("/settings/roles/new/", form)["Location"] == "/settings/roles/"
    role = CustomRole.objects.get()
    assert (role.levels["people.see"], role.fields["phone"]) == (Level.OWN, 0)
    assert dana.get("/settings/").status_code == 403

    admin.post(f"/settings/members/{inside.dana.pk}/", {"role": str(role.pk), "team": ""})

    assert dana.get("/settings/").status_code == 200
    member = Member.objects.get(pk=inside.dana.pk)
    assert (member.role, member.role_name, member.team) == (Role.CUSTOM, "점장", None)
    assert "점장" in admin.get("/settings/members/").content.decode()

    admin.post(f"/settings/roles/{role.pk}/", ROLE)
    assert dana.get("/settings/").status_code == 403


def test_nobody_gives_oneself_a_role(inside: Cast, client_of: ClientOf) -> None:
    page = client_of(inside.admin).post(f"/settings/members/{inside.admin.pk}/", {"role": "sales", "team": ""})
    assert 'id="id_role_error"' in page.content.decode()
    assert Member.objects.get(pk=inside.admin.pk).role == Role.ADMINISTRATOR


@pytest.mark.shows("AC-06")
def test_another_house_s_role_team_and_members_are_not_to_be_had(inside: Cast, client_of: ClientOf) -> None:
    lees = client_of(inside.lee)
    assert lees.post(f"/settings/members/{inside.dana.pk}/", {"role": "administrator"}).status_code == 404
    admin = client_of(inside.admin)
    for wrong in ({"role": "emperor"}, {"role": "custom"}, {"role": "sales", "team": str(inside.workspace.pk)}):
        assert admin.post(f"/settings/members/{inside.dana.pk}/", wrong).status_code == 200
    dana = Member.objects.get(pk=inside.dana.pk)
    assert (dana.role, dana.team) == (Role.SALES, inside.dana.team)


def test_the_house_is_divided(inside: Cast, client_of: ClientOf) -> None:
    admin = client_of(inside.admin)
    admin.post("/settings/branches/new/", {"name": "한국"})
    korea = Branch.objects.get()
    admin.post("/settings/branches/new/", {"name": "영남", "parent": str(korea.pk)})
    south = Branch.objects.get(name="영남")
    admin.post(f"/settings/teams/{inside.dana.team_id}/", {"name": "부산 팀", "branch": str(south.pk)})
    team = Team.objects.get(name="부산 팀")
    assert (team.name, team.branch, south.parent) == ("부산 팀", south, korea)
    page = admin.post(f"/settings/branches/{korea.pk}/", {"name": "한국", "parent": str(south.pk)})
    assert page.status_code == 200
    assert Branch.objects.get(pk=korea.pk).parent is None
    assert 'id="id_name_error"' in admin.post("/settings/teams/new/", {"name": "부산 팀"}).content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_matrix_costs_the_same_for_one_own_role_and_for_three(
    inside: Cast, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    for number in range(count):
        CustomRole.objects.create(workspace=inside.workspace, name=f"역할 {number}")
    admin = client_of(inside.admin)
    admin.get("/settings/roles/")
    with django_assert_num_queries(14):
        page = admin.get("/settings/roles/").content.decode()
    assert page.count("역할 ") >= count


@pytest.fixture
def danas(inside: Cast) -> Person:
    """Return somebody of Dana's, whom 지은 and 민수 do not see."""
    return make_person(
        inside.admin, name="김하늘", email="haneul@example.com", owner=inside.dana, phone="+821012345678"
    )


def test_a_row_is_shared_and_shown_no_longer(inside: Cast, danas: Person, client_of: ClientOf) -> None:
    dana, minsu, page = client_of(inside.dana), client_of(inside.minsu), f"/people/{danas.pk}/"
    assert minsu.get(page).status_code == 404
    told = {"member": str(inside.minsu.pk), "team": "", "days": "7"}
    assert client_of(inside.jieun).post(f"/shares/person/{danas.pk}/", told).status_code == 404
    assert dana.post(f"/shares/person/{danas.pk}/", told).status_code == 302
    assert minsu.get(page).status_code == 200
    assert minsu.get(f"{page}edit/").status_code == 404
    assert "민수" in dana.get(f"/shares/person/{danas.pk}/").content.decode()
    shared = Share.objects.get()
    assert minsu.post(f"/shares/person/{danas.pk}/{shared.pk}/end/").status_code == 404
    dana.post(f"/shares/person/{danas.pk}/{shared.pk}/end/")
    Share.objects.filter(pk=shared.pk).update(until=NOW)  # the test's transaction began before its end
    assert minsu.get(page).status_code == 404
    told_of = AuditEntry.objects.filter(deed="grant").order_by("id").values_list("verb", "people")
    assert list(told_of) == [("share", [danas.pk]), ("end_share", [danas.pk])]


@pytest.mark.parametrize("told", [{"days": "7"}, {"days": "400"}, {"days": "7", "member": "both", "team": "both"}])
def test_a_share_names_one_and_ends(inside: Cast, danas: Person, client_of: ClientOf, told: dict[str, str]) -> None:
    both = {"member": str(inside.minsu.pk), "team": str(inside.minsu.team_id)}
    filled = {key: both.get(key, value) for key, value in told.items()}
    assert client_of(inside.dana).post(f"/shares/person/{danas.pk}/", filled).status_code == 200
    assert not Share.objects.exists()


def test_what_is_masked_is_revealed_once_and_written_down(inside: Cast, danas: Person, client_of: ClientOf) -> None:
    levels = {"people.see": Level.OWN, "people.reveal": Level.OWN}
    clerk = CustomRole.objects.create(workspace=inside.workspace, name="창구", levels=levels, fields={"phone": 0})
    Member.objects.filter(pk=inside.dana.pk).update(role=Role.CUSTOM, custom_role=clerk)
    dana, address = client_of(inside.dana), f"/people/{danas.pk}/reveal/phone/"
    assert "010-****-5678" in dana.get(f"/people/{danas.pk}/").content.decode()
    assert "010-1234-5678" in dana.post(address).content.decode()
    assert "010-1234-5678" in dana.post(address, headers={"HX-Request": "true"}).content.decode()
    seen = AuditEntry.objects.filter(deed="reveal").values_list("member", "people", "detail")
    assert list(seen) == [(inside.dana.pk, [danas.pk], {"field": "phone"})] * 2
    assert "010-****-5678" in dana.get(f"/people/{danas.pk}/").content.decode()


def test_only_what_one_may_see_is_revealed(inside: Cast, danas: Person, client_of: ClientOf) -> None:
    address = f"/people/{danas.pk}/reveal/phone/"
    Member.objects.filter(pk=inside.marketer.pk).update(role=Role.ANALYST)
    for member, status in ((inside.jieun, 403), (inside.marketer, 403), (inside.lee, 404)):
        assert client_of(member).post(address).status_code == status
    assert client_of(inside.admin).get(address).status_code == 405
    assert client_of(inside.admin).post(f"/people/{danas.pk}/reveal/workspace_id/").status_code == 404
    assert not AuditEntry.objects.filter(deed="reveal").exists()


@pytest.mark.parametrize(
    ("owner", "sight", "why"),
    [
        ("minsu", "Seen", "own."),
        ("jieun", "Seen", "of the same team"),
        ("dana", "Not seen", "which the role does not reach"),
        (None, "Seen", "Nobody owns it."),
    ],
)
def test_the_page_says_what_somebody_sees_and_why(
    inside: Cast, client_of: ClientOf, owner: str | None, sight: str, why: str
) -> None:
    person = make_person(inside.admin, name="김하늘", owner=getattr(inside, owner) if owner else None)
    inside.admin.user.language = "en"
    inside.admin.user.save()
    address = f"/settings/members/{inside.minsu.pk}/sight/"
    page = (
        client_of(inside.admin).get(address, {"row": f"https://crm.example.com/people/{person.pk}/"}).content.decode()
    )
    assert why in page
    assert f">{sight}<" in page
    assert Person.objects.visible_to(inside.minsu).exists() is (sight == "Seen")
    assert client_of(inside.minsu).get(address).status_code == 403
    assert client_of(inside.lee).get(address).status_code == 404


def test_rights_are_asked_for_and_lent_on_the_pages(inside: Cast, client_of: ClientOf) -> None:
    jieun, admin = client_of(inside.jieun), client_of(inside.admin)
    told = {"role": "administrator", "hours": "2", "reason": "휴가 대신"}
    assert jieun.post("/profile/rights/", told).status_code == 302
    asked = Elevation.objects.get()
    assert jieun.post(f"/settings/elevations/{asked.pk}/", {"grant": "1"}).status_code == 403
    assert client_of(inside.lee).post(f"/settings/elevations/{asked.pk}/", {"grant": "1"}).status_code == 404
    assert "휴가 대신" in admin.get("/settings/elevations/").content.decode()
    assert jieun.get("/settings/").status_code == 403
    admin.post(f"/settings/elevations/{asked.pk}/", {"grant": "1"})
    assert jieun.get("/settings/").status_code == 200
    admin.post(f"/settings/elevations/{asked.pk}/end/")
    assert jieun.get("/settings/").status_code == 403
