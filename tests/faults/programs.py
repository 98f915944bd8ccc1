"""
Programs that ask the API all the time: they read, add and change people, send nonsense, and try again what failed.

Whatever they add they send five times under one Idempotency-Key, each until it is answered. Every answer is noted, and
in the end the people that are there are compared with it.
"""

import json
import random
import threading
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

from django.utils import timezone
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from benchmarks.harness import SEED, percentile
from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.workspaces.enums import KeyScope
from dangol.workspaces.models import Member
from dangol.workspaces.operations import make_api_key
from tests.api.test_nonsense import CALLS, Asked, drawn
from tests.faults.houses import Answer, Installation

TIMES = 5
PAUSE = 0.2
"""Seconds until what failed is tried again: they are more impatient than Retry-After asks for."""


@dataclass
class Heard:
    """
    What was answered.

    :param added: the bodies of the answers to each person's addition, of which all must be the same
    """

    answers: Counter[int] = field(default_factory=Counter)
    waits: list[float] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)
    added: dict[str, list[bytes]] = field(default_factory=dict)

    def note(self, asked: str, answer: Answer, wait: float) -> None:
        """Keep an answer in mind; 503 is one only with Retry-After."""
        self.answers[answer.status] += 1
        self.waits.append(wait)
        if answer.status in (0, 500) or (answer.status > 500 and "Retry-After" not in answer.headers):
            self.broken.append(f"{answer.status} {asked}")


@dataclass(frozen=True)
class Program:
    """One of them, with its own key and dice."""

    number: int
    key: str
    installation: Installation
    heard: Heard
    cases: Sequence[Asked]
    ended: threading.Event

    def work(self, pace: float) -> None:
        """Do one thing after the other, one every `pace` seconds."""
        dice, due, done = random.Random(SEED + self.number), time.monotonic(), 0
        person = ""
        while not self.ended.wait(max(0.0, due - time.monotonic())):
            due, done = due + pace, done + 1
            deed = dice.random()
            if deed < 0.2:
                person = self.add(f"program {self.installation.port}-{self.number}-{done}") or person
            elif deed < 0.4 and self.cases:
                case = dice.choice(self.cases)
                self.ask(case.method, case.path, case.told, **case.headers)
            elif deed < 0.5 and person:
                self.ask("PATCH", f"people/{person}", {"city": str(done)})
            else:
                self.ask("GET", dice.choice(["people", "companies", "fields/person", f"people/{person}"]))

    def add(self, name: str) -> str:
        """Add a person, five times over; return the id."""
        bodies = self.heard.added.setdefault(name, [])
        while len(bodies) < TIMES:
            answer = self.ask("POST", "people", {"name": name}, Idempotency_Key=name)
            if answer.status == 201:
                bodies.append(answer.body)
            elif self.ended.wait(PAUSE):
                break
        return str(json.loads(bodies[0])["id"]) if bodies else ""

    def ask(self, method: str, path: str, told: object = None, **headers: str) -> Answer:
        sent = {"Authorization": f"Bearer {self.key}", "Content-Type": "application/json"}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        body = None if told is None else json.dumps(told).encode()
        began = time.perf_counter()
        answer = self.installation.ask(method, f"/api/v1/{path}", body, sent)
        self.heard.note(f"{method} {path} {body!r}", answer, time.perf_counter() - began)
        return answer


def keys_for(member: Member, count: int) -> list[str]:
    """Make keys of the API, one for each program: each may ask 600 times a minute."""
    with tenancy.workspace(member.workspace_id):
        made = (
            make_api_key(
                by=member, name=f"{number}", member=member, scope=KeyScope.WRITE, expires_at=None, now=timezone.now()
            )
            for number in range(count)
        )
        return [secret for _key, secret in made]


@contextmanager
def asking(
    installation: Installation, keys: Sequence[str], heard: Heard, *, rate: float, cases: Sequence[Asked] = ()
) -> Iterator[None]:
    """Let programs ask during the block, together so many times a second; all of it is answered at its end."""
    ended = threading.Event()
    programs = [Program(number, key, installation, heard, cases, ended) for number, key in enumerate(keys)]
    threads = [threading.Thread(target=one.work, args=(len(keys) / rate,)) for one in programs]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        ended.set()
        for thread in threads:
            thread.join()


def nonsense(known: Mapping[str, str], *, each: int) -> list[Asked]:
    """Return so many requests to each call, that fit it more or less, the same ones every time."""
    return [case for call in CALLS for case in _cases(call, known, each)]


def _cases(call: tuple[str, str, dict[str, Any]], known: Mapping[str, str], each: int) -> list[Asked]:
    found: list[Asked] = []

    @settings(
        max_examples=each, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True, database=None,
        phases=[Phase.generate],
    )  # fmt: skip
    @given(st.data())
    def draw(data: st.DataObject) -> None:
        found.append(drawn(data, *call, known))

    draw()
    return found


@dataclass(frozen=True)
class Ledger:
    """What the programs added, compared with who is there."""

    added: int
    lost: int
    doubled: int
    differing: int

    def __str__(self) -> str:
        return f"added={self.added} lost={self.lost} doubled={self.doubled} differing={self.differing}"

    @property
    def problems(self) -> list[str]:
        """Itself, unless everybody who was added is there once, with one answer for all five times."""
        return [f"{self}"] if self.lost or self.doubled or self.differing or not self.added else []


def compared(heard: Heard, member: Member) -> Ledger:
    """Whoever was answered is there once; whoever was not is there once or not at all."""
    with tenancy.workspace(member.workspace_id):
        there = Counter(Person.objects.filter(name__startswith="program ").values_list("name", flat=True))
    acknowledged = {name for name, bodies in heard.added.items() if bodies}
    return Ledger(
        added=len(acknowledged),
        lost=len(acknowledged - there.keys()),
        doubled=sum(times > 1 for times in there.values()),
        differing=sum(len(set(bodies)) > 1 for bodies in heard.added.values()),
    )


def waits_told(waits: Sequence[float]) -> str:
    """Return how long answers took."""
    return " ".join(f"p{share}={percentile(waits, share) * 1000:.0f}ms" for share in (50, 95, 99))
