"""
Nothing acknowledged is lost, nothing is stored twice: events sent while processes are killed.

A ledger file outside of the system keeps every request before it is sent and every answer after it came. Meanwhile the
web process, the worker and PostgreSQL are killed (`kill -9`), the worker is stopped for a while, and requests come
twice, late, out of order, from the future and broken. In the end the store is compared with the ledger.

    python -m benchmarks.faults_ingestion [--scale 0.05]
"""

import argparse
import base64
import contextlib
import http.client
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlsplit
from uuid import UUID

import psycopg

from benchmarks.harness import free_port, percentile
from dangol.config.supervisor import System, running_system
from dangol.kit.ids import uuid7

SEED = 20261123
SECONDS, RATE, IN_BATCH, SENDERS = 600, 1000, 50, 4
KILLS = {"worker": 40, "web": 17, "postgres": 3}
STOPPED_FOR = 600.0
"""Faults at full scale: so many kills, and so many seconds without a processor, over the whole run."""
PATIENCE = 300.0
PEOPLE = 2000
BROKEN = (
    b'{"batch": [',
    b"\xff\xfe\x00",
    b'{"batch": [{"type": "track", "userId": "\xff"}]}',
    b"[]",
    b'{"batch": "' + b"x" * 1_000_000 + b'"}',
)
POISON: tuple[dict[str, object], ...] = (
    {"type": "dance"},
    {"properties": {"a": "\x00"}},
    {"timestamp": "yesterday"},
    {"properties": []},
)


@dataclass
class Ledger:
    """What was sent and what was answered, written down before the next step."""

    path: Path
    invoked: set[str] = field(default_factory=set)
    ok: set[str] = field(default_factory=set)
    answers: Counter[int] = field(default_factory=Counter)
    failed: int = 0
    waits: list[float] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._file = self.path.open("a", encoding="utf-8")
        self._lock = threading.Lock()

    def close(self) -> None:
        """Write no more."""
        self._file.close()

    def note(self, verb: str, ids: Sequence[str], status: int = 0) -> None:
        """Write one line and keep it in mind."""
        with self._lock:
            self._file.write(f"{verb} {status} {' '.join(ids)}\n")
            self._file.flush()
            self.answers[status] += verb != "invoke"
            {"invoke": self.invoked, "ok": self.ok}.get(verb, set()).update(ids)
            self.failed += verb == "fail"


@dataclass(frozen=True)
class Course:
    """How a run went: faults, seconds until the inbox was empty, and the most memory of one process."""

    planned: int
    faults: int
    drained: float
    megabytes: int


@dataclass(frozen=True)
class Verdict:
    """What came of a run. Every number is of events, but for `failed`: broken requests that were refused."""

    invoked: int
    ok: int
    failed: int
    unknown: int
    planned: int
    faults: int
    lost: int
    duplicated: int
    miscounted: int
    answers: dict[int, int]
    drained: float
    megabytes: int
    waits: tuple[float, ...]

    def __str__(self) -> str:
        shares = " ".join(f"p{share}={percentile(self.waits, share) * 1000:.0f}ms" for share in (50, 95, 99))
        return (
            f"invoked={self.invoked} ok={self.ok} failed={self.failed} unknown={self.unknown} "
            f"faults={self.faults}/{self.planned} lost={self.lost} duplicated={self.duplicated} "
            f"miscounted={self.miscounted} answers={self.answers} drained={self.drained:.1f}s "
            f"memory={self.megabytes}MB {shares} seed={SEED}"
        )

    @property
    def is_good(self) -> bool:
        """Nothing lost, doubled or miscounted, and every planned fault applied."""
        whole = self.faults == self.planned and self.ok > 0
        return whole and not (self.lost or self.duplicated or self.miscounted)


def endure(folder: Path, *, scale: float) -> Verdict:
    """Run an installation of its own below the folder, hurt it, and compare."""
    with (
        running_system(folder / "system", free_port(), log_to_files=True) as system,
        contextlib.closing(Ledger(folder / "ledger.txt")) as ledger,
    ):
        with psycopg.connect(system.addresses.owner) as connection:
            workspace_id, key = _make_source(connection)
        done = threading.Event()
        batches = round(SECONDS * RATE * scale / IN_BATCH)
        share = batches // SENDERS
        senders = [
            threading.Thread(target=_send, args=(number, share, system.web_url, key, ledger))
            for number in range(SENDERS)
        ]
        peak = _watch_memory(system, done)
        for sender in senders:
            sender.start()
        applied = list(_hurt(system, ledger, batches * IN_BATCH, scale))
        for sender in senders:
            sender.join()
        began = time.monotonic()
        with _patiently(system.addresses.owner) as connection:
            _wait_until_drained(connection, workspace_id)
            drained = time.monotonic() - began
            done.set()
            course = Course(len(planned_faults(scale)) + 1, len(applied), drained, peak[0])
            return _verdict(connection, workspace_id, ledger, course)


