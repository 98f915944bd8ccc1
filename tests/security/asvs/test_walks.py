"""Every address is asked: by its owner, by Lee of another workspace, and by a form of another site."""

import csv
import logging
import os
from collections.abc import Iterator, Mapping
from uuid import UUID

import pytest
from django.conf import settings

from tests.security.addresses import Route, routes
from tests.security.walked import WORDS, Town
from tests.security.walker import Step, Walker

SECRETS = ("token", "address", "code", "account_confirm_email.key", "account_reset_password_from_key.key")
"""Arguments that open a page to whoever holds them, signed in or not."""

WITHOUT_FORM_TOKEN = ("messaging:", "webhooks:receive", "tills:receive", "rest:", "scim:")
"""No cookie opens these: a signed link, a signature or a key does, which a form of another site does not have."""

NOTED_ON_SIGHT = {
    "messaging:open": "messaging_reaction",
    "messaging:click": "messaging_reaction",
    "messaging:honeypot": "messaging_reaction",
    "short_links:follow": "short_links_shortlink",
    "export": "workspaces_use",
    "usage": "workspaces_use",
}
"""
Links whose whole purpose is that somebody followed them, files, whose rows count against a limit, and the page of
what was used, which measures first where nothing was measured.
"""

ONE_FOR_ALL = ("mail_catcher:mail", "mail_catcher:body", "sso:start", "sso:callback")
"""The post box of a demonstration belongs to nobody in particular, and at a door nobody is anybody yet."""

SCIM = "scim:"
"""Opens to keys that open nothing else: tests/api/test_scim.py asks it as another workspace."""

FRAMED = ("mail_catcher:body", "messaging:template_preview")
"""Mails, which a page of our own shows in a frame without scripts."""


def names_a_row(route: Route) -> bool:
    """Whether the address names something that belongs to one workspace."""
    named = [one for one in route.arguments if one not in SECRETS and f"{route.name}.{one}" not in SECRETS]
    return any(one not in WORDS for one in named) and route.name not in ONE_FOR_ALL and not route.name.startswith(SCIM)


@pytest.mark.shows("8.2.2", "8.4.1", "AC-03")
def test_no_address_opens_a_row_of_another_workspace(owner: Walker, lee: Walker) -> None:
    wrong = []
    for route in filter(names_a_row, routes()):
        methods = ("GET", "POST", "PATCH", "DELETE") if route.is_api else ("GET", "POST")
        steps = [lee.ask(method, route) for method in methods]
        wrong += [f"Lee: {step}" for step in steps if step.answer.status_code not in (404, 405) or step.written]
        if all(owner.ask(method, route).answer.status_code in (404, 405) for method in methods):
            wrong.append(f"{route.name} opens to nobody at all: tests/security/walked.py names a wrong row")
    assert not wrong, "\n".join(wrong)


@pytest.fixture(scope="module")
def log() -> Iterator[list[str]]:
    """Keep what is logged while the tests of this module walk."""
    lines: list[str] = []
    handler = logging.Handler()
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign] # into the list
    logging.getLogger().addHandler(handler)
    yield lines
    logging.getLogger().removeHandler(handler)


@pytest.fixture(scope="module")
def looks(owner: Walker, log: list[str]) -> list[Step]:
    """What the owner gets to see at every address."""
    return [owner.ask("GET", route, override="DELETE") for route in routes()]


@pytest.mark.shows("3.5.3", "AC-28")
def test_looking_changes_nothing(looks: list[Step]) -> None:
    wrong = [step for step in looks if step.written - {NOTED_ON_SIGHT.get(step.route.name)}]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.shows("1.3.10")
def test_no_address_is_broken(looks: list[Step]) -> None:
    wrong = [step for step in looks if step.answer.status_code >= 500]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.shows("3.5.1", "AC-28")
def test_a_form_of_another_site_changes_nothing(owner: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner.client.handler, "enforce_csrf_checks", True)
    steps = [owner.ask("POST", route) for route in routes() if not route.name.startswith(WITHOUT_FORM_TOKEN)]
    wrong = [step for step in steps if step.answer.status_code not in (403, 405) or step.written]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.shows("3.4.2", "3.4.3", "3.4.4", "3.4.5", "3.4.6", "4.1.1", "14.3.2", "AC-30")
