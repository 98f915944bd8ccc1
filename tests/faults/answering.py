"""The API while PostgreSQL is away, is restarted, and has no connection left: nothing breaks, nothing is done twice."""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connections

from benchmarks.harness import SEED
from dangol.kit.embedded_postgres import EmbeddedPostgres
from tests.api.conftest import Program
from tests.api.test_nonsense import furnish
from tests.config.test_supervisor import eventually
from tests.faults.houses import Installation
from tests.faults.programs import Heard, Ledger, asking, compared, keys_for, nonsense, waits_told
from tests.people import make_cast

PROGRAMS, RATE, CASES = 40, 200, 300
"""At full scale: requests a second of all programs, and nonsensical requests to each call."""
CALM, AWAY = 30.0, 30.0
"""Seconds at full scale: between two faults, and that each lasts at the least."""


@dataclass(frozen=True)
class Verdict:
    """What came of a run; `calm` are the waits before the first fault."""

    heard: Heard
    ledger: Ledger
    calm: list[float]

    def __str__(self) -> str:
        return (
            f"asked={self.heard.answers.total()} answers={dict(sorted(self.heard.answers.items()))} "
            f"faults={len(FAULTS)} {self.ledger} broken={len(self.heard.broken)} "
            f"calm: {waits_told(self.calm)} seed={SEED}"
        )

    @property
    def problems(self) -> list[str]:
        """Whatever was not as it must be."""
        return [*self.heard.broken, *self.ledger.problems]


def endure(installation: Installation, cluster: EmbeddedPostgres, *, scale: float) -> Verdict:
    """Let programs ask while one fault comes after the other, each until one hears of it; compare what is there."""
    cast, heard = make_cast("api"), Heard()
    own, *keys = keys_for(cast.admin, PROGRAMS + 1)
    cases = nonsense(furnish(cast, Program(own)), each=max(1, round(CASES * scale)))
    pause, refused = max(2.0, CALM * scale), 0
    with installation.web(), asking(installation, keys, heard, rate=max(40.0, RATE * scale), cases=cases):
        time.sleep(pause)
        calm = list(heard.waits)
        for fault in FAULTS:
            refused = heard.answers[503]
            with fault(installation, cluster):
                time.sleep(AWAY * scale)
                eventually(lambda: heard.answers[503] > refused)  # noqa: B023 - called before it changes
            time.sleep(pause)
    connections.close_all()
    return Verdict(heard, compared(heard, cast.admin), calm)


@contextmanager
def _killed(_installation: Installation, cluster: EmbeddedPostgres) -> Iterator[None]:
    assert cluster.pid is not None
    os.kill(cluster.pid, signal.SIGKILL)
    yield
    cluster.start()


@contextmanager
def _stopped(_installation: Installation, cluster: EmbeddedPostgres) -> Iterator[None]:
    cluster.stop()
    yield
    cluster.start()


@contextmanager
def _crowded(installation: Installation, _cluster: EmbeddedPostgres) -> Iterator[None]:
    """Whoever adds people waits, until all connections are taken, and holds up the others."""
    with installation.locked("customers_person"):
        yield


FAULTS = (_killed, _stopped, _crowded)
