"""Coming in by an identity provider that runs beside the test."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from dangol.kit import tenancy
from dangol.workspaces.enums import Deed, Role
from dangol.workspaces.models import AuditEntry, LinkedAccount, Member, SignInProvider, User
from dangol.workspaces.operations import change_sign_in_rules
from tests.identity_providers import (
    any_issuer,
    at_any_issuer,
    at_kept_provider,
    kept_provider,
    provider_of,
    sent_to,
    start,
)
from tests.people import Cast
from tests.security.asvs.test_v6_second_factor import long_ago

ClientOf = Callable[[Member], Client]
OWN = "/profile/sign-in/"
PASSWORD = {"login": "jieun@example.com", "password": "correct horse battery"}


@pytest.fixture(scope="module")
def keycloak() -> Iterator[str]:
    with kept_provider() as issuer:
        yield issuer


def link(client: Client, provider: SignInProvider, subject: str, **claims: Any) -> int:
    """Link an account on the profile, as a member does."""
    address = sent_to(client.post(f"/accounts/sso/link/{provider.pk}/"))
    return client.get(at_kept_provider(address, subject, **claims)).status_code


def came(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


def sign_in(provider: SignInProvider, subject: str, **claims: Any) -> tuple[Client, Any]:
    client = Client()
    return client, client.get(at_kept_provider(start(client, provider), subject, **claims))


@pytest.mark.shows("10.2.1")
def test_a_member_links_an_account_and_comes_in_by_it(cast: Cast, client_of: ClientOf, keycloak: str) -> None:
    provider = provider_of(cast.admin, keycloak)
    _nobody, answer = sign_in(provider, "j-1", email="jieun@example.com", email_verified=True)
    assert answer.status_code == 403
    assert link(client_of(cast.jieun), provider, "j-1") == 302
    browser, answer = sign_in(provider, "j-1")
    assert (answer.status_code, answer["Location"]) == (302, "/")
    assert came(browser)
    with tenancy.workspace(cast.workspace.pk):
        entry = AuditEntry.objects.get(verb="sign_in")
        assert (entry.member_id, entry.detail["factors"]) == (cast.jieun.pk, ["provider"])
        assert AuditEntry.objects.get(verb="link_account").member_id == cast.jieun.pk


@pytest.mark.shows("6.8.1", "AC-23")
def test_an_equal_address_links_nothing(cast: Cast, keycloak: str) -> None:
    provider = provider_of(
        cast.admin, keycloak, domains=["example.com"], newcomer_role=Role.SALES, role_claim="roles"
    )  # fmt: skip
    for email in ("jieun@example.com", "JIEUN@example.com", "lee@example.com"):
        browser, answer = sign_in(provider, f"of-{email}", email=email, email_verified=True, roles=["administrator"])
        assert answer.status_code == 403
        assert not came(browser)
    with tenancy.workspace(cast.workspace.pk):
        assert not LinkedAccount.objects.exists()
        told = AuditEntry.objects.filter(verb="sign_in_refused", deed=Deed.REFUSED).order_by("id")
        subjects = [entry.detail["subject"] for entry in told]
        assert subjects == ["of-jieun@example.com", "of-JIEUN@example.com", "of-lee@example.com"]
        assert {(entry.detail["reason"], entry.detail["address"]) for entry in told} == {
            ("UnableToRecognise", "127.0.0.1")
        }


def test_a_newcomer_of_the_company_gets_a_place_and_the_role_that_the_provider_names(cast: Cast, keycloak: str) -> None:
    provider = provider_of(
        cast.admin, keycloak, domains=["shop.example"], newcomer_role=Role.SALES, role_claim="roles"
    )  # fmt: skip
    for told in ({"email_verified": False}, {"email_verified": "true"}, {"email": "x@other.example"}):
        assert (
            sign_in(provider, "new", **{"email": "x@shop.example", "email_verified": True} | told)[1].status_code == 403
        )
    assert not User.objects.filter(email__startswith="x@").exists()
    proven = {"email": "x@shop.example", "email_verified": True, "name": "하나"}
    browser, answer = sign_in(provider, "new", **proven)
    assert (answer.status_code, came(browser)) == (302, True)
    sign_in(provider, "new", **proven, roles=["nonsense", "marketer"])
    with tenancy.workspace(cast.workspace.pk):
        newcomer = Member.objects.get(user__email="x@shop.example")
        assert (newcomer.user.name, newcomer.role) == ("하나", Role.MARKETER)
        assert not newcomer.user.has_usable_password()
        assert AuditEntry.objects.get(verb="follow_claim").detail["was"] == Role.SALES


@pytest.mark.shows("AC-23")
def test_a_provider_opens_its_own_workspace_only(cast: Cast, client_of: ClientOf, keycloak: str) -> None:
    """Who runs the provider of one workspace must not walk into another as somebody who works in both."""
    with tenancy.workspace(cast.other_workspace.pk):
        Member.objects.create(workspace=cast.other_workspace, user=cast.jieun.user, role=Role.ADMINISTRATOR)
    ours = provider_of(cast.admin, keycloak)
    assert link(client_of(cast.jieun), ours, "j-1") == 302
    browser, _answer = sign_in(ours, "j-1")
    for workspace in (cast.other_workspace, cast.workspace):
        session = browser.session
        session["workspace_id"] = str(workspace.pk)
        session.save()
        assert browser.get("/profile/").context["navigation"]["workspace"] == cast.workspace
    for address in ("/accounts/second-factor/totp/activate/", "/accounts/second-factor/webauthn/add/"):
        assert browser.get(address).status_code == 403
    User.objects.filter(pk=cast.jieun.user.pk).update(password="!none")
    new = {"password1": "four words without signs", "password2": "four words without signs"}
    browser, _answer = sign_in(ours, "j-1")
    assert browser.post("/accounts/password/set/", new).status_code == 403
    cast.jieun.user.refresh_from_db()
    assert not cast.jieun.user.has_usable_password()


def test_a_provider_of_another_workspace_knows_nobody_here(cast: Cast, client_of: ClientOf, keycloak: str) -> None:
    ours, theirs = provider_of(cast.admin, keycloak), provider_of(cast.lee, keycloak)
    assert link(client_of(cast.jieun), ours, "j-1") == 302
    assert sign_in(theirs, "j-1")[1].status_code == 403
    assert client_of(cast.lee).post(f"/accounts/sso/link/{ours.pk}/").status_code == 404


@pytest.mark.shows("6.3.4")
def test_members_come_in_by_the_provider_only_where_the_workspace_says_so(
    cast: Cast, client_of: ClientOf, keycloak: str
) -> None:
    provider = provider_of(cast.admin, keycloak)
    link(client_of(cast.jieun), provider, "j-1")
    rules = {"idle_minutes": 30, "session_hours": 12, "only_by": provider}
    with tenancy.workspace(cast.workspace.pk):
        change_sign_in_rules(by=cast.admin, address="127.0.0.1", now=timezone.now(), **rules)
    browser = Client()
    assert browser.post("/accounts/login/", PASSWORD).status_code == 302
    answer = browser.get("/people/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/sso/dangol/")
    assert browser.get(at_kept_provider(start(browser, provider), "j-1")).status_code == 302
    assert came(browser)
    assert came(client_of(cast.admin))
    assert came(client_of(cast.lee))


@pytest.mark.shows("6.3.4")
def test_the_second_factor_is_asked_after_the_provider_too(cast: Cast, client_of: ClientOf, keycloak: str) -> None:
    provider = provider_of(cast.admin, keycloak)
    link(client_of(cast.jieun), provider, "j-1")
    rules = {"idle_minutes": 30, "session_hours": 12, "second_factor_roles": [Role.SALES]}
    with tenancy.workspace(cast.workspace.pk):
        change_sign_in_rules(by=cast.admin, address="127.0.0.1", now=timezone.now(), **rules)
    assert not came(sign_in(provider, "j-1")[0])


@pytest.mark.shows("AC-22")
def test_who_left_does_not_come_back_by_the_provider(cast: Cast, client_of: ClientOf, keycloak: str) -> None:
    provider = provider_of(cast.admin, keycloak)
    link(client_of(cast.jieun), provider, "j-1")
    browser, _answer = sign_in(provider, "j-1")
    assert came(browser)
    assert client_of(cast.admin).post(f"/settings/members/{cast.jieun.pk}/end/").status_code == 302
    assert not came(browser)
    assert sign_in(provider, "j-1")[1].status_code == 403
    assert client_of(cast.admin).post(f"/settings/members/{cast.jieun.pk}/resume/").status_code == 302
    assert came(sign_in(provider, "j-1")[0])


def test_an_invitation_links_the_account_of_who_holds_it(cast: Cast, client_of: ClientOf, keycloak: str) -> None:
    provider = provider_of(cast.admin, keycloak)
    page = client_of(cast.admin).post(f"/settings/members/{cast.minsu.pk}/password/").content.decode()
    token = page.partition("/accounts/invitations/")[2].partition("/")[0]
    browser = Client()
    back = at_kept_provider(start(browser, provider, invitation=token), "m-1")
    assert Client().get(back).status_code == 403
    assert browser.get(back).status_code == 302
    assert came(browser)
    other = Client()
    assert other.get(at_kept_provider(start(other, provider, invitation=token), "somebody-else")).status_code == 403
    with tenancy.workspace(cast.workspace.pk):
        assert LinkedAccount.objects.get().member_id == cast.minsu.pk


def test_one_account_is_linked_to_one_member(cast: Cast, client_of: ClientOf, keycloak: str) -> None:
    provider = provider_of(cast.admin, keycloak)
    assert link(client_of(cast.jieun), provider, "j-1") == 302
    assert link(client_of(cast.minsu), provider, "j-1") == 403
    with tenancy.workspace(cast.workspace.pk):
        account = LinkedAccount.objects.get()
    for member in (cast.minsu, cast.dana, cast.admin, cast.lee):
        assert client_of(member).post(f"{OWN}accounts/{account.pk}/unlink/").status_code == 404
    assert client_of(cast.jieun).post(f"{OWN}accounts/{account.pk}/unlink/").status_code == 302
    assert sign_in(provider, "j-1")[1].status_code == 403


@pytest.mark.shows("10.2.1")
def test_a_way_back_opens_once_and_in_the_browser_that_set_out(cast: Cast, client_of: ClientOf, keycloak: str) -> None:
    provider = provider_of(cast.admin, keycloak)
    link(client_of(cast.jieun), provider, "j-1")
    browser = Client()
    back = at_kept_provider(start(browser, provider), "j-1")
    assert Client().get(back).status_code == 403
    assert browser.get(back).status_code == 302
    assert browser.get(back).status_code == 403


@pytest.mark.shows("7.5.1")
def test_a_provider_proves_it_once_more(cast: Cast, client_of: ClientOf) -> None:
    with any_issuer() as issuer:
        provider = provider_of(cast.admin, issuer.url)
        admin = client_of(cast.admin)
        admin.get(at_any_issuer(sent_to(admin.post(f"/accounts/sso/link/{provider.pk}/")), issuer, sub="a-1"))
        User.objects.filter(pk=cast.admin.user.pk).update(password="!none")
        for claims, opened in (({"sub": "a-1"}, False), ({"sub": "a-1", "auth_time": 1}, False), (None, True)):
            browser = Client()
            browser.get(at_any_issuer(start(browser, provider), issuer, sub="a-1"))
            asked = long_provided(browser).get("/settings/api-keys/")
            assert asked["Location"].startswith("/accounts/sso/prove/")
            assert b'name="prove"' in browser.get(asked["Location"]).content
            away = start(browser, provider, prove="1", next="/settings/api-keys/")
            assert "prompt=login" in away
            fresh = {"sub": "a-1", "auth_time": int(timezone.now().timestamp())}
            browser.get(at_any_issuer(away, issuer, **(claims or fresh)))
            assert (browser.get("/settings/api-keys/").status_code == 200) is opened


def long_provided(client: Client) -> Client:
    """A browser in which the provider was asked an hour ago."""
    session = client.session
    for proof in session["account_authentication_methods"]:
        proof["at"] -= 3600
    session.save()
    return client


def test_only_administrators_choose_whom_to_believe(cast: Cast, client_of: ClientOf, keycloak: str) -> None:
    provider = provider_of(cast.admin, keycloak)
    new, own = "/settings/sign-in/providers/new/", f"/settings/sign-in/providers/{provider.pk}/"
    details = {"name": "Ours", "issuer": keycloak, "client_id": "c", "is_private_allowed": "1"}
    for address in (new, own, f"{own}remove/"):
        for member in (cast.jieun, cast.minsu, cast.dana, cast.marketer):
            assert client_of(member).post(address, details | {"kind": "openid"}).status_code == 403
        assert "/reauthenticate/" in long_ago(client_of(cast.admin)).post(address)["Location"]
    assert client_of(cast.lee).get(own).status_code == 404
    assert client_of(cast.lee).post(f"{own}remove/").status_code == 404
    assert "s3cret" not in client_of(cast.admin).get(own).content.decode()
    assert client_of(cast.admin).post(own, details | {"issuer": f"{keycloak}/"}).status_code == 422
    assert client_of(cast.admin).post(own, details | {"newcomer_role": "sales"}).status_code == 422
    assert client_of(cast.admin).post(own, details).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert SignInProvider.objects.get().name == "Ours"
        assert "s3cret" not in str(AuditEntry.objects.get(verb="change_provider", detail__name="Ours").detail)
    assert client_of(cast.admin).post(f"{own}remove/").status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert not SignInProvider.objects.exists()


def test_a_secret_goes_to_nobody_but_its_provider(cast: Cast, client_of: ClientOf, keycloak: str) -> None:
    provider = provider_of(cast.admin, keycloak)
    with any_issuer() as other:
        details = {"name": "Ours", "issuer": other.url, "client_id": "c", "is_private_allowed": "1"}
        address = f"/settings/sign-in/providers/{provider.pk}/"
        assert client_of(cast.admin).post(address, details).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert SignInProvider.objects.get().client_secret == ""


@pytest.mark.shows("AC-08")
@pytest.mark.parametrize(
    ("issuer", "is_private_allowed"),
    [
        ("http://127.0.0.1:5432", ""),
        ("https://127.0.0.1:5432", ""),
        ("http://example.com", ""),
        ("https://169.254.169.254", "1"),
        ("https://[::ffff:10.0.0.1]", ""),
        ("file:///etc/passwd", "1"),
        ("https://user:pass@example.com", "1"),
    ],
)
def test_an_issuer_leads_nowhere_inside(
    cast: Cast, client_of: ClientOf, keycloak: str, issuer: str, is_private_allowed: str
) -> None:
    provider = provider_of(cast.admin, keycloak)
    details = {"name": "Ours", "issuer": issuer, "client_id": "c", "is_private_allowed": is_private_allowed}
    page = client_of(cast.admin).post(f"/settings/sign-in/providers/{provider.pk}/", details)
    assert page.status_code == 422
    with tenancy.workspace(cast.workspace.pk):
        assert SignInProvider.objects.get().issuer == keycloak


def test_the_door_shows_the_providers_of_the_house(cast: Cast, keycloak: str) -> None:
    provider_of(cast.admin, keycloak)
    browser = Client()
    assert b"Keycloak" not in browser.get("/accounts/login/").content
    assert browser.get("/accounts/sso/", {"workspace": " Dangol "})["Location"] == "/accounts/sso/dangol/"
    assert b"Keycloak" in browser.get("/accounts/sso/dangol/").content
    assert b"Keycloak" in browser.get("/accounts/login/").content
    assert b"Keycloak" not in browser.get("/accounts/sso/lee/").content
    assert browser.get("/accounts/sso/", {"workspace": "nowhere"}).status_code == 200
