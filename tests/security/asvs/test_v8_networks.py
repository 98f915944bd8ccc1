"""From where a workspace lets its members and keys in."""

from collections.abc import Callable

import pytest
from django.test import Client, override_settings
from django.utils import timezone

from dangol.kit import tenancy
from dangol.workspaces.models import Member, SignInRules, User
from dangol.workspaces.operations import UnableToChangeRules, change_sign_in_rules
from tests.api.conftest import Program, ProgramOf
from tests.api.conftest import program_of as program_of  # noqa: PLC0414 - a fixture of the API's tests
from tests.people import Cast

ClientOf = Callable[[Member], Client]
RULES = {"idle_minutes": "30", "session_hours": "12"}
OFFICE = "198.51.100.0/24"


def let_in_only(cast: Cast, *networks: str) -> None:
    with tenancy.workspace(cast.workspace.pk):
        change_sign_in_rules(by=cast.admin, address="198.51.100.1", now=timezone.now(), networks=list(networks))


def status(client: Client, **extra: str) -> int:
    return client.get("/profile/", **extra).status_code  # type: ignore[arg-type] # headers of WSGI


def test_members_come_in_from_the_office_only(cast: Cast, client_of: ClientOf) -> None:
    let_in_only(cast, OFFICE)
    jieun = client_of(cast.jieun)
    assert status(jieun, REMOTE_ADDR="198.51.100.77") == 200
    assert status(jieun, REMOTE_ADDR="::ffff:198.51.100.77") == 200
    assert status(jieun, REMOTE_ADDR="192.0.2.7") == 403
    assert status(jieun, REMOTE_ADDR="2001:db8::7") == 403
    assert status(client_of(cast.lee), REMOTE_ADDR="192.0.2.7") == 200


@pytest.mark.shows("4.1.3", "AC-21")
def test_an_invented_header_opens_nothing(cast: Cast, client_of: ClientOf) -> None:
    let_in_only(cast, OFFICE)
    jieun, invented = client_of(cast.jieun), "198.51.100.77"
    assert status(jieun, REMOTE_ADDR="192.0.2.7", HTTP_X_FORWARDED_FOR=invented) == 403
    with override_settings(ALLAUTH_TRUSTED_PROXY_COUNT=1):
        assert status(jieun, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"{invented}, 192.0.2.7") == 403
        assert status(jieun, REMOTE_ADDR="127.0.0.1", HTTP_X_FORWARDED_FOR=f"192.0.2.7, {invented}") == 200


@pytest.mark.shows("6.3.4")
def test_keys_come_in_from_there_only_too(cast: Cast, program_of: ProgramOf) -> None:
    program: Program = program_of(cast.admin)
    assert program.get("people").status_code == 200
    let_in_only(cast, OFFICE)
    assert program.get("people").status_code == 403
    program.client.defaults["REMOTE_ADDR"] = "198.51.100.77"
    assert program.get("people").status_code == 200


def in_english(member: Member) -> Member:
    User.objects.filter(pk=member.user_id).update(language="en")
    return member


def test_nobody_shuts_the_door_behind_oneself(cast: Cast, client_of: ClientOf) -> None:
    admin = client_of(in_english(cast.admin))
    page = admin.post("/settings/sign-in/", RULES | {"networks": OFFICE})
    assert page.status_code == 200
    assert "127.0.0.1, which is not in the list" in page.content.decode()
    with tenancy.workspace(cast.workspace.pk):
        assert not SignInRules.objects.exists()
        with pytest.raises(UnableToChangeRules):
            change_sign_in_rules(by=cast.admin, address="no address", now=timezone.now(), networks=[OFFICE])
    assert admin.post("/settings/sign-in/", RULES | {"networks": f"{OFFICE}\n\n 127.0.0.1"}).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert SignInRules.objects.get().networks == [OFFICE, "127.0.0.1/32"]


@pytest.mark.parametrize("line", ["office", "300.1.1.1", "10.0.0.0/33"])
def test_what_is_no_network_is_refused(cast: Cast, client_of: ClientOf, line: str) -> None:
    page = client_of(in_english(cast.admin)).post("/settings/sign-in/", RULES | {"networks": line})
    assert "neither an address nor a network" in page.content.decode()
