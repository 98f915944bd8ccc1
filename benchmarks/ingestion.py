"""
Ingestion: events per second from inbox to event store, as a share of a bare COPY of the same rows.

The bare COPY fills a copy of the event table with the same partitions, indexes and foreign key, without row-level
security. `sustained`: as many events in one go, as they wait after a busy hour, against the 15,000 a second that are
wanted. `protection`: with and without walls and audit record. `http`: single-event requests per second that
are acknowledged after their commit, over real HTTP, as a share of the same server answering without doing anything.
"""

import gc
import random
import subprocess
import sys
import time
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Self
from uuid import UUID

import msgspec
import psycopg
import uvloop

from benchmarks.harness import Bench
from benchmarks.load import measure_requests
from benchmarks.unprotected import unprotected
from dangol.config.web import web_processes

EVENTS, PEOPLE, IN_BATCH, ROUNDS = 800_000, 10_000, 100, 4
WANTED = 15_000
REQUESTS, CONNECTIONS = 60_000, 384
IDLE = "benchmarks.load:idle"
NAMES = [
    "Product Viewed",
    "Product Added",
    "Cart Viewed",
    "Product List Viewed",
    "Checkout Started",
    "Products Searched",
]
COLUMNS = (
    "workspace_id, id, occurred_at, received_at, person_id, anonymous_id, kind, name, properties, context, "
    "source_id, message_id"
)
FILL = """
INSERT INTO tracking_inbox (workspace_id, source_id, call, received_at, body) VALUES (%s, %s, 'batch', now(), %s)
"""
COPY_TABLE = """
CREATE TABLE bare_event (LIKE tracking_event INCLUDING ALL) PARTITION BY RANGE (occurred_at);
ALTER TABLE bare_event ADD FOREIGN KEY (workspace_id, person_id) REFERENCES customers_person (workspace_id, id)
    ON DELETE CASCADE DEFERRABLE INITIALLY DEFERRED;
"""