def test_every_answer_has_its_headers(looks: list[Step]) -> None:
    wrong = [
        f"{step.route.name}: {one}"
        for step in looks
        for one in lacking(step.answer.headers, may_be_framed=step.route.name in FRAMED)
    ]
    assert not wrong, "\n".join(wrong)


def lacking(headers: Mapping[str, str], *, may_be_framed: bool) -> Iterator[str]:
    """Yield what the headers of an answer lack."""
    policy = dict(part.strip().partition(" ")[::2] for part in headers.get("Content-Security-Policy", "").split(";"))
    if policy.get("default-src") != "'none'" or policy.get("base-uri") != "'none'":
        yield f"policy {policy}"
    if "unsafe" in policy.get("script-src", ""):
        yield f"scripts {policy['script-src']}"
    frames = (policy.get("frame-ancestors"), headers.get("X-Frame-Options"))
    if frames != ("'none'", "DENY") and not (may_be_framed and frames == ("'self'", "SAMEORIGIN")):
        yield f"frames {frames}"
    if "Access-Control-Allow-Origin" in headers:
        yield f"shared with {headers['Access-Control-Allow-Origin']}"
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "sniffing"
    if headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        yield f"referrer {headers.get('Referrer-Policy')}"
    if "no-store" not in headers.get("Cache-Control", ""):
        yield f"kept: {headers.get('Cache-Control')}"
    kind, is_file = headers.get("Content-Type", ""), headers.get("Content-Disposition", "").startswith("attachment")
    if kind.startswith("text/") and "charset=utf-8" not in kind and not is_file:
        yield f"charset of {kind}"


@pytest.mark.shows("1.2.1", "1.2.3", "1.3.7", "AC-12", "AC-14")
def test_no_text_of_a_row_becomes_part_of_a_page(looks: list[Step]) -> None:
    """Every text of every row is hostile. Lists, pages, histories and files show it as it is, or not at all."""
    wrong, shown = [], 0
    for step in looks:
        shown += "svg/onload" in step.text
        is_page = step.answer.headers.get("Content-Type", "").startswith("text/html")
        if (is_page and "<svg/onload" in step.text) or str(7777 * 7777) in step.text:
            wrong.append(str(step))
    assert shown > 40, "nearly no page shows a text"
    assert not wrong, "\n".join(wrong)


@pytest.mark.shows("1.3.10", "AC-13")
def test_no_text_of_a_row_is_a_format_or_a_placeholder(looks: list[Step]) -> None:
    """What would be filled in elsewhere stands in the pages as it was written."""
    secrets = ("<class", "&lt;class", os.environ["PATH"], settings.SECRET_KEY, settings.MASTER_KEY)
    assert sum("%s%(x)d{0.__class__}" in step.text and "${PATH}%PATH%" in step.text for step in looks) > 20
    wrong = [step for step in looks if any(one in step.text for one in secrets)]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.shows("AC-17")
def test_no_text_of_a_row_is_a_formula_to_a_spreadsheet(looks: list[Step]) -> None:
    files = [step for step in looks if step.answer.headers.get("Content-Type", "").startswith("text/csv")]
    cells = [cell for step in files for row in csv.reader(step.text.splitlines()) for cell in row]
    assert [cell for cell in cells if "svg" in cell], "no file shows a text"
    begin_like_one = [cell for cell in cells if cell[:1] in tuple("=+-@\t\r＝＋－＠")]
    assert {cell for cell in begin_like_one if not cell[1:].isdecimal()} == set(), "only a sign and digits are a number"


@pytest.mark.shows("8.4.1")
def test_no_list_shows_anything_of_another_workspace(town: Town, lee: Walker) -> None:
    """Lee's own pages hold none of our words and none of our ids."""
    ours = {str(value) for value in town.values.values() if isinstance(value, UUID)} | {"svg/onload"}
    steps = [lee.ask("GET", route) for route in routes() if not route.arguments]
    wrong = [step for step in steps if any(one in step.text for one in ours)]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.shows("14.2.1", "16.2.5")
def test_no_address_and_no_line_of_the_log_tells_who_somebody_is(town: Town, looks: list[Step], log: list[str]) -> None:
    secrets = ("svg/onload", "svg%2Fonload", "@example.com", "%40example.com", town.key)
    assert [line for line in log if "Not Allowed" in line], "nothing is logged at all"
    assert [line for line in log if any(one in line for one in secrets)] == []
    led_to = [step.answer.headers.get("Location", "") for step in looks]
    assert [place for place in led_to if any(one in place for one in secrets)] == []
