"""What the collection API takes, refuses and answers, over the real ASGI application."""

import asyncio
import gzip
import json
from collections.abc import MutableMapping
from typing import Any
from uuid import UUID

import httpx
import psycopg
import pytest

from dangol.kit import tenancy
from dangol.tracking import collector as collecting
from dangol.tracking import intake
from dangol.tracking.collector import Collector
from dangol.tracking.models import DeadLetter, Event, InboxEntry
from dangol.tracking.operations import process_workspace
from dangol.workspaces.models import Workspace
from dangol.workspaces.operations import resume, suspend
from tests.factories import NOW
from tests.tracking.conftest import Sender
from tests.tracking.http import post, request

VIEW = {"userId": "u1", "event": "Product Viewed"}


def waiting(workspace_id: UUID) -> list[tuple[str, dict[str, Any]]]:
    with tenancy.workspace(workspace_id):
        return [(entry.call, json.loads(bytes(entry.body))) for entry in InboxEntry.objects.order_by("id")]


@pytest.mark.parametrize("call", ["identify", "track", "page", "screen", "group", "alias"])
def test_every_call_is_taken_by_its_full_and_its_short_path(sender: Sender, call: str) -> None:
    for path in (f"/v1/{call}", f"/v1/{call[0]}"):
        assert post(path, VIEW, sender.key).status_code == 200
    assert [kind for kind, _body in waiting(sender.workspace_id)] == [call, call]


def test_the_short_path_of_batch(sender: Sender) -> None:
    assert post("/v1/b", {"batch": [VIEW | {"type": "track"}]}, sender.key).status_code == 200
    assert process_workspace(sender.workspace_id) == 1


def test_what_only_names_people_waits_in_a_line_of_its_own(sender: Sender) -> None:
    named = [
        {"type": "identify", "userId": f"u{number}", "messageId": f"n{number}", "traits": {"plan": "gold"}}
        for number in range(130)
    ]
    did = [VIEW | {"type": "track", "messageId": "t1"}, VIEW | {"type": "identified", "messageId": "t2"}]
    sent = {"batch": [did[0], *named, did[1]], "sentAt": "2026-11-22T01:00:01Z", "context": {"locale": "ko-KR"}}
    assert post("/v1/batch", sent, sender.key).status_code == 200
    parts = waiting(sender.workspace_id)
    assert [(line, len(body["batch"])) for line, body in parts] == [("batch", 2), ("names", 100), ("names", 30)]
    assert all((body["sentAt"], body["context"]) == (sent["sentAt"], sent["context"]) for _line, body in parts)
    assert process_workspace(sender.workspace_id) == 3
    with tenancy.workspace(sender.workspace_id):
        assert set(Event.objects.values_list("message_id", flat=True)) == {"t1", *(f"n{one}" for one in range(130))}
        assert DeadLetter.objects.get().call == "event"


@pytest.mark.parametrize("content_type", ["application/json", "text/plain", "text/plain;charset=UTF-8", ""])
def test_the_content_type_does_not_matter(sender: Sender, content_type: str) -> None:
    headers = {"content-type": content_type} if content_type else {}
    answer = request("POST", "/v1/track", content=json.dumps(VIEW), headers=headers, auth=(sender.key, ""))
    assert answer.status_code == 200


def test_gzip_is_unpacked(sender: Sender) -> None:
    body = gzip.compress(json.dumps(VIEW).encode())
    answer = request("POST", "/v1/track", content=body, headers={"content-encoding": "gzip"}, auth=(sender.key, ""))
    assert answer.status_code == 200
    assert waiting(sender.workspace_id) == [("track", VIEW)]


