"""
How long it takes from an acknowledged event until its person is in the segment, while a shop tells of everybody.

Over real HTTP, with a worker process of its own: first while nothing else waits, then while 20,000 calls that only tell
who somebody is stand in the inbox, as requests of their own and a hundred in each batch. Twenty times a second somebody
known does something, until the inbox is empty. The limit is one second; only what was acknowledged while calls of the
backlog still waited is counted.
"""

import base64
import http.client
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from uuid import UUID

import msgspec
import psycopg

from benchmarks.harness import Bench, percentile
from benchmarks.ingestion import Server
from benchmarks.korean_people import FAMILIES, FIRST, SECOND
from dangol.tracking.parting import parted

IDENTIFIES, IN_BATCH, PEOPLE = 20_000, 100, 4000
QUIET = 100
"""So many events are measured while nothing else waits."""

PACE, GLANCE, PATIENCE = 0.05, 0.01, 180.0
LIMIT_MS = 1000
WAITING = "SELECT count(*) FROM tracking_inbox WHERE workspace_id = %s AND source_id = %s"
PERSON = "SELECT person_id FROM customers_identity WHERE workspace_id = %s AND kind = 'external_id' AND value = %s"
# Asked a hundred times a second, of those who are awaited: the watcher must not take the processor from the watched.
MEMBERS = """
SELECT person_id FROM segments_segmentmember WHERE workspace_id = %s AND segment_id = %s AND person_id = ANY(%s)
"""
STORED = "SELECT person_id FROM tracking_event WHERE workspace_id = %s AND name = %s AND person_id = ANY(%s)"
UNDONE = """
SELECT count(*) FROM tracking_inbox UNION ALL
SELECT count(*) FROM customers_tocompare UNION ALL
SELECT count(*) FROM procrastinate_jobs WHERE status IN ('todo', 'doing') AND scheduled_at IS NULL
"""
FILL = """
INSERT INTO tracking_inbox (workspace_id, source_id, call, received_at, body)
SELECT %s, %s, call, now(), body FROM unnest(%s::text[], %s::bytea[]) AS part(call, body)
"""


class Shop:
    """A workspace with a segment for every kind of backlog, a source for events and one for what waits."""

    def __init__(self, bench: Bench, backlogs: Sequence[str]) -> None:
        from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
        from dangol.segments.operations import compute_membership, create_segment  # noqa: PLC0415 - as above
        from dangol.tracking.operations import create_source  # noqa: PLC0415 - as above
        from tests.people import make_cast  # noqa: PLC0415 - as above

        cast, now = make_cast(), datetime.now(UTC)
        self.workspace_id: UUID = cast.workspace.pk
        self.segments: dict[str, UUID] = {}
        with tenancy.workspace(self.workspace_id):
            source, self.key = create_source(member=cast.admin, name="shop", now=now)
            self.backlog_source_id: UUID = create_source(member=cast.admin, name="backlog", now=now)[0].pk
            self.source_id: UUID = source.pk
            for backlog in backlogs:
                done = {"kind": "event", "event": backlog, "operator": "at_least", "count": 1}
                definition = {"kind": "all", "conditions": [done]}
                segment = create_segment(by=cast.marketer, name=backlog, definition=definition, now=now)
                compute_membership(workspace_id=self.workspace_id, segment_id=segment.pk, version=1, now=now)
                self.segments[backlog] = segment.pk
        self.watcher = psycopg.connect(bench.superuser_url(), autocommit=True)

    def fill(self, source_id: UUID, call: str, bodies: list[bytes]) -> None:
        """Put requests into the inbox as the collector does, all at once."""
        parts = [part for body in bodies for part in parted(call, body)]
        calls, contents = zip(*parts, strict=True) if parts else ((), ())
        self.watcher.execute(FILL, [self.workspace_id, source_id, list(calls), list(contents)])

    def waiting(self, source_id: UUID) -> int:
        """Count the requests of a source that are not processed."""
        counted = self.watcher.execute(WAITING, [self.workspace_id, source_id]).fetchone()
        assert counted is not None
        return int(counted[0])

    def settle(self) -> None:
        """Wait until every request is processed, everybody compared, and every job done."""
        while any(count for (count,) in self.watcher.execute(UNDONE)):
            time.sleep(PACE)

    def person(self, number: str) -> UUID:
        """Return the person of a customer number."""
        found = self.watcher.execute(PERSON, [self.workspace_id, number]).fetchone()
        assert found is not None
        return UUID(str(found[0]))

    def stored(self, backlog: str, awaited: list[UUID]) -> set[UUID]:
        """Return who of the awaited has done what is done during a backlog."""
        return {person for (person,) in self.watcher.execute(STORED, [self.workspace_id, backlog, awaited])}

    def members(self, backlog: str, awaited: list[UUID]) -> set[UUID]:
        """Return who of the awaited is in the segment of a backlog."""
        asked = [self.workspace_id, self.segments[backlog], awaited]
        return {person for (person,) in self.watcher.execute(MEMBERS, asked)}