def run(bench: Bench) -> None:
    """Measure all four lines."""
    workspace_id, source_id, key = _make_source()
    generator = random.Random(bench.seed)
    _prepare_people(workspace_id, source_id, bench.sized(PEOPLE))
    bodies = [
        _batch(generator, number, bench.sized(PEOPLE))
        for number in range(bench.sized(EVENTS // IN_BATCH, least=ROUNDS))
    ]
    gc.freeze()  # as the worker does, and so is the next line
    sys.setswitchinterval(0.0005)
    _measure_processing(bench, workspace_id, source_id, bodies)
    _measure_sustained(bench, workspace_id, source_id, generator)
    _measure_protection(bench, workspace_id, source_id, generator)
    _measure_http(bench, key, generator)


def _measure_sustained(bench: Bench, workspace_id: UUID, source_id: UUID, generator: random.Random) -> None:
    """Report what is processed in one go, with whatever PostgreSQL does meanwhile of itself."""
    from dangol.tracking.operations import process_workspace  # noqa: PLC0415 - Django is set up by now

    batches, people = bench.sized(EVENTS // IN_BATCH), bench.sized(PEOPLE)
    _fill_inbox(workspace_id, source_id, [_batch(generator, number, people) for number in range(batches)])
    began = time.perf_counter()
    process_workspace(workspace_id)
    events = batches * IN_BATCH
    bench.report(ours=events / (time.perf_counter() - began), limit=WANTED, rows=events, label="sustained")


def _measure_protection(bench: Bench, workspace_id: UUID, source_id: UUID, generator: random.Random) -> None:
    """Report the seconds that processing takes by those without walls and audit record: 1.15 at most."""
    from dangol.tracking.operations import process_workspace  # noqa: PLC0415 - Django is set up by now

    batches = bench.sized(EVENTS // IN_BATCH // ROUNDS // 2, least=10)
    seconds: tuple[list[float], list[float]] = ([], [])
    for turn in range(2 * ROUNDS):
        events = [_batch(generator, number, bench.sized(PEOPLE)) for number in range(batches)]
        _fill_inbox(workspace_id, source_id, events)
        with unprotected(bench) if turn % 2 else nullcontext():
            began = time.perf_counter()
            process_workspace(workspace_id)
            seconds[turn % 2].append(time.perf_counter() - began)
    rows = batches * IN_BATCH * ROUNDS
    bench.report(ours=sum(seconds[0]) * 1000, limit=sum(seconds[1]) * 1000, rows=rows, label="protection")


def _measure_processing(bench: Bench, workspace_id: UUID, source_id: UUID, bodies: list[bytes]) -> None:
    from dangol.tracking.operations import process_workspace  # noqa: PLC0415 - Django is set up by now

    ours: list[float] = []
    bare: list[float] = []
    with psycopg.connect(bench.superuser_url(), autocommit=True) as superuser:
        superuser.execute(COPY_TABLE)
        for part in range(ROUNDS):
            _fill_inbox(workspace_id, source_id, bodies[part::ROUNDS])
            superuser.execute("CHECKPOINT")
            began = time.perf_counter()
            process_workspace(workspace_id)
            ours.append(time.perf_counter() - began)
            bare.append(_bare_copy(superuser, part))
    events = len(bodies) * IN_BATCH
    bench.report(ours=events / sum(ours), limit=events / sum(bare), rows=events)


def _bare_copy(superuser: psycopg.Connection, part: int) -> float:
    """COPY the rows that were just stored into the bare table; return the seconds that took."""
    known = superuser.execute("SELECT count(*) FROM bare_event").fetchone()
    assert known is not None
    select = f"SELECT {COLUMNS} FROM tracking_event WHERE kind = 'track' ORDER BY id OFFSET {known[0]}"
    with superuser.cursor().copy(f"COPY ({select}) TO STDOUT") as copy:
        rows = [bytes(row) for row in copy]
    for (month,) in superuser.execute(
        "SELECT DISTINCT to_char(occurred_at AT TIME ZONE 'UTC', 'YYYY-MM-01') FROM tracking_event"
    ):
        superuser.execute(
            f"CREATE TABLE IF NOT EXISTS bare_event_{month[:7].replace('-', '')} PARTITION OF bare_event "
            f"FOR VALUES FROM ('{month} UTC') TO (timestamptz '{month} UTC' + interval '1 month')"
        )
    data = b"".join(rows)
    superuser.execute("CHECKPOINT")
    began = time.perf_counter()
    with superuser.cursor().copy(f"COPY bare_event ({COLUMNS}) FROM STDIN") as copy:
        copy.write(data)
    return time.perf_counter() - began


def _make_source() -> tuple[UUID, UUID, str]:
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.operations import create_source  # noqa: PLC0415 - Django is set up by now
    from tests.people import make_cast  # noqa: PLC0415 - Django is set up by now

    cast = make_cast()
    with tenancy.workspace(cast.workspace.pk):
        source, key = create_source(member=cast.admin, name="bench", now=datetime.now(UTC))
    return cast.workspace.pk, source.pk, key


def _prepare_people(workspace_id: UUID, source_id: UUID, people: int) -> None:
    from dangol.tracking.operations import process_workspace  # noqa: PLC0415 - Django is set up by now

    for start in range(0, people, 1000):
        told = [
            {
                "type": "identify",
                "userId": f"user-{n}",
                "traits": {"name": f"고객 {n}", "email": f"user{n}@example.com"},
            }
            for n in range(start, min(start + 1000, people))
        ]
        _fill_inbox(workspace_id, source_id, [msgspec.json.encode({"batch": told})])
    process_workspace(workspace_id)


def _batch(generator: random.Random, number: int, people: int) -> bytes:
    sent = datetime.now(UTC) - timedelta(minutes=5)
    events = [_event(generator, number * IN_BATCH + place, people, sent) for place in range(IN_BATCH)]
    return msgspec.json.encode({"batch": events, "sentAt": sent.isoformat(), "context": {"library": {"name": "bench"}}})


def _event(generator: random.Random, number: int, people: int, sent: datetime) -> dict[str, object]:
    """One event as client libraries send it: every fifth from an unknown visitor, every hundredth an order."""
    event: dict[str, object] = {
        "type": "track",
        "messageId": f"bench-{generator.getrandbits(96):024x}",
        "timestamp": (sent - timedelta(milliseconds=generator.randrange(60_000))).isoformat(),
        "event": generator.choice(NAMES),
        "properties": {
            "sku": f"sku-{generator.randrange(500)}",
            "price": generator.randrange(1000, 90000),
            "category": "tea",
        },
        "context": {"page": {"path": "/shop/tea", "url": "https://shop.example.com/shop/tea"}, "locale": "ko-KR"},
        "anonymousId": f"visitor-{generator.randrange(people)}",
    }
    if number % 5:
        event["userId"] = f"user-{generator.randrange(people)}"
        del event["anonymousId"]
    if number % 100 == 1:
        products = [{"sku": "tea-1", "name": "녹차", "quantity": 1, "price": 30000}]
        event |= {
            "event": "Order Completed",
            "properties": {"order_id": f"O-{number}", "total": 30000, "products": products},
        }
    return event


def _fill_inbox(workspace_id: UUID, source_id: UUID, bodies: list[bytes]) -> None:
    from django.db import connection  # noqa: PLC0415 - Django is set up by now

    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now

    with tenancy.workspace(workspace_id), connection.cursor() as cursor:
        cursor.executemany(FILL, [(workspace_id, source_id, body) for body in bodies])


def _measure_http(bench: Bench, key: str, generator: random.Random) -> None:
    count = bench.sized(REQUESTS, least=1000)
    bodies = [msgspec.json.encode(_event(generator, number, 1000, datetime.now(UTC))) for number in range(1000)]
    results = []
    for server in (Server(IDLE), Server()):
        with server:
            load = measure_requests(server.port, key, bodies, count=count, connections=CONNECTIONS)
            results.append(uvloop.run(load))
    idle, real = results
    bench.report(ours=count / real.seconds, limit=count / idle.seconds, rows=count, waits=real.waits, label="http")


class Server:
    """
    The product's web processes on a free loopback port.

    :param instead: an application that as many processes of the same server answer with
    """

    def __init__(self, instead: str = "") -> None:
        from benchmarks.harness import free_port  # noqa: PLC0415 - internal to the package

        self.port = free_port()
        at = ["--host", "127.0.0.1", "--port", str(self.port)]
        granian = ["granian", "--interface", "asgi", "--workers", str(web_processes()), "--log-level", "warning"]
        self._command = [sys.executable, "-m", *([*granian, *at, instead] if instead else ["dangol", "web", *at])]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(self._command)
        for _ in range(900):
            try:
                with __import__("socket").create_connection(("127.0.0.1", self.port), timeout=1):
                    return self
            except OSError:
                time.sleep(0.1)
        self._process.terminate()
        raise RuntimeError("The server did not start.")

    def __exit__(self, *_: object) -> None:
        self._process.terminate()
        self._process.wait(20)