@pytest.mark.parametrize(
    ("body", "encoding", "status", "code"),
    [
        (b"no gzip", "gzip", 400, "bad_gzip"),
        (gzip.compress(json.dumps(VIEW).encode(), mtime=0)[:-12], "gzip", 400, "bad_gzip"),
        (gzip.compress(b" " * 50_000_000, mtime=0), "gzip", 413, "body_too_large"),
        (b"{}", "br", 415, "unknown_encoding"),
        (b"{", "", 400, "bad_json"),
        (b"", "", 400, "bad_json"),
        (b"[]", "", 400, "bad_json"),
        (b'{"userId": "\xff"}', "", 400, "bad_json"),
        (b'{"traits":' + b"[" * 20_000 + b"]" * 20_000 + b"}", "", 413, "event_too_large"),
        (b'{"traits":' + b"[" * 10_000 + b"]" * 10_000 + b"}", "", 400, "bad_json"),
        (json.dumps(VIEW | {"properties": {"x": "y" * 33 * 1024}}).encode(), "", 413, "event_too_large"),
        (b'{"x": "' + b"y" * 600_000 + b'"}', "", 413, "body_too_large"),
    ],
)
def test_what_cannot_be_kept_is_refused_with_a_message(
    sender: Sender, body: bytes, encoding: str, status: int, code: str
) -> None:
    headers = {"content-encoding": encoding} if encoding else {}
    answer = request("POST", "/v1/track", content=body, headers=headers, auth=(sender.key, ""))
    assert (answer.status_code, answer.json()["code"]) == (status, code)
    assert answer.json()["message"]
    assert answer.json()["message_ko"]
    assert waiting(sender.workspace_id) == []


@pytest.mark.parametrize(
    ("written", "kept"),
    [
        (r"\ud83c and \uD83C\uDF75", "\ufffd and 🍵"),
        (r"\udf75\ud83c\ud83c\udf75", "\ufffd\ufffd🍵"),
        (r"\\ud83c \"\ud83c\"", '\\ud83c "\ufffd"'),
    ],
)
def test_half_an_emoji_costs_no_event(sender: Sender, written: str, kept: str) -> None:
    """JavaScript writes such escapes for a text that was cut in the middle of a character."""
    body = f'{{"batch": [{{"type": "track", "userId": "u1", "event": "Told", "properties": {{"text": "{written}"}}}}]}}'
    assert request("POST", "/v1/batch", content=body.encode(), auth=(sender.key, "")).status_code == 200
    process_workspace(sender.workspace_id)
    with tenancy.workspace(sender.workspace_id):
        assert Event.objects.get().properties == {"text": kept}


def test_a_body_without_length_is_cut_off_while_it_streams(sender: Sender) -> None:
    read = 0

    async def endless() -> Any:
        nonlocal read
        while True:
            read += 1
            yield b" " * 100_000

    assert request("POST", "/v1/track", content=endless(), auth=(sender.key, "")).status_code == 413
    assert read < 10


def test_a_batch_may_have_2500_events(sender: Sender) -> None:
    event = {"type": "track", "userId": "u", "event": "e"}
    assert post("/v1/batch", {"batch": [event] * 2501}, sender.key).json()["code"] == "too_many_events"
    assert post("/v1/batch", {"batch": [event] * 2500}, sender.key).status_code == 200
    process_workspace(sender.workspace_id)
    with tenancy.workspace(sender.workspace_id):
        assert Event.objects.count() == 2500


def test_a_large_event_of_a_batch_is_put_aside_and_the_rest_is_stored(sender: Sender) -> None:
    large = VIEW | {"type": "track", "properties": {"x": "y" * 33 * 1024}}
    answer = post("/v1/batch", {"batch": [large, VIEW | {"type": "track"}]}, sender.key)
    assert (answer.status_code, answer.json()) == (200, {"success": True})
    process_workspace(sender.workspace_id)
    with tenancy.workspace(sender.workspace_id):
        assert Event.objects.count() == 1
        letter = DeadLetter.objects.get()
        assert (letter.code, json.loads(bytes(letter.body))) == ("too_large", large)


