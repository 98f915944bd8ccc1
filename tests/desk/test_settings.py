from collections.abc import Callable
from html import unescape
from re import search

import pytest
from django.test import Client

from dangol.workspaces.enums import Role
from dangol.workspaces.models import AuditEntry, Member, User
from dangol.workspaces.queries import colleagues
from tests.people import Cast

ClientOf = Callable[[Member], Client]
HOUSE = {"name": "새 단골상회", "language": "en", "time_zone": "Europe/Vienna", "currency": "EUR"}
NEWCOMER = {"name": "하나", "email": "Hana@example.com", "role": "marketer", "language": "ko"}


def test_an_administrator_changes_the_house(inside: Cast, client_of: ClientOf) -> None:
    answer = client_of(inside.admin).post("/settings/", HOUSE)
    assert (answer.status_code, answer["Location"]) == (302, "/settings/")
    inside.workspace.refresh_from_db()
    assert {name: getattr(inside.workspace, name) for name in HOUSE} == HOUSE
    assert AuditEntry.objects.get(verb="change_workspace").detail == HOUSE


def test_an_unknown_time_zone_changes_nothing(inside: Cast, client_of: ClientOf) -> None:
    answer = client_of(inside.admin).post("/settings/", HOUSE | {"time_zone": "Moon/Base"})
    assert answer.status_code == 200
    inside.workspace.refresh_from_db()
    assert inside.workspace.name == "단골상회"


@pytest.mark.parametrize("address", ["/settings/", "/settings/members/", "/settings/members/invitation/"])
def test_settings_are_for_administrators(inside: Cast, client_of: ClientOf, address: str) -> None:
    for member in (inside.jieun, inside.minsu, inside.dana, inside.marketer):
        assert client_of(member).post(address, HOUSE | NEWCOMER).status_code == 403
    assert not User.objects.filter(email="hana@example.com").exists()


def test_the_one_time_password_is_shown_once_and_opens_the_door(inside: Cast, client_of: ClientOf) -> None:
    answer = client_of(inside.admin).post("/settings/members/invitation/", NEWCOMER)
    found = search(r'<code class="one-time strong">([^<]+)</code>', answer.content.decode())
    assert found is not None
    assert answer["Cache-Control"] == "no-store"
    hana = User.objects.get(email="hana@example.com")
    assert hana.check_password(unescape(found.group(1)))
    member = colleagues(inside.admin).get(user=hana)
    assert (member.role, member.workspace_id) == (Role.MARKETER, inside.workspace.pk)
    assert "one-time strong" not in client_of(inside.admin).get("/settings/members/").content.decode()


def test_somebody_with_an_account_keeps_the_password(inside: Cast, client_of: ClientOf) -> None:
    before = inside.lee.user.password
    page = client_of(inside.admin).post("/settings/members/invitation/", NEWCOMER | {"email": "lee@example.com"})
    assert "one-time strong" not in page.content.decode()
    inside.lee.user.refresh_from_db()
    assert inside.lee.user.password == before
    assert colleagues(inside.admin).filter(user=inside.lee.user).count() == 1


def test_nobody_is_invited_twice(inside: Cast, client_of: ClientOf) -> None:
    page = client_of(inside.admin).post("/settings/members/invitation/", NEWCOMER | {"email": "jieun@example.com"})
    assert 'id="id_email_error"' in page.content.decode()
    assert colleagues(inside.admin).count() == 5


def test_members_of_another_house_are_not_shown(inside: Cast, client_of: ClientOf) -> None:
    assert "lee@example.com" not in client_of(inside.admin).get("/settings/members/").content.decode()
    assert "jieun@example.com" not in client_of(inside.lee).get("/settings/members/").content.decode()


def password_address(member: Member) -> str:
    return f"/settings/members/{member.pk}/password/"


def test_an_administrator_gives_a_new_password_that_is_shown_once(inside: Cast, client_of: ClientOf) -> None:
    jieun_at_work = client_of(inside.jieun)
    assert jieun_at_work.get("/profile/").status_code == 200
    assert "지은" in client_of(inside.admin).get(password_address(inside.jieun)).content.decode()

    answer = client_of(inside.admin).post(password_address(inside.jieun))

    found = search(r'<code class="one-time strong">([^<]+)</code>', answer.content.decode())
    assert found is not None
    assert answer["Cache-Control"] == "no-store"
    inside.jieun.user.refresh_from_db()
    assert inside.jieun.user.check_password(unescape(found.group(1)))
    assert not inside.jieun.user.check_password("correct horse battery")
    assert jieun_at_work.get("/profile/").status_code == 302
    entry = AuditEntry.objects.get(verb="renew_password")
    assert (entry.member_id, entry.detail) == (inside.admin.pk, {"member": str(inside.jieun.pk)})


