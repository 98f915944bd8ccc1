"""A directory that keeps members and teams by SCIM 2.0."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.handlers.wsgi import WSGIHandler
from django.db import transaction
from django.test import Client
from django.utils import timezone
from scim2_client.engines.wsgi import WSGISCIMClient
from scim2_tester import Status, check_server

from dangol.api.scim.resources import DirectoryRole
from dangol.kit import tenancy
from dangol.workspaces.enums import KeyScope, Role
from dangol.workspaces.models import ApiKey, AuditEntry, CustomRole, Member, Team, User
from dangol.workspaces.operations import make_api_key
from tests.conftest import MemberClient
from tests.people import Cast, make_cast

ClientOf = Callable[[Member], Client]
CORE = "urn:ietf:params:scim:schemas:core:2.0:"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
NEWCOMER = {"schemas": [f"{CORE}User"], "userName": "Hana@example.com", "displayName": "하나", "externalId": "e-1"}

DIFFERENT = (
    "search_with_attributes: There is nothing",  # RFC 7644 leaves POST /.search to the service
    "check_remove_attribute: PATCH modify() did not remove",  # a member always has a name, a role and a state
    "check_add_attribute: PATCH modify() returned unexpected value for 'members'",  # nobody here has the invented id
    "check_replace_attribute: PATCH modify() returned unexpected value for 'members'",
)
"""Where the tester's guesses do not fit a house in which everybody has exactly one role."""


class Directory:
    """A program with a key that manages members."""

    def __init__(self, member: Member, scope: KeyScope = KeyScope.SCIM) -> None:
        with tenancy.workspace(member.workspace_id):
            _key, self.secret = make_api_key(
                by=member, name="Entra ID", member=member, scope=scope, expires_at=None, now=timezone.now()
            )
        self.client = MemberClient(headers={"authorization": f"Bearer {self.secret}"})

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        asked = getattr(self.client, method)
        if body is None:
            return asked(f"/scim/v2/{path}", query or None)
        return asked(f"/scim/v2/{path}", body, content_type="application/scim+json")

    def patch(self, path: str, *operations: dict[str, Any]) -> Any:
        return self.ask("patch", path, {"schemas": [PATCH], "Operations": list(operations)})


@pytest.fixture
def directory(cast: Cast) -> Directory:
    return Directory(cast.admin)


def test_a_client_of_others_finds_nothing_against_the_standard(committed_db: str) -> None:
    with transaction.atomic():
        cast = make_cast()
    directory = Directory(cast.admin)
    client = WSGISCIMClient(
        WSGIHandler(), base_url="http://testserver/scim/v2", headers={"Authorization": f"Bearer {directory.secret}"}
    )
    results = check_server(client)
    wrong = [f"{one.title}: {one.reason}" for one in results if one.status in (Status.ERROR, Status.CRITICAL)]
    assert not [one for one in wrong if not one.startswith(DIFFERENT)], "\n".join(wrong)
    assert sum(one.status is Status.SUCCESS for one in results) > 20


def test_somebody_is_made_changed_and_found(cast: Cast, directory: Directory) -> None:
    made = directory.ask("post", "Users", NEWCOMER | {"roles": [{"value": "marketer"}], "nickName": "하"})
    assert made.status_code == 201
    told = made.json()
    assert (told["userName"], told["active"], told["roles"]) == ("hana@example.com", True, [{"value": "marketer"}])
    assert directory.ask("get", f"Users/{told['id']}").json() == told
    assert directory.ask("post", "Users", NEWCOMER).status_code == 409
    found = directory.ask("get", "Users", filter='userName eq "HANA@example.com"').json()
    assert [one["id"] for one in found["Resources"]] == [told["id"]]
    assert directory.ask("get", "Users", filter='externalId eq "e-2"').json()["totalResults"] == 0
    assert directory.ask("get", "Users", filter="nonsense").status_code == 400
    changed = directory.ask("put", f"Users/{told['id']}", NEWCOMER | {"displayName": "한나"})
    assert (changed.json()["displayName"], changed.json()["roles"]) == ("한나", [{"value": "sales"}])
    with tenancy.workspace(cast.workspace.pk):
        assert not Member.objects.get(pk=told["id"]).user.has_usable_password()
        assert AuditEntry.objects.filter(verb__in=["enter_member", "change_role"], member=cast.admin).count() == 2


