"""ASVS chapter 7: sessions begin anew, end by themselves, and can be ended."""

from collections.abc import Callable
from datetime import timedelta
from html import unescape
from re import findall
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from dangol.kit import tenancy
from dangol.workspaces.models import AuditEntry, Member, Session
from dangol.workspaces.operations import change_sign_in_rules
from dangol.workspaces.sessions import STARTED, USED
from tests.people import Cast

ClientOf = Callable[[Member], Client]
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/141.0 Safari/537.36"
PASSWORD = "correct horse battery"
OWN = "/profile/sign-in/"


def signed_in(member: Member, **extra: Any) -> Client:
    """A browser in which the member went through the front door."""
    client = Client(**extra)
    answer = client.post("/accounts/login/", {"login": member.user.email, "password": PASSWORD})
    assert answer.status_code == 302
    return client


def is_in(client: Client) -> bool:
    return client.get("/profile/").status_code == 200


def move_back(client: Client, name: str, by: timedelta) -> None:
    """Let something of the session have happened earlier."""
    session = client.session
    session[name] = (timezone.now() - by).isoformat()
    session.save()


@pytest.mark.shows("7.2.4")
def test_signing_in_makes_a_new_session_and_the_old_one_is_dead(cast: Cast) -> None:
    client = Client()
    session = client.session
    session["planted"] = "by somebody who knows this key"
    session.save()
    planted = session.session_key
    client.cookies["session"] = planted or ""
    client.post("/accounts/login/", {"login": cast.jieun.user.email, "password": PASSWORD})
    assert client.session.session_key != planted
    assert not Session.objects.filter(pk=planted).exists()


@pytest.mark.shows("7.2.3")
def test_the_name_of_a_session_has_more_than_128_bits(cast: Cast) -> None:
    keys = [signed_in(cast.jieun).session.session_key or "" for _time in range(3)]
    assert len(set(keys)) == 3
    assert all(len(key) == 32 and set(key) <= set("abcdefghijklmnopqrstuvwxyz0123456789") for key in keys)


@pytest.mark.shows("7.3.1")
def test_a_session_without_use_ends(cast: Cast) -> None:
    client = signed_in(cast.jieun)
    assert is_in(client)
    move_back(client, USED, timedelta(minutes=29))
    assert is_in(client)
    move_back(client, USED, timedelta(minutes=31))
    assert not is_in(client)
    move_back(client, USED, timedelta())
    assert not is_in(client)


@pytest.mark.shows("7.3.2")
def test_a_session_in_use_ends_too(cast: Cast) -> None:
    client = signed_in(cast.jieun)
    move_back(client, STARTED, timedelta(hours=11, minutes=59))
    assert is_in(client)
    assert client.session.get_expiry_date() <= timezone.now() + timedelta(minutes=1)
    move_back(client, STARTED, timedelta(hours=12))
    assert not is_in(client)


@pytest.mark.shows("7.3.1", "7.3.2")
def test_a_stricter_rule_holds_for_open_sessions_from_the_next_page(cast: Cast) -> None:
    client = signed_in(cast.jieun)
    assert is_in(client)
    move_back(client, USED, timedelta(minutes=10))
    with tenancy.workspace(cast.workspace.pk):
        change_sign_in_rules(by=cast.admin, address="127.0.0.1", now=timezone.now(), idle_minutes=5, session_hours=12)
    assert not is_in(client)


def test_the_strictest_workspace_of_a_user_counts(cast: Cast) -> None:
    with tenancy.workspace(cast.other_workspace.pk):
        Member.objects.create(workspace=cast.other_workspace, user=cast.jieun.user, role="sales")
        change_sign_in_rules(by=cast.lee, address="127.0.0.1", now=timezone.now(), idle_minutes=5, session_hours=12)
    client = signed_in(cast.jieun)
    assert is_in(client)
    move_back(client, USED, timedelta(minutes=6))
    assert not is_in(client)


