"""Asking at an address, and seeing what it wrote."""

from collections.abc import Mapping
from dataclasses import dataclass
from http.cookies import SimpleCookie
from typing import Any
from uuid import UUID

from django.db import connection, transaction

from tests.conftest import MemberClient
from tests.security.addresses import Route
from tests.security.walked import Town

KEPT_BY_EVERY_VISIT = ("workspaces_audit", "workspaces_session", "workspaces_apikey")
"""The record of who saw what, and when somebody came last."""

BODIES: Mapping[str, Any] = {
    "rest:list_relations": {"kind": "works_at", "other_kind": "company", "other_id": str(UUID(int=1))},
    "rest:finish_relation": {"until": "2026-11-22"},
    "rest:list_tags": {"name": "VIP"},
    "rest:list_records": {"name": "one"},
    "rest:add_vote": {"agrees": True},
    "rest:extend": {"reason": "one"},
    "rest:decline": {"ground": "claims", "reason": "one"},
}
"""What makes a request well-formed, where the API judges that before it looks for the row."""


@dataclass(frozen=True)
class Step:
    """What one request brought about."""

    route: Route
    method: str
    answer: Any
    text: str
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

    def ask(self, method: str, route: Route, told: Mapping[str, Any] | None = None, *, override: str = "") -> Step:
        """
        Send a request; what it tells is by default what makes it well-formed.

        :param override: another method, in the header that some frameworks take instead
        """
        headers = {"X-HTTP-Method-Override": override}
        self.client.cookies = SimpleCookie(self.cookies.replace("Set-Cookie: ", ""))
        if route.is_api:
            headers["Authorization"] = f"Bearer {self.key}"
        asked = getattr(self.client, method.lower())
        body: dict[str, Any] = {"data": told if told is not None or method == "GET" else BODIES.get(route.name, {})}
        if method != "GET" and route.is_api:
            body["content_type"] = "application/json"
        with transaction.atomic():
            before = _written()
            answer = asked(route.address(self.town.values), headers=headers, **body)
            text = answer.getvalue().decode(errors="replace")
            written = {table for table, rows in _written().items() if rows != before.get(table)}
            transaction.set_rollback(True)
        return Step(
            route, method, answer, text, frozenset(one for one in written if not one.startswith(KEPT_BY_EVERY_VISIT))
        )


def _written() -> dict[str, int]:
    """Return by table how many rows the transaction has written so far, those taken back again included."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables"
            " WHERE schemaname = 'public' AND n_tup_ins + n_tup_upd + n_tup_del > 0"
        )
        return dict(cursor.fetchall())
