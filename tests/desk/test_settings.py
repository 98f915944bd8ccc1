from collections.abc import Callable
from html import unescape
from re import search

import pytest
from django.test import Client
from django.utils import timezone

from dangol.kit import tenancy
from dangol.workspaces.enums import KeyScope, Role
from dangol.workspaces.models import AuditEntry, Invitation, Member, User
from dangol.workspaces.operations import make_api_key
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


def link_on(page: str) -> str:
    """The path of the link that an administrator hands over."""
    found = search(r'<code class="one-time strong">[^<]+(/accounts/invitations/[^<]+)</code>', page)
    assert found is not None
    return found.group(1)


def chosen(link: str, password: str = "four words without signs") -> int:
    """Choose a password with a link, as whoever holds it."""
    return Client().post(link, {"new_password1": password, "new_password2": password}).status_code


@pytest.mark.shows("6.4.1")
def test_an_invitation_opens_once_and_is_shown_once(inside: Cast, client_of: ClientOf) -> None:
    answer = client_of(inside.admin).post("/settings/members/invitation/", NEWCOMER)
    assert answer["Cache-Control"] == "no-store"
    link = link_on(answer.content.decode())
    hana = User.objects.get(email="hana@example.com")
    assert not hana.has_usable_password()
    assert chosen(link, "1234567890") == 200
    assert chosen(link) == 302
    assert chosen(link, "another four words here") == 404
    hana.refresh_from_db()
    assert hana.check_password("four words without signs")
    member = colleagues(inside.admin).get(user=hana)
    assert (member.role, member.workspace_id) == (Role.MARKETER, inside.workspace.pk)
    assert "one-time strong" not in client_of(inside.admin).get("/settings/members/").content.decode()


@pytest.mark.shows("6.4.1")
def test_an_invitation_opens_for_three_days(inside: Cast, client_of: ClientOf) -> None:
    link = link_on(client_of(inside.admin).post("/settings/members/invitation/", NEWCOMER).content.decode())
    Invitation.objects.update(expires_at=timezone.now())
    assert chosen(link) == 404
    assert chosen(link[:-3] + "xx/") == 404


def test_a_newer_link_closes_the_older_one(inside: Cast, client_of: ClientOf) -> None:
    first, second = (
        link_on(client_of(inside.admin).post(password_address(inside.jieun)).content.decode()) for _time in range(2)
    )
    assert [chosen(first), chosen(second)] == [404, 302]


def test_a_link_opens_no_account_that_has_become_another_house_s_too(inside: Cast, client_of: ClientOf) -> None:
    link = link_on(client_of(inside.admin).post(password_address(inside.jieun)).content.decode())
    with tenancy.workspace(inside.other_workspace.pk):
        Member.objects.create(workspace=inside.other_workspace, user=inside.jieun.user, role=Role.SALES)
    assert chosen(link) == 404
    inside.jieun.user.refresh_from_db()
    assert not inside.jieun.user.has_usable_password()


@pytest.mark.shows("7.4.2", "AC-22")
def test_who_left_has_no_session_and_no_key_left(inside: Cast, client_of: ClientOf) -> None:
    _key, secret = make_api_key(
        by=inside.admin, name="ERP", member=inside.jieun, scope=KeyScope.READ, expires_at=None, now=timezone.now()
    )
    program = Client(headers={"authorization": f"Bearer {secret}"})
    jieun_at_work, address = client_of(inside.jieun), f"/settings/members/{inside.jieun.pk}/end/"
    assert [jieun_at_work.get("/profile/").status_code, program.get("/api/v1/people").status_code] == [200, 200]
    for member, status in ((inside.jieun, 403), (inside.minsu, 403), (inside.dana, 403), (inside.lee, 404)):
        assert client_of(member).post(address).status_code == status
    assert client_of(inside.admin).post(address).status_code == 302
    assert [jieun_at_work.get("/profile/").status_code, program.get("/api/v1/people").status_code] == [302, 401]
    assert client_of(inside.jieun).get("/profile/").status_code == 403
    assert inside.jieun not in colleagues(inside.admin)
    assert AuditEntry.objects.get(verb="end_membership").detail == {"member": str(inside.jieun.pk)}
    resume = f"/settings/members/{inside.jieun.pk}/resume/"
    for member, status in ((inside.minsu, 403), (inside.lee, 404), (inside.admin, 302), (inside.admin, 404)):
        assert client_of(member).post(resume).status_code == status
    assert client_of(inside.jieun).get("/profile/").status_code == 200
    assert program.get("/api/v1/people").status_code == 401


def test_nobody_ends_the_own_membership(inside: Cast, client_of: ClientOf) -> None:
    client_of(inside.admin).post(f"/settings/members/{inside.admin.pk}/end/")
    assert client_of(inside.admin).get("/profile/").status_code == 200


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


def test_an_administrator_takes_a_password_away_and_hands_a_link_over(inside: Cast, client_of: ClientOf) -> None:
    jieun_at_work = client_of(inside.jieun)
    assert jieun_at_work.get("/profile/").status_code == 200
    assert "지은" in client_of(inside.admin).get(password_address(inside.jieun)).content.decode()

    answer = client_of(inside.admin).post(password_address(inside.jieun))

    assert answer["Cache-Control"] == "no-store"
    inside.jieun.user.refresh_from_db()
    assert not inside.jieun.user.has_usable_password()
    assert chosen(link_on(answer.content.decode())) == 302
    inside.jieun.user.refresh_from_db()
    assert inside.jieun.user.check_password("four words without signs")
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


@pytest.mark.shows("3.7.2")
@pytest.mark.parametrize("target", ["https://evil.example.com/", "//evil.example.com", "javascript:alert(1)"])
def test_choices_never_lead_out_of_the_house(client: Client, db: None, target: str) -> None:
    answer = client.post("/language/", {"language": "ko", "next": target})
    assert (answer.status_code, answer["Location"]) == (302, "/")


def test_theme_is_kept_with_the_member(inside: Cast, client_of: ClientOf) -> None:
    client_of(inside.jieun).post("/theme/", {"theme": "dark", "next": "/people/"})
    client_of(inside.jieun).post("/theme/", {"theme": "purple"})
    inside.jieun.user.refresh_from_db()
    assert inside.jieun.user.theme == "dark"