def test_an_own_role_stays_until_the_directory_names_another(cast: Cast, directory: Directory) -> None:
    path = f"Users/{cast.jieun.pk}"
    with tenancy.workspace(cast.workspace.pk):
        own = CustomRole.objects.create(workspace=cast.workspace, name="상담 실장")
        Member.objects.filter(pk=cast.jieun.pk).update(role=Role.CUSTOM, custom_role=own)
    assert "roles" not in directory.ask("get", path).json()
    renamed = directory.patch(path, {"op": "replace", "value": {"displayName": "지은"}})
    assert (renamed.status_code, renamed.json()["displayName"]) == (200, "지은")
    with tenancy.workspace(cast.workspace.pk):
        assert Member.objects.get(pk=cast.jieun.pk).custom_role == own
    refused = directory.patch(path, {"op": "replace", "path": "roles", "value": [{"value": "custom"}]})
    assert refused.status_code == 400
    given = directory.patch(path, {"op": "replace", "path": "roles", "value": [{"value": "marketer"}]})
    assert given.json()["roles"] == [{"value": "marketer"}]
    with tenancy.workspace(cast.workspace.pk):
        assert Member.objects.get(pk=cast.jieun.pk).custom_role is None


def test_a_directory_gives_every_role_of_the_house_but_own_ones() -> None:
    assert {*DirectoryRole} == {*Role.values} - {Role.CUSTOM}


def test_pages(directory: Directory) -> None:
    first = directory.ask("get", "Users", startIndex=1, count=2).json()
    rest = directory.ask("get", "Users", startIndex=3, count=200).json()
    assert (first["totalResults"], first["itemsPerPage"], rest["startIndex"]) == (5, 2, 3)
    names = [one["userName"] for page in (first, rest) for one in page["Resources"]]
    assert sorted(names) == sorted(f"{name}@example.com" for name in ("admin", "marketer", "jieun", "minsu", "dana"))


@pytest.mark.shows("7.4.2", "AC-22")
@pytest.mark.parametrize("ending", ["patch", "entra", "put", "delete"])
def test_who_is_ended_there_is_out_here_at_once(
    cast: Cast, directory: Directory, client_of: ClientOf, ending: str
) -> None:
    jieun, path = client_of(cast.jieun), f"Users/{cast.jieun.pk}"
    with tenancy.workspace(cast.workspace.pk):
        make_api_key(
            by=cast.admin, name="ERP", member=cast.jieun, scope=KeyScope.READ, expires_at=None, now=timezone.now()
        )
    assert jieun.get("/profile/").status_code == 200
    answer = {
        "patch": lambda: directory.patch(path, {"op": "replace", "value": {"active": False}}),
        "entra": lambda: directory.patch(path, {"op": "Replace", "path": "active", "value": "False"}),
        "put": lambda: directory.ask("put", path, NEWCOMER | {"userName": "jieun@example.com", "active": False}),
        "delete": lambda: directory.ask("delete", path),
    }[ending]()
    assert answer.status_code in (200, 204)
    assert jieun.get("/profile/").status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert ApiKey.objects.get(name="ERP").revoked_at
    assert directory.ask("get", path).status_code == (404 if ending == "delete" else 200)
    again = (
        directory.ask("post", "Users", NEWCOMER | {"userName": "jieun@example.com"})
        if ending == "delete"
        else directory.patch(path, {"op": "replace", "path": "active", "value": True})
    )
    assert again.json()["id"] == str(cast.jieun.pk)
    assert client_of(cast.jieun).get("/profile/").status_code == 200


