"""ASVS chapter 6: the second factor, who has to have one, and being asked once more."""

import time
from collections.abc import Callable

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from django.test import Client
from django.utils import timezone

from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.workspaces.enums import Role
from dangol.workspaces.models import ApiKey, Member
from dangol.workspaces.operations import change_sign_in_rules
from tests.people import Cast
from tests.security.asvs.test_v6_authentication import PASSWORD, sign_in
from tests.security.asvs.test_v7_sessions import is_in, signed_in

ClientOf = Callable[[Member], Client]
FACTORS = "/accounts/second-factor/"
CODE = f"{FACTORS}authenticate/"
KEY = {"name": "ERP", "scope": "read", "days": "30"}


def code_of(secret: str) -> str:
    """What the app shows now. Waits for the next code when this one is nearly over."""
    if time.time() % 30 > 27:
        time.sleep(30 - time.time() % 30)
    return str(format_hotp_value(hotp_value(secret, int(time.time() // 30))))


def with_app(member: Member) -> str:
    """Set an app up for the member as a browser does; return its secret."""
    client = signed_in(member)
    client.get(f"{FACTORS}totp/activate/")
    secret = str(client.session["mfa.totp.secret"])
    assert client.post(f"{FACTORS}totp/activate/", {"code": "000000"}).status_code == 200
    assert client.post(f"{FACTORS}totp/activate/", {"code": code_of(secret)}).status_code == 302
    return secret


def recovery_codes(member: Member) -> list[str]:
    codes: list[str] = Authenticator.objects.get(user=member.user, type="recovery_codes").wrap().get_unused_codes()
    return codes


def at_the_second_door(member: Member) -> Client:
    """A browser in which the password was right."""
    client = Client()
    answer = client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})
    assert answer["Location"].startswith(CODE)
    assert not is_in(client)
    return client


def give(client: Client, code: str) -> bool:
    client.post(CODE, {"code": code})
    return is_in(client)


@pytest.mark.shows("6.5.1", "6.5.5", "AC-25")
def test_a_code_of_the_app_opens_once(cast: Cast) -> None:
    secret = with_app(cast.jieun)
    code = code_of(secret)
    assert give(at_the_second_door(cast.jieun), code)
    assert not give(at_the_second_door(cast.jieun), code)


@pytest.mark.shows("6.5.5")
def test_a_code_of_the_last_half_minute_but_one_is_over(cast: Cast) -> None:
    secret = with_app(cast.jieun)
    old = format_hotp_value(hotp_value(secret, int(time.time() // 30) - 2))
    assert not give(at_the_second_door(cast.jieun), old)


@pytest.mark.shows("6.5.1", "AC-25")
def test_a_recovery_code_opens_once(cast: Cast) -> None:
    with_app(cast.jieun)
    first, second, *_others = recovery_codes(cast.jieun)
    assert give(at_the_second_door(cast.jieun), first)
    assert not give(at_the_second_door(cast.jieun), first)
    assert give(at_the_second_door(cast.jieun), second)


def test_recovery_codes_are_shown_once_and_kept_sealed(cast: Cast) -> None:
    with_app(cast.jieun)
    client = at_the_second_door(cast.jieun)
    first, second, *_others = recovery_codes(cast.jieun)
    assert give(client, first)
    assert second in client.get(f"{FACTORS}recovery-codes/").content.decode()
    assert second not in client.get(f"{FACTORS}recovery-codes/").content.decode()
    kept = [str(one.data) for one in Authenticator.objects.filter(user=cast.jieun.user)]
    assert all("v1:" in one and second not in one for one in kept)


@pytest.mark.shows("6.6.3", "AC-25")
def test_codes_cannot_be_guessed_for_long(cast: Cast) -> None:
    secret = with_app(cast.jieun)
    client = at_the_second_door(cast.jieun)
    assert [give(client, f"{number:06}") for number in range(5)] == [False] * 5
    assert not give(client, code_of(secret))


@pytest.mark.shows("6.3.3")
def test_no_page_opens_before_the_second_factor_that_a_role_needs(cast: Cast, client_of: ClientOf) -> None:
    rules = {"idle_minutes": 30, "session_hours": 12, "second_factor_roles": [Role.SALES]}
    with tenancy.workspace(cast.workspace.pk):
        change_sign_in_rules(by=cast.admin, address="127.0.0.1", now=timezone.now(), **rules)
    for address in ("/", "/people/", "/profile/", "/search/", "/lists/people/export.csv"):
        answer = client_of(cast.jieun).get(address)
        assert (answer.status_code, answer["Location"]) == (302, FACTORS)
    assert is_in(client_of(cast.marketer))
    assert is_in(client_of(cast.lee))
    with_app(cast.jieun)
    assert is_in(client_of(cast.jieun))


@pytest.mark.shows("6.4.3")
def test_a_new_password_does_not_go_round_the_second_factor(cast: Cast, client_of: ClientOf) -> None:
    with_app(cast.jieun)
    address = f"/settings/members/{cast.jieun.pk}/password/"
    client_of(cast.admin).post(address)
    assert Authenticator.objects.filter(user=cast.jieun.user, type="totp").exists()
    client_of(cast.admin).post(address, {"without_second_factor": "1"})
    assert not Authenticator.objects.filter(user=cast.jieun.user).exists()


def long_ago(client: Client) -> Client:
    """A browser in which nobody has proved anything for an hour."""
    session = client.session
    session[AUTHENTICATION_METHODS_SESSION_KEY] = [{"method": "password", "at": time.time() - 3600}]
    session.save()
    return client


@pytest.mark.shows("7.5.1")
@pytest.mark.parametrize(
    "address",
    [
        "/lists/people/export.csv",
        "/settings/audit/export.csv",
        "/settings/api-keys/",
        "/settings/sign-in/",
        "/settings/members/invitation/",
        "/settings/sender/",
        "/settings/returned-mail/",
        f"{FACTORS}totp/activate/",
        f"{FACTORS}webauthn/add/",
        f"{FACTORS}recovery-codes/generate/",
    ],
)
def test_dangerous_acts_ask_once_more(cast: Cast, client_of: ClientOf, address: str) -> None:
    assert "reauthenticate" not in client_of(cast.admin).get(address).headers.get("Location", "")
    assert "/reauthenticate/" in long_ago(client_of(cast.admin)).get(address)["Location"]


@pytest.mark.shows("7.5.1")
@pytest.mark.parametrize(
    "address",
    [
        "/trash/person/{row}/end/",
        "/settings/data-sources/{row}/connection/",
        "/settings/data-sources/{row}/deletion/",
        "/settings/members/{row}/end/",
        "/settings/members/{row}/resume/",
        "/lists/people/changes/",
    ],
)
def test_dangerous_acts_on_rows_ask_once_more(cast: Cast, client_of: ClientOf, address: str) -> None:
    row = uuid7()
    address, deletion = address.format(row=row), {"act": "delete", "ids": str(row)}
    assert "reauthenticate" not in client_of(cast.admin).post(address, deletion).headers.get("Location", "")
    assert "/reauthenticate/" in long_ago(client_of(cast.admin)).post(address, deletion)["Location"]


def test_changing_a_word_in_many_rows_asks_nothing(cast: Cast, client_of: ClientOf) -> None:
    answer = long_ago(client_of(cast.admin)).post("/lists/people/changes/", {"act": "tag", "tag": "VIP"})
    assert "reauthenticate" not in answer["Location"]


@pytest.mark.shows("7.5.1")
def test_what_was_asked_for_goes_on_after_the_password(cast: Cast, client_of: ClientOf) -> None:
    client = long_ago(client_of(cast.admin))
    answer = client.post("/settings/api-keys/", KEY | {"member_id": str(cast.admin.pk)})
    with tenancy.workspace(cast.workspace.pk):
        assert not ApiKey.objects.exists()
    assert client.post(answer["Location"], {"password": "wrong"}).status_code == 200
    with tenancy.workspace(cast.workspace.pk):
        assert not ApiKey.objects.exists()
    assert client.post(answer["Location"], {"password": PASSWORD}).status_code == 200
    with tenancy.workspace(cast.workspace.pk):
        assert ApiKey.objects.get().name == "ERP"


def test_somebody_without_a_second_factor_signs_in_as_before(cast: Cast) -> None:
    with_app(cast.jieun)
    assert sign_in(Client(), cast.minsu.user.email)
