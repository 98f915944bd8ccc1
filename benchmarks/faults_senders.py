"""Clients that send all the time, and the ledger of what they sent and heard."""

import base64
import contextlib
import http.client
import json
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.parse import urlsplit

SEED = 20261123
RATE, IN_BATCH, SENDERS = 1000, 50, 4
PATIENCE = 300.0
ANSWERS_LOST = 0.02
CLOCKS_OFF = (0, 3 * 365, -7 * 365, 0)
"""By how many days the clock of each sender is wrong."""

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

    @property
    def refused(self) -> int:
        """How many requests were not taken, with or without an answer."""
        return self.answers[0] + self.answers[503]

    def note(self, verb: str, ids: Sequence[str], status: int = 0) -> None:
        """Write one line and keep it in mind."""
        with self._lock:
            self._file.write(f"{verb} {status} {' '.join(ids)}\n")
            self._file.flush()
            self.answers[status] += verb != "invoke"
            {"invoke": self.invoked, "ok": self.ok}.get(verb, set()).update(ids)
            self.failed += verb == "fail"


@dataclass(frozen=True)
class Target:
    """Where to send, how to say who sends, and where to write it down."""

    url: str
    headers: dict[str, str]
    ledger: Ledger


def headers_of(key: str) -> dict[str, str]:
    authorization = "Basic " + base64.b64encode(f"{key}:".encode()).decode()
    return {"authorization": authorization, "content-type": "application/json"}


def start_senders(target: Target, batches: int, *, number: int, count: int, rate: int) -> list[threading.Thread]:
    """Start so many senders, numbered from that one on, which share the batches and the rate."""
    pace = IN_BATCH * count / rate
    senders = [
        threading.Thread(target=_send, args=(number + place, batches // count, pace, target)) for place in range(count)
    ]
    for sender in senders:
        sender.start()
    return senders


def _send(number: int, batches: int, pace: float, target: Target) -> None:
    """Send this sender's batches at its pace, each until it is acknowledged, and some of them again a day later."""
    dice = random.Random(SEED + number)
    off = timedelta(days=CLOCKS_OFF[number % len(CLOCKS_OFF)])
    began = time.monotonic()
    former: list[dict[str, object]] = []
    kept: list[list[dict[str, object]]] = []
    for batch in range(batches):
        time.sleep(max(0.0, began + batch * pace - time.monotonic()))
        events = [_event(dice, f"{number}-{batch}-{place}", off) for place in range(IN_BATCH)]
        again = [dice.choice(former) for _ in range(len(events) // 20)] if former else []
        former = events
        _acknowledge(target, [*events, *again], dice, sent_at=datetime.now(UTC) + off)
        if batch % 20 == 0:
            kept.append(events)
            _one(target, dice.choice(BROKEN), ["broken"])
    for events in kept:
        _acknowledge(target, events, dice, sent_at=datetime.now(UTC) + off + timedelta(days=1))


def _event(dice: random.Random, event_id: str, off: timedelta) -> dict[str, object]:
    at = datetime.now(UTC) + off - timedelta(seconds=dice.uniform(-3600, 86_400))
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


def _acknowledge(target: Target, events: list[dict[str, object]], dice: random.Random, *, sent_at: datetime) -> None:
    """Try until the answer has come, as client libraries do; every twentieth unknown one is given up."""
    body = json.dumps({"batch": events, "sentAt": sent_at.isoformat()}).encode()
    ids = [str(event["messageId"]) for event in events]
    target.ledger.note("invoke", ids)
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        has_come = _one(target, body, ids) and dice.random() >= ANSWERS_LOST
        if has_come or dice.random() < 0.05:
            return
        time.sleep(dice.uniform(0.05, 0.5))


def _one(target: Target, body: bytes, ids: list[str]) -> bool:
    """Send one request. A refusal that would be repeated is final; no answer means unknown."""
    began = time.perf_counter()
    try:
        connection = http.client.HTTPConnection(urlsplit(target.url).netloc, timeout=30)
        with contextlib.closing(connection):
            connection.request("POST", "/v1/batch", body, target.headers)
            status = connection.getresponse().status
    except (OSError, http.client.HTTPException):
        status = 0
    target.ledger.waits.append(time.perf_counter() - began)
    is_final = status not in {0, 429, 503}
    target.ledger.note("ok" if status == 200 else "fail" if is_final else "unknown", ids, status)
    return is_final
