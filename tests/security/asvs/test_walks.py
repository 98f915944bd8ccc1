"""Every address is asked: by its owner, by Lee of another workspace, and by a form of another site."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

import pytest
from django.db import connection, transaction

from tests.conftest import MemberClient, signed_in
from tests.security.addresses import Route, routes
from tests.security.walked import WORDS, Town

KEPT_BY_EVERY_VISIT = ("workspaces_audit", "workspaces_session", "workspaces_apikey")
"""The record of who saw what, and when somebody came last."""

SECRETS = ("token", "address", "code", "account_confirm_email.key", "account_reset_password_from_key.key")
"""Arguments that open a page to whoever holds them, signed in or not."""

WITHOUT_FORM_TOKEN = ("messaging:", "webhooks:receive", "tills:receive", "rest:")
"""No cookie opens these: a signed link, a signature or a key does, which a form of another site does not have."""

NOTED_ON_SIGHT = {
    "messaging:open": "messaging_reaction",
    "messaging:click": "messaging_reaction",
    "messaging:honeypot": "messaging_reaction",
    "short_links:follow": "short_links_shortlink",
}
"""Links whose whole purpose is that somebody followed them."""

ONE_FOR_ALL = ("mail_catcher:mail", "mail_catcher:body", "sso:start", "sso:callback")
"""The post box of a demonstration belongs to nobody in particular, and at a door nobody is anybody yet."""

FRAMED = ("mail_catcher:body", "messaging:template_preview")
"""Mails, which a page of our own shows in a frame without scripts."""

BODIES: Mapping[str, Any] = {
    "rest:list_relations": {"kind": "works_at", "other_kind": "company", "other_id": str(UUID(int=1))},
    "rest:finish_relation": {"until": "2026-11-22"},
    "rest:list_tags": {"name": "VIP"},
    "rest:list_records": {"name": "one"},
}
"""What makes a request well-formed, where the API judges that before it looks for the row."""


@dataclass(frozen=True)
class Step:
    """What one request brought about."""

    route: Route
    method: str
    answer: Any
    written: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.route.name} {self.answer.status_code} wrote {sorted(self.written)}"


class Walker:
    """Asks as one member; nothing that comes of it stays."""

    def __init__(self, client: MemberClient, key: str, town: Town) -> None:
        self.client = client
        self.client.raise_request_exception = False
        self.cookies = client.cookies.output()
        self.key = key
        self.town = town

    def ask(self, method: str, route: Route, *, path: str = "", **headers: str) -> Step:
        self.client.cookies = SimpleCookie(self.cookies.replace("Set-Cookie: ", ""))
        if route.is_api:
            headers["Authorization"] = f"Bearer {self.key}"
        asked = getattr(self.client, method.lower())
        body = {} if method == "GET" else {"data": BODIES.get(route.name, {})}
        if method != "GET" and route.is_api:
            body["content_type"] = "application/json"
        with transaction.atomic():
            before = _written()
            answer = asked(path or route.address(self.town.values), headers=headers, **body)
            written = {table for table, rows in _written().items() if rows != before.get(table)}
            transaction.set_rollback(True)
        return Step(route, method, answer, frozenset(one for one in written if not one.startswith(KEPT_BY_EVERY_VISIT)))


def _written() -> dict[str, int]:
    """Return by table how many rows the transaction has written so far, those taken back again included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())


@pytest.fixture(scope="module")
def owner(town: Town) -> Walker:
    return Walker(signed_in(town.cast.admin), town.key, town)


@pytest.fixture
def lee(town: Town) -> Walker:
    return Walker(signed_in(town.cast.lee), town.foreign_key, town)


def names_a_row(route: Route) -> bool:
    """Whether the address names something that belongs to one workspace."""
    named = [one for one in route.arguments if one not in SECRETS and f"{route.name}.{one}" not in SECRETS]
    return any(one not in WORDS for one in named) and route.name not in ONE_FOR_ALL


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
def looks(owner: Walker) -> list[Step]:
    """What the owner gets to see at every address."""
    return [owner.ask("GET", route, **{"X-HTTP-Method-Override": "DELETE"}) for route in routes()]


@pytest.mark.shows("3.5.3", "AC-28")
def test_looking_changes_nothing(looks: list[Step]) -> None:
    wrong = [step for step in looks if step.written - {NOTED_ON_SIGHT.get(step.route.name)}]
    assert not wrong, "\n".join(map(str, wrong))


def test_no_address_is_broken(looks: list[Step]) -> None:
    wrong = [step for step in looks if step.answer.status_code >= 500]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.shows("3.5.1", "AC-28")
def test_a_form_of_another_site_changes_nothing(owner: Walker, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(owner.client.handler, "enforce_csrf_checks", True)
    steps = [owner.ask("POST", route) for route in routes() if not route.name.startswith(WITHOUT_FORM_TOKEN)]
    wrong = [step for step in steps if step.answer.status_code not in (403, 405) or step.written]
    assert not wrong, "\n".join(map(str, wrong))


@pytest.mark.shows("3.4.3", "3.4.4", "3.4.5", "3.4.6", "4.1.1", "14.3.2", "AC-30")
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
    if headers.get("X-Content-Type-Options") != "nosniff":
        yield "sniffing"
    if headers.get("Referrer-Policy") not in ("same-origin", "no-referrer"):
        yield f"referrer {headers.get('Referrer-Policy')}"
    if "no-store" not in headers.get("Cache-Control", ""):
        yield f"kept: {headers.get('Cache-Control')}"
    kind, is_file = headers.get("Content-Type", ""), headers.get("Content-Disposition", "").startswith("attachment")
    if kind.startswith("text/") and "charset=utf-8" not in kind and not is_file:
        yield f"charset of {kind}"
