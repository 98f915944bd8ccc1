"""What somebody who keeps the installation running can ask, and what happens when too much comes."""

import asyncio
import json
import logging
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.db.migrations.executor import MigrationExecutor
from django.test import Client, RequestFactory, override_settings
from django.urls import resolve

from dangol.config import readiness
from dangol.config.load import Message, Receive, Scope, Send, Shedding
from dangol.config.measures import is_for_prometheus
from dangol.config.request_names import JsonLines, RouteOnly, current
from dangol.workspaces.models import Member
from tests.people import Cast

ClientOf = Callable[[Member], Client]


def beat(seconds_ago: float) -> None:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - make_interval(secs => %s))",
            [seconds_ago],
        )


def told(client: Client) -> tuple[int, str, dict[str, str]]:
    answer = client.get("/readyz")
    return answer.status_code, answer.json()["status"], answer.json()["checks"]


@pytest.mark.shows("AC-37")
def test_ready_means_that_pages_are_served_and_degraded_that_nobody_works(db: None, client: Client) -> None:
    status, word, checks = told(client)
    assert (status, word) == (200, "degraded")
    assert checks == {
        "disk": "ok", "database": "ok", "migrations": "ok", "worker": "no sign of life: start `python -m dangol worker`"
    }  # fmt: skip
    beat(60)
    assert told(client)[2]["worker"] == "last sign of life 60 s ago"
    beat(1)
    assert told(client)[:2] == (200, "ok")


def test_a_full_disk_or_a_missing_migration_is_told(db: None, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "ENOUGH_DISK", 10**18)
    assert told(client)[0] == 503
    monkeypatch.undo()
    monkeypatch.setattr(readiness, "_migrated", False)
    monkeypatch.setattr(MigrationExecutor, "migration_plan", lambda *_: ["0099_new"])
    status, _word, checks = told(client)
    assert (status, checks["migrations"]) == (503, "missing: run `python -m dangol migrate`")


@pytest.mark.shows("AC-37")
@pytest.mark.parametrize(
    ("token", "headers", "address", "is_let_in"),
    [
        ("", {}, "127.0.0.1", True),
        ("", {}, "::1", True),
        ("", {}, "192.0.2.7", False),
        ("", {"X-Forwarded-For": "192.0.2.7"}, "127.0.0.1", False),
        ("secret", {}, "127.0.0.1", False),
        ("secret", {"Authorization": "Bearer secret"}, "192.0.2.7", True),
        ("secret", {"Authorization": "Bearer sécret"}, "127.0.0.1", False),
    ],
)
def test_metrics_are_closed_to_the_outside(token: str, headers: dict[str, str], address: str, is_let_in: bool) -> None:  # noqa: FBT001 - a table
    with override_settings(METRICS_TOKEN=token):
        assert is_for_prometheus(RequestFactory(REMOTE_ADDR=address).get("/metrics", headers=headers)) is is_let_in


def test_prometheus_reads_routes_and_jobs_but_nobody_s_address(cast: Cast, client: Client) -> None:
    client.get(f"/people/{cast.jieun.pk}/")
    assert client.get("/metrics", REMOTE_ADDR="192.0.2.7").status_code == 404
    page = client.get("/metrics").content.decode()
    assert 'dangol_requests_total{method="GET",route="people/<uuid:person_id>/",status="302"} 1.0' in page
    assert str(cast.jieun.pk) not in page
    assert 'dangol_well{subject="worker"} 0.0' in page
    assert "dangol_worker_silent_seconds +Inf" in page
    assert "dangol_oldest_job_seconds 0.0" in page


def test_an_answer_carries_the_name_that_our_proxy_gave_or_one_of_its_own(db: None, client: Client) -> None:
    assert client.get("/healthz", headers={"X-Request-ID": "proxy-0123"})["X-Request-ID"] == "proxy-0123"
    for forged in ("", "x", "a b c d e f g h", "a" * 65, 'x"},{"level":"'):
        assert client.get("/healthz", headers={"X-Request-ID": forged})["X-Request-ID"] not in ("", forged)