def test_a_strict_sender_hears_what_was_put_aside(sender: Sender) -> None:
    events = [{"type": "track", "userId": "u"}, VIEW | {"type": "track"}, {"type": "dance", "userId": "u"}, 7]
    answer = post("/v1/batch", {"batch": events}, sender.key, headers={"x-dangol-strict": "1"})
    assert answer.status_code == 200
    assert [(one["index"], one["code"]) for one in answer.json()["rejected"]] == [
        (0, "no_name"),
        (2, "unknown_type"),
        (3, "wrong_shape"),
    ]


def test_browsers_of_every_site_may_send(sender: Sender) -> None:
    asked = request("OPTIONS", "/v1/t", headers={"origin": "https://shop.example.com"})
    assert (asked.status_code, asked.headers["access-control-allow-origin"]) == (204, "*")
    assert "POST" in asked.headers["access-control-allow-methods"]
    assert "authorization" in asked.headers["access-control-allow-headers"]
    assert post("/v1/t", VIEW, sender.key).headers["access-control-allow-origin"] == "*"
    assert post("/v1/t", VIEW, "dk_unknown").headers["access-control-allow-origin"] == "*"


def test_the_browser_client_finds_its_settings(sender: Sender) -> None:
    answer = request("GET", f"/v1/projects/{sender.key}/settings")
    target = answer.json()["integrations"]["Segment.io"]
    assert (target["apiKey"], target["apiHost"], target["protocol"]) == (sender.key, "collect.example.com/v1", "http")
    assert request("GET", "/v1/projects/dk_unknown/settings").status_code == 401