def test_looking_at_the_question_changes_no_password(inside: Cast, client_of: ClientOf) -> None:
    before = inside.minsu.user.password
    assert client_of(inside.admin).get(password_address(inside.minsu)).status_code == 200
    inside.minsu.user.refresh_from_db()
    assert inside.minsu.user.password == before


def test_only_administrators_of_the_house_give_new_passwords(inside: Cast, client_of: ClientOf) -> None:
    before = inside.jieun.user.password
    for member in (inside.jieun, inside.minsu, inside.dana, inside.marketer):
        assert client_of(member).post(password_address(inside.jieun)).status_code == 403
    assert client_of(inside.lee).post(password_address(inside.jieun)).status_code == 404
    inside.jieun.user.refresh_from_db()
    assert inside.jieun.user.password == before


def test_nobody_gives_oneself_a_password_this_way(inside: Cast, client_of: ClientOf) -> None:
    client_of(inside.admin).post(password_address(inside.admin))
    inside.admin.user.refresh_from_db()
    assert inside.admin.user.check_password("correct horse battery")
    assert not AuditEntry.objects.filter(verb="renew_password").exists()


def test_an_administrator_cannot_open_another_house_through_a_guest(inside: Cast, client_of: ClientOf) -> None:
    client_of(inside.admin).post("/settings/members/invitation/", NEWCOMER | {"email": "lee@example.com"})
    guest = colleagues(inside.admin).get(user=inside.lee.user)
    inside.admin.user.language = "en"
    inside.admin.user.save()
    page = client_of(inside.admin).post(password_address(guest), follow=True).content.decode()
    assert "This member works in another workspace too." in unescape(page)
    inside.lee.user.refresh_from_db()
    assert inside.lee.user.check_password("correct horse battery")
    assert not AuditEntry.objects.filter(verb="renew_password").exists()


def test_a_member_changes_the_own_profile(inside: Cast, client_of: ClientOf) -> None:
    client_of(inside.jieun).post("/profile/", {"name": "이지은", "language": "en", "theme": "dark"})
    inside.jieun.user.refresh_from_db()
    assert (inside.jieun.user.name, inside.jieun.user.language, inside.jieun.user.theme) == ("이지은", "en", "dark")
    page = client_of(inside.jieun).get("/profile/").content.decode()
    assert '<html lang="en" data-theme="dark">' in page


def test_a_new_password_needs_the_old_one_and_keeps_the_session(inside: Cast, client_of: ClientOf) -> None:
    client = client_of(inside.jieun)
    new = {"new_password1": "purple lantern bread", "new_password2": "purple lantern bread"}
    assert client.post("/profile/password/", new | {"old_password": "wrong"}).status_code == 422
    assert client.post("/profile/password/", new | {"old_password": "correct horse battery"}).status_code == 302
    inside.jieun.user.refresh_from_db()
    assert inside.jieun.user.check_password("purple lantern bread")
    assert client.get("/profile/").status_code == 200


def test_language_is_chosen_before_and_after_signing_in(inside: Cast, client: Client, client_of: ClientOf) -> None:
    client.post("/language/", {"language": "ko", "next": "/accounts/login/"})
    assert '<html lang="ko"' in client.get("/accounts/login/").content.decode()
    client_of(inside.jieun).post("/language/", {"language": "en"})
    assert '<html lang="en"' in client_of(inside.jieun).get("/").content.decode()


@pytest.mark.parametrize("target", ["https://evil.example.com/", "//evil.example.com", "javascript:alert(1)"])
def test_choices_never_lead_out_of_the_house(client: Client, db: None, target: str) -> None:
    answer = client.post("/language/", {"language": "ko", "next": target})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_theme_is_kept_with_the_member(inside: Cast, client_of: ClientOf) -> None:
    client_of(inside.jieun).post("/theme/", {"theme": "dark", "next": "/people/"})
    client_of(inside.jieun).post("/theme/", {"theme": "purple"})
    inside.jieun.user.refresh_from_db()
    assert inside.jieun.user.theme == "dark"
