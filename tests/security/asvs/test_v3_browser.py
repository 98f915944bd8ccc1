"""What a house behind TLS tells browsers, and what it takes from programs."""

import runpy
from collections.abc import Iterator
from typing import Any

import pytest
from django.test import Client, override_settings

from dangol.config.environment import ROOT
from tests.api.conftest import ProgramOf
from tests.api.conftest import program_of as program_of  # noqa: PLC0414 - a fixture of the API's tests
from tests.people import Cast

THROUGH_TLS = {"X-Forwarded-Proto": "https"}
MADE_OF_THE_ADDRESS = ("SECURE_", "COOKIE_", "SESSION_COOKIE_", "CSRF_", "LANGUAGE_COOKIE_", "ALLAUTH_TRUSTED_")


@pytest.fixture
def behind_tls(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Read the product's own settings as a house with TLS in front has them."""
    monkeypatch.setenv("DANGOL_PUBLIC_URL", "https://crm.example.com")
    monkeypatch.setenv("DANGOL_TRUSTED_PROXIES", "1")
    made = runpy.run_path(str(ROOT / "dangol" / "config" / "settings.py"))
    with override_settings(**{name: made[name] for name in made if name.startswith(MADE_OF_THE_ADDRESS)}):
        yield


@pytest.fixture
def answer(behind_tls: None, cast: Cast) -> Any:
    """The answer to somebody who signs in."""
    client = Client(headers=THROUGH_TLS)
    client.get("/accounts/login/")
    told = {"login": cast.jieun.user.email, "password": "correct horse battery"}
    found = client.post("/accounts/login/", told)
    client.post("/language/", {"language": "ko"})
    found.client = client
    return found


@pytest.mark.shows("3.4.1")
def test_browsers_never_come_back_without_tls(answer: Any) -> None:
    assert answer["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


@pytest.mark.shows("3.3.1", "3.3.2", "3.3.3")
def test_every_cookie_stays_with_this_host_and_with_tls(answer: Any) -> None:
    cookies = answer.client.cookies
    assert len(cookies) == 4, "session, form token, known browser, language"
    for name, cookie in cookies.items():
        assert name.startswith("__Host-"), name
        assert (cookie["secure"], cookie["path"], cookie["domain"], cookie["samesite"]) == (True, "/", "", "Lax"), name


@pytest.mark.shows("3.3.4")
def test_no_script_reads_the_session(answer: Any) -> None:
    session = answer.client.cookies["__Host-session"]
    assert session["httponly"] is True
    assert session.value not in answer.client.get("/profile/sign-in/").content.decode()


@pytest.mark.shows("4.1.2")
def test_a_key_in_the_clear_is_refused_and_not_led_on(behind_tls: None, cast: Cast, program_of: ProgramOf) -> None:
    program = program_of(cast.admin)
    refused = program.get("people")
    assert (refused.status_code, "Location" in refused) == (403, False)
    assert "https://" in refused.json()["detail"]
    assert program.get("people", **THROUGH_TLS).status_code == 200
