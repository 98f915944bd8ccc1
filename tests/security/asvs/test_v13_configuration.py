"""How the product stands where nobody has set anything, and what its code never does."""

import json
import runpy
import subprocess
import sys
from typing import Any

import pytest
from django.contrib.sessions.serializers import JSONSerializer
from django.core import mail
from django.test import Client, override_settings

from dangol.config.environment import ROOT
from dangol.workspaces.sessions import SessionStore
from tests.people import Cast

NEVER = {
    "S102": "exec",
    "S301": "pickle",
    "S302": "marshal",
    "S307": "eval",
    "S506": "YAML with objects in it",
    "S602": "a shell",
    "S604": "a shell",
    "S605": "a shell",
    "S609": "wildcards for a shell",
    "S701": "templates without escaping",
}


@pytest.fixture
def house(monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """The settings of an installation that names its host and nothing else."""
    monkeypatch.delenv("DANGOL_DEBUG", raising=False)
    monkeypatch.setenv("DANGOL_PUBLIC_URL", "https://crm.example.com")
    monkeypatch.setenv("DANGOL_ALLOWED_HOSTS", "crm.example.com")
    return runpy.run_path(str(ROOT / "dangol" / "config" / "settings.py"))


@pytest.mark.shows("13.4.2")
def test_a_page_that_is_not_there_names_none_that_are(house: dict[str, Any], db: None) -> None:
    assert house["DEBUG"] is False
    answer = Client().get("/nowhere/")
    assert answer.status_code == 404
    assert "api/v1" not in answer.text
    assert not [app for app in house["INSTALLED_APPS"] if "debug" in app or app == "django.contrib.admin"]


@pytest.mark.shows("AC-20")
def test_no_invented_host_gets_into_an_address(house: dict[str, Any], cast: Cast) -> None:
    with override_settings(ALLOWED_HOSTS=house["ALLOWED_HOSTS"]):
        asked = {"email": cast.jieun.user.email}
        assert Client(headers={"Host": "evil.example"}).post("/accounts/password/reset/", asked).status_code == 400
        assert mail.outbox == []
        client = Client(headers={"Host": "crm.example.com", "X-Forwarded-Host": "evil.example"})
        assert client.post("/accounts/password/reset/", asked).status_code == 302
        assert "://crm.example.com/" in str(mail.outbox[0].body)
        assert "evil.example" not in str(mail.outbox[0].message())


@pytest.mark.shows("1.2.5", "1.3.2", "1.5.2")
def test_no_code_runs_what_it_was_told() -> None:
    """Not even where a comment would allow it."""
    options = ["--isolated", "--ignore-noqa", "--exit-zero", "--output-format=json", f"--select={','.join(NEVER)}"]
    command = [sys.executable, "-m", "ruff", "check", *options, "dangol"]
    told = subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    assert [f"{one['filename']}: {one['message']}" for one in json.loads(told.stdout)] == []


@pytest.mark.shows("1.5.2")
def test_a_session_is_json() -> None:
    assert SessionStore().serializer is JSONSerializer