@pytest.mark.shows("16.4.1", "AC-45")
def test_a_line_of_the_log_is_one_json_object_and_names_its_request() -> None:
    standing = current.set("proxy-0123")
    try:
        record = logging.LogRecord("dangol", logging.INFO, "", 1, "a\n%s", ('forged {"level": "ERROR"}',), None)
        line = JsonLines().format(record)
    finally:
        current.reset(standing)
    assert "\n" not in line
    assert json.loads(line)["request"] == "proxy-0123"
    assert json.loads(line)["message"] == 'a\nforged {"level": "ERROR"}'


@pytest.mark.shows("14.2.1", "16.2.5")
def test_a_line_about_a_request_names_the_route_and_no_secret_of_the_address() -> None:
    request = RequestFactory().get("/accounts/invitations/abcdef/")
    request.resolver_match = resolve(request.path)
    record = logging.LogRecord("django.request", logging.WARNING, "", 1, "%s: %s", ("Not Found", request.path), None)
    record.request = request
    assert RouteOnly().filter(record)
    assert record.getMessage() == "Not Found: /accounts/invitations/<str:token>/"


async def _asked(application: Any, path: str) -> int:
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    await application({"type": "http", "path": path}, None, send)
    headers = dict(sent[0].get("headers", ()))
    assert (b"retry-after" in headers) is (sent[0]["status"] == 503)
    return int(sent[0]["status"])


def test_who_comes_while_too_many_wait_is_sent_away_and_asked_to_come_back() -> None:
    async def scene() -> tuple[list[int], int, int]:
        gate = asyncio.Event()

        async def slow(_scope: Scope, _receive: Receive, send: Send) -> None:
            await gate.wait()
            await send({"type": "http.response.start", "status": 200, "headers": []})

        door = Shedding(slow, most=2)
        waiting = [asyncio.create_task(_asked(door, "/")) for _one in range(2)]
        await asyncio.sleep(0)
        refused = await _asked(door, "/people/")
        spared = asyncio.create_task(_asked(door, "/healthz"))
        await asyncio.sleep(0)
        gate.set()
        return [await one for one in (*waiting, spared)], refused, await _asked(door, "/")

    assert asyncio.run(scene()) == ([200, 200, 200], 503, 200)


def give_up(member: Member, task: str) -> int:
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_jobs (queue_name, task_name, args, status, attempts, queueing_lock)"
            " VALUES ('default', %s, jsonb_build_object('workspace_id', %s::text), 'failed', 5, 'one') RETURNING id",
            [task, str(member.workspace_id)],
        )
        return int(cursor.fetchone()[0])


def status_of(job_id: int) -> str | None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT status::text FROM procrastinate_jobs WHERE id = %s", [job_id])
        row = cursor.fetchone()
    return row[0] if row else None


def test_an_administrator_tries_given_up_jobs_again(cast: Cast, client_of: ClientOf) -> None:
    first, second, theirs = give_up(cast.admin, "ours"), give_up(cast.admin, "ours"), give_up(cast.lee, "theirs")
    page = client_of(cast.admin).get("/settings/jobs/").content.decode()
    assert "ours" in page
    assert "theirs" not in page
    for member in (cast.jieun, cast.minsu, cast.dana):
        assert client_of(member).get("/settings/jobs/").status_code == 403
        assert client_of(member).post(f"/settings/jobs/{first}/retry/").status_code == 403
    assert client_of(cast.lee).post(f"/settings/jobs/{first}/retry/").status_code == 404
    assert client_of(cast.admin).post(f"/settings/jobs/{theirs}/drop/").status_code == 404
    assert client_of(cast.admin).post(f"/settings/jobs/{first}/retry/").status_code == 302
    assert [status_of(first), status_of(theirs)] == ["todo", "failed"]
    client_of(cast.admin).post(f"/settings/jobs/{second}/retry/")
    assert status_of(second) is None
    third = give_up(cast.admin, "ours")
    client_of(cast.admin).post(f"/settings/jobs/{third}/drop/")
    assert status_of(third) is None
