from collections.abc import Callable

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dangol.workspaces.enums import Level, Role
from dangol.workspaces.models import Branch, CustomRole, Member, Team
from dangol.workspaces.permissions import RIGHTS
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