@pytest.mark.shows("7.4.1")
def test_the_cookie_of_somebody_who_signed_out_opens_nothing(cast: Cast) -> None:
    client = signed_in(cast.jieun)
    kept = client.cookies["session"].value
    client.post("/accounts/logout/")
    client.cookies["session"] = kept
    assert not is_in(client)


@pytest.mark.shows("7.4.2", "AC-22")
def test_a_closed_account_has_no_session_left(cast: Cast) -> None:
    client = signed_in(cast.jieun)
    cast.jieun.user.is_active = False
    cast.jieun.user.save()
    assert not is_in(client)


@pytest.mark.shows("7.4.3")
def test_a_new_password_ends_all_other_sessions(cast: Cast) -> None:
    here, elsewhere = signed_in(cast.jieun), signed_in(cast.jieun)
    new = "four words without signs"
    here.post("/profile/password/", {"old_password": PASSWORD, "new_password1": new, "new_password2": new})
    assert is_in(here)
    assert not is_in(elsewhere)
    assert Session.objects.filter(user=cast.jieun.user).count() == 1


@pytest.mark.shows("7.5.2")
def test_members_see_their_own_sessions_and_end_them(
    cast: Cast, client_of: ClientOf, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    signed_in(cast.minsu)
    here = client_of(cast.jieun)
    one = signed_in(cast.jieun, HTTP_USER_AGENT=CHROME, REMOTE_ADDR="192.0.2.7")
    with django_assert_num_queries(15):
        page = here.get(OWN).content.decode()
    assert "Chrome · Windows" in page
    assert "192.0.2.7" in page
    assert (one.session.session_key or "") not in page
    signed_in(cast.jieun)
    with django_assert_num_queries(15):
        page = here.get(OWN).content.decode()
    names = findall(r'name="session" value="([^"]+)"', unescape(page))
    assert len(names) == 2
    assert here.post(f"{OWN}sessions/end/", {"session": names[0]}).status_code == 302
    assert Session.objects.filter(user=cast.jieun.user).count() == 2
    assert here.post(f"{OWN}sessions/end/").status_code == 302
    assert [is_in(here), is_in(one)] == [True, False]
    assert Session.objects.filter(user=cast.minsu.user).count() == 1


@pytest.mark.shows("7.5.2")
def test_nobody_ends_a_session_of_somebody_else(cast: Cast, client_of: ClientOf) -> None:
    signed_in(cast.minsu)
    name = Session.objects.get(user=cast.minsu.user).name
    for member in (cast.jieun, cast.dana, cast.lee):
        assert client_of(member).post(f"{OWN}sessions/end/", {"session": name}).status_code == 404
    assert Session.objects.filter(user=cast.minsu.user).exists()


@pytest.mark.shows("7.4.5")
def test_an_administrator_signs_a_colleague_out_everywhere(cast: Cast, client_of: ClientOf) -> None:
    jieun = signed_in(cast.jieun)
    address = f"/settings/members/{cast.jieun.pk}/sessions/end/"
    for member, status in ((cast.jieun, 403), (cast.minsu, 403), (cast.dana, 403), (cast.lee, 404)):
        assert client_of(member).post(address).status_code == status
    assert is_in(jieun)
    assert client_of(cast.admin).post(address).status_code == 302
    assert not is_in(jieun)
    with tenancy.workspace(cast.workspace.pk):
        assert AuditEntry.objects.get(verb="end_sessions").member_id == cast.admin.pk


def test_only_administrators_change_the_rules_of_their_house(cast: Cast, client_of: ClientOf) -> None:
    rules = {"idle_minutes": "45", "session_hours": "8"}
    for member in (cast.jieun, cast.minsu, cast.dana):
        assert client_of(member).post("/settings/sign-in/", rules).status_code == 403
    assert client_of(cast.admin).post("/settings/sign-in/", rules | {"idle_minutes": "0"}).status_code == 200
    assert client_of(cast.admin).post("/settings/sign-in/", rules).status_code == 302
    assert 'value="45"' in client_of(cast.admin).get("/settings/sign-in/").content.decode()
    assert 'value="30"' in client_of(cast.lee).get("/settings/sign-in/").content.decode()
