"""Which write keys open the collection API, over the real ASGI application."""

import asyncio
import base64

import httpx
import psycopg
import pytest

from dangol.kit import tenancy
from dangol.tracking import intake
from dangol.tracking.collector import Collector
from dangol.tracking.operations import revoke_source
from tests.factories import NOW
from tests.tracking.conftest import Sender
from tests.tracking.http import post
from tests.tracking.test_collector import VIEW, waiting


def test_the_write_key_may_stand_in_the_header_in_the_body_or_in_an_event(sender: Sender) -> None:
    event = VIEW | {"type": "track"}
    assert post("/v1/track", VIEW, sender.key).status_code == 200
    assert post("/v1/track", VIEW | {"writeKey": sender.key}).status_code == 200
    assert post("/v1/batch", {"batch": [event], "writeKey": sender.key}).status_code == 200
    assert post("/v1/batch", {"batch": [event | {"writeKey": sender.key}]}).status_code == 200
    assert len(waiting(sender.workspace_id)) == 4


@pytest.mark.parametrize(
    "authorization",
    [
        "Basic",
        "Basic !!!",
        "Basic " + base64.b64encode(b"\xff").decode(),
        "Bearer x",
        "Basic " + base64.b64encode(b"dk_no:").decode(),
    ],
)
def test_without_a_known_key_nothing_is_taken(sender: Sender, authorization: str) -> None:
    answer = post("/v1/track", VIEW, headers={"authorization": authorization})
    assert answer.status_code == 401
    assert set(answer.json()) == {"success", "code", "message", "message_ko"}
    assert waiting(sender.workspace_id) == []


def test_a_revoked_key_is_refused(sender: Sender) -> None:
    with tenancy.workspace(sender.workspace_id):
        revoke_source(source=sender.source, member=sender.cast.admin, now=NOW)
    assert post("/v1/track", VIEW, sender.key).json()["code"] == "unknown_key"


def test_a_key_dies_in_a_running_collector_too(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(intake, "KEY_SECONDS", 0.0)

    async def scenario() -> list[int]:
        collector = Collector()
        transport = httpx.ASGITransport(app=collector)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://collect.example.com", auth=(sender.key, "")
        ) as client:
            before = await client.post("/v1/track", json=VIEW)
            await asyncio.to_thread(_revoke, sender)
            after = await client.post("/v1/track", json=VIEW)
        await collector.stop()
        return [before.status_code, after.status_code]

    assert asyncio.run(scenario()) == [200, 401]


def _revoke(sender: Sender) -> None:
    from django.db import connections

    with tenancy.workspace(sender.workspace_id):
        revoke_source(source=sender.source, member=sender.cast.admin, now=NOW)
    connections.close_all()


def test_requests_share_the_look_up_of_their_key(sender: Sender, committed_db: str) -> None:
    """While the sources are locked, twenty requests wait for one statement, and are all taken after it."""
    from tests import databases

    async def scenario() -> tuple[int, list[int]]:
        collector = Collector()
        transport = httpx.ASGITransport(app=collector)
        async with (
            httpx.AsyncClient(
                transport=transport, base_url="http://collect.example.com", auth=(sender.key, "")
            ) as client,
            await psycopg.AsyncConnection.connect(databases.url_of(databases.OWNER, committed_db)) as owner,
        ):
            await owner.execute("LOCK TABLE tracking_source")
            asked = [asyncio.create_task(client.post("/v1/track", json=VIEW)) for _ in range(20)]
            await asyncio.wait(asked, timeout=0.5)
            held = await owner.execute(
                "SELECT count(*) FROM pg_locks WHERE relation = 'tracking_source'::regclass AND NOT granted"
            )
            (looking_up,) = await held.fetchone() or (0,)
            await owner.rollback()
            answers = [(await task).status_code for task in asked]
        await collector.stop()
        return looking_up, answers

    assert asyncio.run(scenario()) == (1, [200] * 20)
    assert len(waiting(sender.workspace_id)) == 20