def run(bench: Bench) -> None:
    """Measure without a backlog, with single calls waiting, and with batches of them waiting."""
    count = bench.sized(IDENTIFIES, least=1000)
    backlogs: dict[str, tuple[str, list[bytes]]] = {
        "nothing-waits": ("identify", []),
        "single-calls": ("identify", [msgspec.json.encode(_identify(f"alone-{n}")) for n in range(count)]),
        "batches": ("batch", [_batch(f"together-{n}") for n in range(count // IN_BATCH)]),
    }
    shop = Shop(bench, list(backlogs))
    shop.fill(shop.source_id, "identify", [msgspec.json.encode(_identify(f"user-{n}")) for n in range(PEOPLE)])
    with closing(shop.watcher), Server() as server, _worker():
        for backlog, (call, bodies) in backlogs.items():
            shop.settle()
            shop.fill(shop.backlog_source_id, call, bodies)
            for step, waits in _measure(shop, server.port, backlog, least=0 if bodies else QUIET).items():
                slowest = percentile(waits, 99) * 1000
                bench.report(ours=slowest, limit=LIMIT_MS, rows=len(waits), waits=waits, label=f"{backlog}-{step}")


def _measure(shop: Shop, port: int, backlog: str, *, least: int) -> dict[str, list[float]]:
    """Let somebody do something at the pace while the backlog waits; return the seconds until each step was done."""
    acknowledged: dict[UUID, float] = {}
    stored: dict[UUID, float] = {}
    entered: dict[UUID, float] = {}
    sender = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    due = began = time.perf_counter()
    is_waiting = True
    with closing(sender):
        while is_waiting or len(entered) < len(acknowledged):
            if time.perf_counter() - began > PATIENCE:
                raise RuntimeError(f"{len(acknowledged) - len(entered)} people never entered the segment.")
            if is_waiting and time.perf_counter() >= due:
                due += PACE
                is_waiting = len(acknowledged) < least or shop.waiting(shop.backlog_source_id) > 0
                if is_waiting:
                    number = f"user-{len(acknowledged)}"
                    person = shop.person(number)
                    _post(sender, shop.key, {"userId": number, "event": backlog})
                    acknowledged[person] = time.perf_counter()
            for known, look in ((stored, shop.stored), (entered, shop.members)):
                found = look(backlog, [one for one in acknowledged if one not in known])
                known.update(dict.fromkeys(found, time.perf_counter()))
            time.sleep(GLANCE)
    return {
        "stored": [stored[person] - at for person, at in acknowledged.items()],
        "member": [entered[person] - at for person, at in acknowledged.items()],
    }


def _post(sender: http.client.HTTPConnection, key: str, call: dict[str, str]) -> None:
    authorization = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
    sender.request("POST", "/v1/track", msgspec.json.encode(call), {"authorization": authorization})
    answer = sender.getresponse()
    answer.read()
    if answer.status != http.client.OK:
        raise RuntimeError(f"The collector answered {answer.status}.")


def _identify(user_id: str) -> dict[str, object]:
    traits = {"name": _name(user_id), "email": f"{user_id}@example.com", "city": "서울"}
    return {"type": "identify", "userId": user_id, "traits": traits}


def _name(user_id: str) -> str:
    """As many bear a name as in a town: whoever looks for doubles compares namesakes."""
    chance = random.Random(user_id)
    return "".join(map(chance.choice, (FAMILIES, FIRST, SECOND)))


def _batch(prefix: str) -> bytes:
    return msgspec.json.encode({"batch": [_identify(f"{prefix}-{place}") for place in range(IN_BATCH)]})


@contextmanager
def _worker() -> Iterator[None]:
    process = subprocess.Popen([sys.executable, "-m", "dangol", "worker"])
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)
