"""What befalls an installation on a scratch database: connections are cut, workers killed, the cache is emptied."""

from collections import Counter
from contextlib import ExitStack
from typing import Self

import psycopg

from tests.config.test_supervisor import eventually
from tests.databases import RUNTIME, cluster_url
from tests.faults.houses import Installation

CUT = """
SELECT pg_terminate_backend(pid) FROM pg_stat_activity
WHERE datname = %s AND usename = %s AND xact_start IS NOT NULL AND state IN ('active', 'idle in transaction') LIMIT 1
"""


class Fire:
    """What befalls an installation. Within the block it has a worker."""

    def __init__(self, installation: Installation, database: str, *, rounds: int) -> None:
        self.rounds = rounds
        self.applied: Counter[str] = Counter()
        self._installation = installation
        self._database = database
        self._worker = ExitStack()

    def __enter__(self) -> Self:
        self._worker.enter_context(self._installation.running("worker"))
        return self

    def __exit__(self, *_error: object) -> None:
        self._worker.close()

    def kill_worker(self) -> None:
        """Kill it whatever it is at, and start another."""
        self._worker.close()
        self._worker.enter_context(self._installation.running("worker"))
        self.applied["worker"] += 1

    def cut(self) -> None:
        """Cut off a connection in the middle of a transaction."""
        with psycopg.connect(cluster_url(), autocommit=True) as superuser:
            eventually(lambda: superuser.execute(CUT, [self._database, RUNTIME[0]]).fetchone() == (True,))
        self.applied["connection"] += 1

    def forget(self) -> None:
        """Empty the cache."""
        with psycopg.connect(self._installation.owner) as owner:
            owner.execute("DELETE FROM shared_memory")
        self.applied["cache"] += 1
