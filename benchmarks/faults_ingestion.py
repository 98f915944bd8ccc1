"""
Nothing acknowledged is lost, nothing is stored twice: events sent while processes are killed.

A ledger file outside of the system keeps every request before it is sent and every answer after it came. Meanwhile the
web process, the worker and PostgreSQL are killed (`kill -9`), the disk is full for a while, the worker is stopped while
five times the load comes, clients dawdle and hang up, their clocks are years off, answers are lost, and requests come
twice, late, out of order, from the future, broken, and once more a day later. In the end the store is compared with the
ledger.

    python -m benchmarks.faults_ingestion [--scale 0.05]
"""

import argparse
import contextlib
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path
from uuid import UUID

import psycopg

from benchmarks.faults_pressure import dawdlers, full_disk, hang_up, small_disk
from benchmarks.faults_senders import IN_BATCH, PATIENCE, RATE, SEED, SENDERS, Ledger, Target, headers_of, start_senders
from benchmarks.harness import free_port, percentile
from dangol.config.supervisor import System, running_system
from dangol.kit.ids import uuid7

SECONDS, FLOOD_SECONDS, FLOOD_SENDERS, TIMES_THE_LOAD = 600, 120, 20, 5
KILLS = {"worker": 40, "web": 17, "postgres": 3}
STOPPED_FOR = 600.0
"""Faults at full scale: so many kills, and so many seconds without a processor, over the whole run."""

REFUSALS = 5
"""So many requests must be refused before a full disk has space again."""


@dataclass(frozen=True)
class Course:
    """How a run went: faults, slow clients, seconds until the inbox was empty, and the most memory of one process."""

    planned: int
    faults: int
    dawdlers: int
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
    dawdlers: int
    mistimed: int
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
            f"miscounted={self.miscounted} mistimed={self.mistimed} dawdlers={self.dawdlers} "
            f"answers={self.answers} drained={self.drained:.1f}s "
            f"memory={self.megabytes}MB {shares} seed={SEED}"
        )

    @property
    def is_good(self) -> bool:
        """Nothing lost, doubled or miscounted, and every planned fault applied."""
        whole = self.faults == self.planned and self.ok > 0
        return whole and not (self.lost or self.duplicated or self.miscounted or self.mistimed)


def endure(folder: Path, *, scale: float) -> Verdict:
    """Run an installation of its own, below the folder or on a small disk, hurt it, and compare."""
    with (
        small_disk() as disk,
        running_system((disk or folder) / "system", free_port(), log_to_files=True) as system,
        contextlib.closing(Ledger(folder / "ledger.txt")) as ledger,
    ):
        with psycopg.connect(system.addresses.owner) as connection:
            workspace_id, key = _make_source(connection)
        target = Target(system.web_url, headers_of(key), ledger)
        done = threading.Event()
        peak = _watch_memory(system, done)
        with dawdlers(target.url, target.headers) as opened:
            batches = round(SECONDS * RATE * scale / IN_BATCH)
            senders = start_senders(target, batches, number=0, count=SENDERS, rate=RATE)
            applied = list(_hurt(system, target, batches * IN_BATCH, scale, disk))
            for sender in senders:
                sender.join()
        began = time.monotonic()
        with _patiently(system.addresses.owner) as connection:
            _wait_until_drained(connection, workspace_id)
            drained = time.monotonic() - began
            done.set()
            planned = len(planned_faults(scale)) + 3 + (disk is not None)
            course = Course(planned, len(applied), opened[0], drained, peak[0])
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


def _hurt(system: System, target: Target, events: int, scale: float, disk: Path | None) -> Iterator[str]:
    """Apply every fault when its share of the events was sent."""
    kills = planned_faults(scale)
    for place, victim in enumerate(kills, start=1):
        while len(target.ledger.invoked) < events * place / (len(kills) + 2):
            time.sleep(0.02)
        os.kill(_pid(system, victim), signal.SIGKILL)
        yield victim
    if hang_up(target.url, target.headers):
        yield "hang up"
    if disk is not None:
        with full_disk(disk):
            refused = list(_refused(target))
        for sender in refused:
            sender.join()
        yield "full disk"
    worker = _pid(system, "worker")
    os.kill(worker, signal.SIGSTOP)
    began = time.monotonic()
    batches = round(FLOOD_SECONDS * RATE * TIMES_THE_LOAD * scale / IN_BATCH)
    for sender in start_senders(target, batches, number=SENDERS, count=FLOOD_SENDERS, rate=RATE * TIMES_THE_LOAD):
        sender.join()
    yield "flood"
    time.sleep(max(0.0, began + STOPPED_FOR * scale - time.monotonic()))
    os.kill(worker, signal.SIGCONT)
    yield "stop"


def _refused(target: Target) -> Iterator[threading.Thread]:
    """Start one sender after the other until requests are refused: what is reserved of the disk is used up first."""
    enough = target.ledger.refused + REFUSALS
    for number in range(SENDERS + FLOOD_SENDERS, 1000):
        if target.ledger.refused >= enough:
            return
        yield from start_senders(target, 1, number=number, count=1, rate=RATE)
        time.sleep(0.2)
    raise RuntimeError("A full disk stopped nobody.")


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
    mistimed = _rows(
        connection, workspace_id,
        "SELECT FROM tracking_event WHERE occurred_at NOT BETWEEN now() - interval '2 days' AND now()",
    )  # fmt: skip
    return Verdict(
        invoked=len(ledger.invoked),
        ok=len(ledger.ok),
        failed=ledger.failed,
        unknown=len(ledger.invoked - ledger.ok),
        planned=course.planned,
        faults=course.faults,
        dawdlers=course.dawdlers,
        mistimed=len(mistimed),
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
