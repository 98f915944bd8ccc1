"""
What every benchmark shares: a durable PostgreSQL, a fresh database, one line per result.

A benchmark is a module with `run(bench: Bench) -> None`. It measures us and our limit in turns in the same run, since
the machine's speed changes from minute to minute, and reports the ratio. Times are in seconds.
"""

import os
import platform
import socket
import sys
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Protocol, Self

from dangol.kit.embedded_postgres import EmbeddedPostgres

ROOT = Path(__file__).resolve().parent.parent
RECORD = ROOT / "docs" / "benchmarks.md"
PASSWORD = "only-on-loopback"  # noqa: S105 - a throw-away cluster that listens on loopback for the length of a run
SEED = 20261122
HEADING = """# Benchmarks

Each line is one run of `bin/bench NAME`: us, our limit, and their ratio, measured in turns in the same run with a
durable PostgreSQL (fsync, synchronous commit). Compare ratios; absolute numbers belong to the machine of their line.
"""


class Verdict(Protocol):
    """What came of a run with faults; its text is one line."""

    @property
    def problems(self) -> list[str]: ...


class Bench:
    """
    One run: starts PostgreSQL, points Django at a fresh migrated database, and reports.

    :param again: look at the house that the last run of this benchmark has filled, instead of filling another
    """

    def __init__(self, *, name: str, scale: float, record: bool, again: bool = False) -> None:
        self.name = name
        self.scale = scale
        self.again = again
        self.seed = SEED
        self._record = record
        home = Path(os.environ.get("DANGOL_DATA", ROOT / "var")) / "bench-postgres"
        self.cluster = EmbeddedPostgres(home, password=PASSWORD, port=free_port())
        self.database = f"bench_{name.replace('-', '_')}"

    def __enter__(self) -> Self:
        self.cluster.start()
        os.environ["DANGOL_TEST_POSTGRES"] = self.cluster.url()
        os.environ["DJANGO_SETTINGS_MODULE"] = "tests.settings"
        from tests import databases  # noqa: PLC0415 - reads the environment that was just set

        (databases.migrate if self.again else databases.clone)(self.database)
        os.environ["DATABASE_RUNTIME_URL"] = databases.url_of(databases.RUNTIME, self.database)
        os.environ["DATABASE_OWNER_URL"] = databases.url_of(databases.OWNER, self.database)
        import django  # noqa: PLC0415 - after the environment is set

        django.setup()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        from django.db import connections  # noqa: PLC0415 - Django is set up by now

        connections.close_all()
        self.cluster.stop()

    def sized(self, full: int, *, least: int = 1) -> int:
        """Return a size at this run's scale."""
        return max(least, round(full * self.scale))

    def superuser_url(self) -> str:
        """Return the superuser's address of the fresh database: for limits that no tenant wall slows down."""
        return self.cluster.url(self.database)

    def report(self, *, ours: float, limit: float, rows: int, waits: Sequence[float] = (), label: str = "") -> None:
        """
        Print one result, and append it to the record if asked to.

        :param waits: seconds that single pieces of work took; their percentiles are printed in milliseconds
        :param label: what distinguishes several results of one benchmark
        """
        name = f"{self.name}-{label}" if label else self.name
        told = [f"{name} ours={ours:.0f} limit={limit:.0f} ratio={ours / limit:.3f}"]
        if waits:
            told += [f"p{share}={percentile(waits, share) * 1000:.1f}ms" for share in (50, 95, 99)]
        self.say(" ".join([*told, f"rows={rows} seed={self.seed}"]))

    def judge(self, verdict: Verdict) -> None:
        """
        Print what came of a run with faults, and append it to the record if asked to.

        :raises SystemExit: with everything that was not as it must be
        """
        self.say(f"{self.name} {verdict}")
        if verdict.problems:
            sys.exit("\n".join(verdict.problems))

    def say(self, line: str) -> None:
        """Print one line in words of its own, and append it to the record if asked to."""
        print(line, flush=True)
        if self._record:
            _append(f"{line} scale={self.scale:g}")


def percentile(values: Sequence[float], share: int) -> float:
    """Return the value that `share` per cent of the values do not exceed; of nothing, nought."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, len(ordered) * share // 100)] if ordered else 0.0


def _append(line: str) -> None:
    text = RECORD.read_text(encoding="utf-8") if RECORD.exists() else HEADING
    machine = f"{os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}, Python {platform.python_version()}"
    RECORD.write_text(f"{text}\n    {line}\n    {datetime.now(UTC):%F}, {machine}\n", encoding="utf-8")


def free_port() -> int:
    """Return a port of this machine that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
