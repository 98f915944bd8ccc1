"""What pages of other sites may ask, and what of it their scripts get to read."""

from pathlib import Path

import pytest

from dangol.config.environment import ROOT
from dangol.tracking.site_script import SCRIPT_PATH
from tests.tracking.conftest import Sender, sender
from tests.tracking.http import post, request

__all__ = ["sender"]

ORIGINS = ("null", "https://evil.example", "https://crm.example.com.evil.example", "http://collect.example.com")


@pytest.mark.shows("AC-29")
@pytest.mark.parametrize("origin", ORIGINS)
def test_every_site_is_answered_alike_and_never_as_somebody(origin: str, sender: Sender) -> None:
    """Events come from any site, with a write key and without cookies: the answer names no site."""
    told = {"type": "track", "userId": "u1", "event": "Seen"}
    answers = [
        request("OPTIONS", "/v1/track", headers={"Origin": origin, "Access-Control-Request-Method": "POST"}),
        post("/v1/track", told, sender.key, headers={"Origin": origin, "Cookie": "session=x"}),
        request("GET", SCRIPT_PATH, headers={"Origin": origin}),
    ]

    assert {answer.headers.get("access-control-allow-origin") for answer in answers} == {"*"}
    assert not [answer for answer in answers if "access-control-allow-credentials" in answer.headers]
    assert not [answer for answer in answers if "set-cookie" in answer.headers]


@pytest.mark.shows("AC-29", "3.5.5")
def test_no_script_of_ours_listens_to_other_windows() -> None:
    scripts = [path for path in scripts_of(ROOT / "frontend") if "node_modules" not in path.parts]
    assert scripts
    assert [str(path) for path in scripts if '"message"' in path.read_text() or "postMessage" in path.read_text()] == []


def scripts_of(folder: Path) -> list[Path]:
    return [path for kind in ("*.ts", "*.js") for path in folder.rglob(kind)]