def test_teams_are_groups(cast: Cast, directory: Directory) -> None:
    body = {"schemas": [f"{CORE}Group"], "displayName": "대구", "members": [{"value": str(cast.dana.pk)}]}
    made = directory.ask("post", "Groups", body).json()
    path = f"Groups/{made['id']}"
    added = directory.patch(path, {"op": "add", "path": "members", "value": [{"value": str(cast.minsu.pk)}]})
    assert {one["value"] for one in added.json()["members"]} == {str(cast.dana.pk), str(cast.minsu.pk)}
    removed = directory.patch(path, {"op": "remove", "path": f'members[value eq "{cast.dana.pk}"]'})
    assert [one["value"] for one in removed.json()["members"]] == [str(cast.minsu.pk)]
    assert directory.ask("post", "Groups", body).status_code == 409
    foreign = {"op": "add", "path": "members", "value": [{"value": str(cast.lee.pk)}]}
    assert len(directory.patch(path, foreign).json()["members"]) == 1
    assert directory.ask("delete", path).status_code == 204
    with tenancy.workspace(cast.workspace.pk):
        assert Member.objects.get(pk=cast.minsu.pk).team is None
        assert not Team.objects.filter(name="대구").exists()


@pytest.mark.shows("8.4.1", "AC-07")
def test_a_directory_sees_and_changes_its_own_workspace_only(cast: Cast, directory: Directory) -> None:
    theirs = Directory(cast.lee)
    path = f"Users/{cast.jieun.pk}"
    for method, body in (("get", None), ("delete", None), ("put", NEWCOMER)):
        assert theirs.ask(method, path, body).status_code == 404
    page = theirs.ask("get", "Users")
    assert [one["userName"] for one in page.json()["Resources"]] == ["lee@example.com"]
    assert "password" not in directory.ask("get", "Users").content.decode()


@pytest.mark.shows("6.8.1")
def test_an_account_that_opens_another_workspace_is_not_the_directory_s(cast: Cast, directory: Directory) -> None:
    made = directory.ask("post", "Users", NEWCOMER | {"userName": "lee@example.com", "displayName": "나"}).json()
    assert made["displayName"] == "Lee"
    moved = directory.ask("put", f"Users/{made['id']}", NEWCOMER | {"userName": "mine@example.com"})
    assert moved.status_code == 409
    cast.lee.user.refresh_from_db()
    assert (cast.lee.user.email, cast.lee.user.name) == ("lee@example.com", "Lee")


def test_only_keys_that_manage_members_open_the_directory_and_they_open_nothing_else(cast: Cast) -> None:
    assert Directory(cast.admin, KeyScope.WRITE).ask("get", "Users").status_code == 403
    assert Directory(cast.marketer).ask("get", "Users").status_code == 403
    assert Client().get("/scim/v2/Users").status_code == 401
    assert Client(headers={"authorization": "Bearer dangol_x"}).get("/scim/v2/Users").status_code == 401
    assert Directory(cast.admin).client.get("/api/v1/people").status_code == 403
    with tenancy.workspace(cast.workspace.pk):
        Member.objects.filter(pk=cast.admin.pk).update(role=Role.ADMINISTRATOR)


def test_the_key_does_not_end_its_own_member(cast: Cast, directory: Directory) -> None:
    assert directory.ask("delete", f"Users/{cast.admin.pk}").status_code == 400
    assert directory.ask("get", f"Users/{cast.admin.pk}").json()["active"] is True
    assert User.objects.get(pk=cast.admin.user_id).is_active


@pytest.mark.shows("2.2.1")
@pytest.mark.parametrize(
    "body",
    ["", "[]", "{}", '{"userName": 1}', '{"schemas": ["x"], "userName": "a@example.com"}', "\x00", '{"userName":'],
)
def test_nonsense_is_refused(directory: Directory, body: str) -> None:
    answer = directory.client.post("/scim/v2/Users", body, content_type="application/scim+json")
    assert answer.status_code == 400
    assert answer.json()["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:Error"]