def test_sites_load_a_small_script_from_an_address_that_never_changes() -> None:
    answer = request("GET", "/v1/dangol.js", headers={"accept-encoding": "gzip"})
    assert (answer.status_code, answer.headers["content-encoding"]) == (200, "gzip")
    assert answer.headers["content-type"] == "text/javascript; charset=utf-8"
    assert answer.headers["access-control-allow-origin"] == "*"
    assert answer.headers["cache-control"].startswith("public, max-age=86400")
    assert int(answer.headers["content-length"]) < 10_000
    again = request("GET", "/v1/dangol.js", headers={"if-none-match": answer.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    plain = request("GET", "/v1/dangol.js", headers={"accept-encoding": "identity"})
    assert ("content-encoding" in plain.headers, plain.text) == (False, answer.text)


@pytest.mark.parametrize("seconds", [0.05, 60.0])
def test_a_body_that_dawdles_is_refused_and_a_caller_who_leaves_is_not_held(
    seconds: float, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(collecting, "BODY_SECONDS", seconds)

    async def dawdle() -> MutableMapping[str, Any]:
        await asyncio.sleep(60)
        raise AssertionError

    async def read() -> str:
        task = asyncio.create_task(collecting.read_limited(dawdle, collecting.Headers()))
        if seconds > 1:
            asyncio.get_running_loop().call_later(0.05, task.cancel)
        try:
            await task
        except collecting.Refused as refused:
            return f"{refused.reply.status}"
        except asyncio.CancelledError:
            return "left"
        return "read"

    assert asyncio.run(read()) == ("left" if seconds > 1 else "408")


def test_other_paths_and_methods_are_refused_with_a_message(sender: Sender) -> None:
    assert request("GET", "/v1/track").json()["code"] == "not_post"
    assert post("/v1/dance", {}, sender.key).json()["code"] == "unknown_path"


def test_an_unreachable_database_answers_503_and_come_back(sender: Sender, monkeypatch: pytest.MonkeyPatch) -> None:
    from django.db import connections

    monkeypatch.setattr(intake, "CONNECTION_SECONDS", 0.2)
    monkeypatch.setitem(connections.settings["default"], "PORT", "1")
    answer = post("/v1/track", VIEW, sender.key)
    assert (answer.status_code, answer.json()["code"], answer.headers["retry-after"]) == (503, "unavailable", "1")


def test_overload_answers_429_and_come_back_and_keeps_what_it_acknowledged(
    sender: Sender, committed_db: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the inbox is locked nothing is acknowledged; what does not fit the queue hears 429; the rest is kept."""
    monkeypatch.setattr(intake, "WAITING_REQUESTS", 3)
    from tests import databases

    async def scenario() -> tuple[list[int], bool]:
        collector = Collector()
        transport = httpx.ASGITransport(app=collector)
        async with (
            httpx.AsyncClient(
                transport=transport, base_url="http://collect.example.com", auth=(sender.key, "")
            ) as client,
            await psycopg.AsyncConnection.connect(databases.url_of(databases.OWNER, committed_db)) as owner,
        ):
            await client.post("/v1/track", json=VIEW)
            await owner.execute("LOCK TABLE tracking_inbox IN EXCLUSIVE MODE")
            asked = [asyncio.create_task(client.post("/v1/track", json=VIEW)) for _ in range(5)]
            await asyncio.wait(asked, timeout=0.5)
            early = any(task.done() and task.result().status_code == 200 for task in asked)
            await owner.rollback()
            answers = [(await task).status_code for task in asked]
        await collector.stop()
        return sorted(answers), early

    assert asyncio.run(scenario()) == ([200, 200, 200, 429, 429], False)
    assert len(waiting(sender.workspace_id)) == 4


def test_requests_share_a_commit(sender: Sender) -> None:
    async def scenario() -> None:
        collector = Collector()
        transport = httpx.ASGITransport(app=collector)
        async with httpx.AsyncClient(
            transport=transport, base_url="http://collect.example.com", auth=(sender.key, "")
        ) as client:
            await client.post("/v1/track", json=VIEW)
            await asyncio.gather(*(client.post("/v1/track", json=VIEW | {"userId": str(n)}) for n in range(50)))
        await collector.stop()

    asyncio.run(scenario())
    with tenancy.workspace(sender.workspace_id):
        transactions = {row[0] for row in _query("SELECT DISTINCT xmin::text FROM tracking_inbox")}
        assert InboxEntry.objects.count() == 51
    assert len(transactions) < 25


def _query(statement: str) -> list[tuple[str, ...]]:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute(statement)
        return list(cursor.fetchall())


def test_the_server_starts_and_stops_it(sender: Sender) -> None:
    """Lifespan: what was taken before the stop is committed."""
    heard: list[str] = []

    async def scenario() -> None:
        collector = Collector()
        messages = [{"type": "lifespan.startup"}, {"type": "lifespan.shutdown"}]

        async def receive() -> dict[str, Any]:
            return messages.pop(0)

        async def send(message: MutableMapping[str, Any]) -> None:
            heard.append(message["type"])

        await collector({"type": "lifespan"}, receive, send)

    asyncio.run(scenario())
    assert heard == ["lifespan.startup.complete", "lifespan.shutdown.complete"]


def test_copy_into_the_inbox_is_refused(sender: Sender) -> None:
    """The premise of docs/decisions/0003: if PostgreSQL ever allows it, measure again."""
    from django.db import NotSupportedError, connection

    with (
        pytest.raises(NotSupportedError, match="COPY FROM not supported with row-level security"),
        tenancy.workspace(sender.workspace_id),
        connection.cursor() as cursor,
        connection.wrap_database_errors,
        cursor.copy("COPY tracking_inbox (workspace_id, source_id, call, received_at, body) FROM STDIN"),
    ):
        pass


def test_a_suspended_workspace_lets_senders_keep_what_they_have(sender: Sender) -> None:
    workspace = Workspace.objects.get(pk=sender.workspace_id)
    suspend(workspace, now=NOW)
    refused = post("/v1/track", VIEW, sender.key)
    assert (refused.status_code, "Retry-After" in refused.headers) == (503, True)
    assert waiting(sender.workspace_id) == []

    resume(workspace)
    assert post("/v1/track", VIEW, sender.key).status_code == 200
