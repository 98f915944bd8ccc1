"""An installation without a supervisor: fault tests start and end its processes themselves."""

import http.client
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from email.message import Message
from pathlib import Path
from typing import Any

import psycopg
import pytest
from django.conf import settings
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
from tests.databases import OWNER, RUNTIME, url_of
from tests.reachable import open_directory

HOUSEKEEPING = "dangol.api.operations.forget_kept_answers"
"""A job that every worker begins with."""


@dataclass(frozen=True)
class Answer:
    """What came back; status 0 if the connection was refused or ended without an answer."""

    status: int
    headers: Message
    body: bytes


@dataclass
class Installation:
    """
    Programs of the product on one database, which this process's Django looks at too.

    :param code: where the programs' code lies
    :param log: where they write; else where we write
    """

    data: Path
    owner: str
    environment: Mapping[str, str]
    port: int
    code: Path = ROOT
    log: Path | None = None

    @contextmanager
    def running(self, *arguments: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a command of ours during the block."""
        with self.running_program("-m", "dangol", *arguments, **more) as process:
            yield process

    @contextmanager
    def running_program(self, *arguments: str, **more: str) -> Iterator["subprocess.Popen[bytes]"]:
        """Run Python with the product's code during the block."""
        environment = dict(self.environment) | {"PYTHONPATH": str(self.code)} | more
        with ExitStack() as stack:
            to = stack.enter_context(self.log.open("ab")) if self.log else None
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=self.code, env=environment, stdout=to, stderr=to,
                start_new_session=True,
            )  # fmt: skip
            try:
                yield process
            finally:
                if process.poll() is None:
                    os.killpg(process.pid, signal.SIGKILL)
                    process.wait()

    @contextmanager
    def web(self) -> Iterator["subprocess.Popen[bytes]"]:
        with self.running("web", "--port", str(self.port)) as process:
            eventually(lambda: self.ask("GET", "/healthz").status == http.client.OK)
            yield process

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: Mapping[str, str] | None = None
    ) -> Answer:
        """Send one request on a connection of its own."""
        try:
            with closing(http.client.HTTPConnection("127.0.0.1", self.port, timeout=60)) as line:
                line.request(method, path, body, {"Connection": "close", **(headers or {})})
                answer = line.getresponse()
                return Answer(answer.status, answer.headers, answer.read())
        except (OSError, http.client.HTTPException):
            return Answer(0, Message(), b"")

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


@dataclass(kw_only=True)
class House(Installation):
    """An installation with a PostgreSQL of its own, one member with a key, and one source of events."""

    cluster: EmbeddedPostgres
    member: Member
    api_key: str
    write_key: str
    calls: ThreadPoolExecutor = field(default_factory=ThreadPoolExecutor)

    @contextmanager
    def worker(self) -> Iterator["subprocess.Popen[bytes]"]:
        """Run a worker that is held up in `HOUSEKEEPING`: the caller has locked what it needs."""
        with self.running("worker") as process:
            eventually(lambda: self.state_of_housekeeping() == "doing")
            yield process

    def status(self, path: str, content: Any = None, key: str = "") -> int:
        headers = {"Content-Type": "application/json", "Authorization": f"Bearer {key}"}
        body = None if content is None else json.dumps(content).encode()
        return self.ask("GET" if body is None else "POST", path, body, headers).status

    def new_person(self) -> "Future[int]":
        return self.calls.submit(self.status, "/api/v1/people", {"name": "단골"}, self.api_key)

    def event(self) -> "Future[int]":
        content = {"writeKey": self.write_key, "event": "Visited", "userId": "C-1"}
        return self.calls.submit(self.status, "/v1/track", content)

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
    return House(
        data, owner, environment, port, cluster=cluster, member=member, api_key=api_key, write_key=write_key
    )  # fmt: skip


@contextmanager
def installed(database: str) -> Iterator[Installation]:
    """Prepare an installation on a scratch database, at which this process's Django looks already."""
    with open_directory() as root, pytest.MonkeyPatch.context() as environment:
        environment.setenv("DATABASE_URL", url_of(OWNER, database))
        environment.setenv("DATABASE_RUNTIME_URL", url_of(RUNTIME, database))
        environment.setenv("DANGOL_KEYS", settings.KEYS_FOLDER)
        with prepared(root / "data") as (_no_cluster, addresses):
            port = free_port()
            children = child_environment(root / "data", addresses, web_url=f"http://127.0.0.1:{port}")
            yield Installation(root / "data", addresses.owner, children, port, log=root / "log")
