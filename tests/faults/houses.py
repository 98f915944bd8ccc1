"""An installation without a supervisor: fault tests start and end its processes themselves."""

import json
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.db import connection, connections
from pytest_django.plugin import DjangoDbBlocker

from dangol.config.environment import ROOT, parsed_database_url
from dangol.config.supervisor import child_environment, prepared
from dangol.kit import tenancy
from dangol.kit.embedded_postgres import EmbeddedPostgres
from dangol.tracking.operations import create_source
from dangol.workspaces.enums import KeyScope, Role
from dangol.workspaces.models import Member, User, Workspace
from dangol.workspaces.operations import make_api_key
from tests.config.test_supervisor import eventually
from tests.conftest import free_port
from tests.reachable import open_directory

HOUSEKEEPING = "dangol.api.operations.forget_kept_answers"
"""A job that every worker begins with."""


@dataclass
class House:
    """Its database, which this process's Django looks at too, one member with a key, and one source of events."""

    data: Path
    cluster: EmbeddedPostgres
    owner: str
    environment: Mapping[str, str]
    member: Member
    port: int
    api_key: str
    write_key: str
    calls: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)

    @contextmanager
    def running(self, *arguments: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
        command = [sys.executable, "-m", "dangol", *arguments]
        process = subprocess.Popen(command, cwd=ROOT, env=dict(self.environment) | more, start_new_session=True)
        try:
            yield process
        finally:
            if process.poll() is None:
                os.killpg(process.pid, signal.SIGKILL)
                process.wait()

    @contextmanager
    def web(self) -> Iterator["subprocess.Popen[bytes]"]:
        with self.running("web", "--port", str(self.port)) as process:
            eventually(lambda: self.status("/healthz") == 200)
            yield process

    @contextmanager
    def worker(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a worker that is held up in `HOUSEKEEPING`: the caller has locked what it needs."""
        with self.running("worker") as process:
            eventually(lambda: self.state_of_housekeeping() == "doing")
            yield process

    def status(self, path: str, content: Any = None, key: str = "") -> int:
        """Return what is answered; 0 if the connection is refused or ends without an answer."""
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        body = None if content is None else json.dumps(content).encode()
        asked = urllib.request.Request(f"http://127.0.0.1:{self.port}{path}", body, headers)
        try:
            with urllib.request.urlopen(asked, timeout=60) as answer:  # noqa: S310 - our own address
                return int(answer.status)
        except urllib.error.HTTPError as refusal:
            return refusal.code
        except OSError:
            return 0

    def new_person(self) -> "Future[int]":
        return self.calls.submit(self.status, "/api/v1/people", {"name": "단골"}, self.api_key)

    def event(self) -> "Future[int]":
        content = {"writeKey": self.write_key, "event": "Visited", "userId": "C-1"}
        return self.calls.submit(self.status, "/v1/track", content)

    @contextmanager
    def locked(self, *tables: str) -> Iterator[psycopg.Connection]:
        """Let everybody wait who wants to write one of these tables, until the block or its transaction ends."""
        with closing(psycopg.connect(self.owner)) as holder:
            holder.execute(f"LOCK TABLE {', '.join(tables)} IN SHARE MODE")
            yield holder

    def waiting(self) -> int:
        """Return how many wait for a lock."""
        with psycopg.connect(self.owner) as looker:
            ((count,),) = looker.execute("SELECT count(DISTINCT pid) FROM pg_locks WHERE NOT granted").fetchall()
        return int(count)

    def state_of_housekeeping(self) -> str | None:
        with psycopg.connect(self.owner) as looker:
            found = looker.execute(
                "SELECT status::text FROM procrastinate_jobs WHERE task_name = %s", [HOUSEKEEPING]
            ).fetchone()
        return found[0] if found else None


@contextmanager
def open_house(blocker: DjangoDbBlocker) -> Iterator[House]:
    """Prepare one below a directory of its own, with PostgreSQL running."""
    before = dict(connection.settings_dict)
    with ExitStack() as stack:
        data = stack.enter_context(open_directory()) / "data"
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        for name in ("DATABASE_URL", "DATABASE_RUNTIME_URL", "DATABASE_OWNER_URL", "DANGOL_DB_ROLE"):
            environment.delenv(name, raising=False)
        cluster, addresses = stack.enter_context(prepared(data))
        assert cluster is not None
        stack.enter_context(blocker.unblock())
        stack.callback(connection.settings_dict.update, before)
        stack.callback(connections.close_all)
        connections.close_all()
        connection.settings_dict.update(parsed_database_url(addresses.runtime, pooled=False))
        port = free_port()
        children = child_environment(data, addresses, web_url=f"http://127.0.0.1:{port}")
        yield _furnished(data, cluster, addresses.owner, children, port)


def _furnished(data: Path, cluster: EmbeddedPostgres, owner: str, environment: Mapping[str, str], port: int) -> House:
    now = datetime.now(UTC)
    workspace = Workspace.objects.create(name="단골상회", slug="faults")
    with tenancy.workspace(workspace.pk):
        user = User.objects.create_user("admin@example.com", "correct horse battery", name="관리자")
        member = Member.objects.create(workspace=workspace, user=user, role=Role.ADMINISTRATOR)
        scope = KeyScope.WRITE
        _key, api_key = make_api_key(by=member, name="ERP", member=member, scope=scope, expires_at=None, now=now)
        _source, write_key = create_source(member=member, name="Web shop", now=now)
    return House(data, cluster, owner, environment, member, port, api_key, write_key)