def planned_faults(scale: float) -> list[str]:
    """Every kind of kill at least once, in a mixed but fixed order."""
    kills = [victim for victim, times in KILLS.items() for _ in range(max(1, round(times * scale)))]
    random.Random(SEED).shuffle(kills)
    return kills


def _make_source(connection: psycopg.Connection) -> tuple[UUID, str]:
    workspace_id, key, now = uuid7(), "faults-write-key", datetime.now(UTC)
    connection.execute(
        "INSERT INTO workspaces_workspace (id, name, slug, language, time_zone, currency, created_at) "
        "VALUES (%s, %s, %s, 'ko', 'Asia/Seoul', 'KRW', %s)",
        [workspace_id, "단골상회", "faults", now],
    )
    connection.execute("SELECT set_config('dangol.workspace', %s, true)", [str(workspace_id)])
    connection.execute(
        "INSERT INTO tracking_source (id, workspace_id, name, kind, mapping, key_digest, key_hint, created_at) "
        "VALUES (%s, %s, 'shop', 'api', '{}', %s, '', %s)",
        [uuid7(), workspace_id, sha256(key.encode()).hexdigest(), now],
    )
    return workspace_id, key


def _send(number: int, batches: int, url: str, key: str, ledger: Ledger) -> None:
    """Send this sender's batches at the common pace, each until it is acknowledged; some of the answers never come."""
    dice = random.Random(SEED + number)
    headers = {
        "authorization": "Basic " + base64.b64encode(f"{key}:".encode()).decode(),
        "content-type": "application/json",
    }
    pace = IN_BATCH * SENDERS / RATE
    began = time.monotonic()
    former: list[dict[str, object]] = []
    for batch in range(batches):
        time.sleep(max(0.0, began + batch * pace - time.monotonic()))
        events = [_event(dice, f"{number}-{batch}-{place}") for place in range(IN_BATCH)]
        again = [dice.choice(former) for _ in range(len(events) // 20)] if former else []
        former = events
        _acknowledge(url, headers, [*events, *again], ledger, dice)
        if batch % 20 == 0:
            _one(url, headers, dice.choice(BROKEN), ledger, ["broken"])


def _event(dice: random.Random, event_id: str) -> dict[str, object]:
    at = datetime.now(UTC) - timedelta(seconds=dice.uniform(-3600, 86_400))
    event: dict[str, object] = {
        "type": "track", "messageId": event_id, "event": dice.choice(["Product Viewed", "Product Added"]),
        "timestamp": at.isoformat(), "properties": {f"p{dice.randrange(10_000)}": dice.random()},
        "userId": f"user-{dice.randrange(PEOPLE)}",
    }  # fmt: skip
    if dice.random() < 0.1:
        event["anonymousId"] = f"visitor-{dice.randrange(PEOPLE)}"
    if dice.random() < 0.01:
        event |= dice.choice(POISON)
        event["messageId"] = f"poison-{event_id}"
    return event


def _acknowledge(
    url: str, headers: dict[str, str], events: list[dict[str, object]], ledger: Ledger, dice: random.Random
) -> None:
    """Try until it is acknowledged, as client libraries do; every twentieth unknown one is given up."""
    body = json.dumps({"batch": events}).encode()
    ids = [str(event["messageId"]) for event in events]
    ledger.note("invoke", ids)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        if _one(url, headers, body, ledger, ids) or dice.random() < 0.05:
            return
        time.sleep(dice.uniform(0.05, 0.5))


def _one(url: str, headers: dict[str, str], body: bytes, ledger: Ledger, ids: list[str]) -> bool:
    """Send one request. A refusal that would be repeated is final; no answer means unknown."""
    began = time.perf_counter()
    try:
        connection = http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)
        with contextlib.closing(connection):
            connection.request("POST", "/v1/batch", body, headers)
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        status = 0
    ledger.waits.append(time.perf_counter() - began)
    is_final = status not in {0, 429, 503}
    ledger.note("ok" if status == 200 else "fail" if is_final else "unknown", ids, status)
    return is_final


def _hurt(system: System, ledger: Ledger, events: int, scale: float) -> Iterator[str]:
    """Apply every fault when its share of the events was sent."""
    kills = planned_faults(scale)
    for place, victim in enumerate(kills, start=1):
        while len(ledger.invoked) < events * place / (len(kills) + 2):
            time.sleep(0.02)
        os.kill(_pid(system, victim), signal.SIGKILL)
        yield victim
    worker = _pid(system, "worker")
    os.kill(worker, signal.SIGSTOP)
    time.sleep(STOPPED_FOR * scale)
    os.kill(worker, signal.SIGCONT)
    yield "stop"


def _pid(system: System, victim: str) -> int:
    deadline = time.monotonic() + PATIENCE
    while (pid := system.check().pids.get(victim)) is None:
        if time.monotonic() > deadline:
            raise RuntimeError(f"{victim} did not come back")
        time.sleep(0.05)
    return int(pid)


def _watch_memory(system: System, done: threading.Event) -> list[int]:
    """Keep the most megabytes that the web process or the worker held."""
    peak = [0]

    def watch() -> None:
        while not done.wait(0.5):
            for name in ("web", "worker"):
                with contextlib.suppress(OSError, TypeError, StopIteration):
                    pid = system.check().pids.get(name)
                    status = Path(f"/proc/{pid}/status").read_text().splitlines()
                    held = next(line for line in status if line.startswith("VmRSS"))
                    peak[0] = max(peak[0], int(held.split()[1]) // 1024)

    threading.Thread(target=watch, daemon=True).start()
    return peak


@contextlib.contextmanager
def _patiently(address: str) -> Iterator[psycopg.Connection]:
    """Connect once PostgreSQL has recovered."""
    deadline = time.monotonic() + PATIENCE
    while True:
        try:
            connection = psycopg.connect(address)
            break
        except psycopg.OperationalError:
            if time.monotonic() > deadline:
                raise
            time.sleep(0.2)
    with contextlib.closing(connection):
        yield connection


def _rows(connection: psycopg.Connection, workspace_id: UUID, query: str) -> list[tuple[object, ...]]:
    with connection.transaction():
        connection.execute("SELECT set_config('dangol.workspace', %s, true)", [str(workspace_id)])
        return connection.execute(query).fetchall()


def _wait_until_drained(connection: psycopg.Connection, workspace_id: UUID) -> None:
    deadline = time.monotonic() + PATIENCE
    while _rows(connection, workspace_id, "SELECT 1 FROM tracking_inbox LIMIT 1"):
        if time.monotonic() > deadline:
            raise RuntimeError("The inbox was not drained.")
        time.sleep(0.2)


def _verdict(connection: psycopg.Connection, workspace_id: UUID, ledger: Ledger, course: Course) -> Verdict:
    stored = Counter(str(row[0]) for row in _rows(connection, workspace_id, "SELECT message_id FROM tracking_event"))
    bodies = _rows(connection, workspace_id, "SELECT convert_from(body, 'UTF8') FROM tracking_deadletter")
    aside = {str(json.loads(str(body))["messageId"]) for (body,) in bodies}
    good = {event_id for event_id in ledger.ok if not event_id.startswith("poison-")}
    miscounted = _rows(
        connection, workspace_id,
        """
        SELECT FROM (
            SELECT person_id, name, (occurred_at AT TIME ZONE 'UTC')::date AS day, count(*) FROM tracking_event
            WHERE person_id IS NOT NULL GROUP BY 1, 2, 3
        ) told FULL JOIN tracking_daily_count d USING (person_id, name, day)
        WHERE told.count IS DISTINCT FROM d.count
        """,
    )  # fmt: skip
    return Verdict(
        invoked=len(ledger.invoked),
        ok=len(ledger.ok),
        failed=ledger.failed,
        unknown=len(ledger.invoked - ledger.ok),
        planned=course.planned,
        faults=course.faults,
        lost=len(good - stored.keys()) + len(ledger.ok - good - aside),
        duplicated=sum(1 for times in stored.values() if times > 1),
        miscounted=len(miscounted),
        answers=dict(sorted(ledger.answers.items())),
        drained=course.drained,
        megabytes=course.megabytes,
        waits=tuple(ledger.waits),
    )


def main() -> int:
    """Run at the wanted scale and print the verdict."""
    parser = argparse.ArgumentParser(description="Send events while processes are killed; nothing may be lost.")
    parser.add_argument("--scale", type=float, default=1.0, help="share of ten minutes at a thousand events a second")
    wanted = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="dangol-faults-") as folder:
        verdict = endure(Path(folder), scale=wanted.scale)
    print(verdict)
    return 0 if verdict.is_good else 1


if __name__ == "__main__":
    sys.exit(main())
