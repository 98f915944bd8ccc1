"""
The sign of life of a delivering process, and its ear.

A process-unique token is held as a PostgreSQL session advisory lock: while the lock is held, the process lives.
The same connection listens for new messages.
"""

import os
import socket
import threading
from collections.abc import Callable
from uuid import UUID

import psycopg

from dangol.kit.database_address import database_address

CHANNEL = "dangol_outbox"
RECONNECT_SECONDS = 1.0


def new_token() -> str:
    """Return a name for this process that no other ever has, at most 60 characters."""
    return f"{socket.gethostname()[:20]}:{os.getpid()}:{os.urandom(8).hex()}"


class Pulse:
    """Holds the lock and listens, in a thread of its own, and comes back after a restart of PostgreSQL."""

    def __init__(self, *, wake: Callable[[], None]) -> None:
        self.token = new_token()
        self._wake = wake
        self._address = database_address()
        self._alive = threading.Event()
        self._stopping = threading.Event()
        self._called: set[UUID] = set()
        self._guard = threading.Lock()
        self._thread = threading.Thread(target=self._run, name="outbox-pulse", daemon=True)

    @property
    def is_alive(self) -> bool:
        """Whether the lock is held: only then may messages be claimed."""
        return self._alive.is_set()

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._stopping.set()
        self._thread.join(10)

    def called(self) -> set[UUID]:
        """Return the workspaces that were announced since the last call."""
        with self._guard:
            called, self._called = self._called, set()
        return called

    def _run(self) -> None:
        while not self._stopping.is_set():
            try:
                self._hold_and_listen()
            except psycopg.Error:
                self._alive.clear()
                self._stopping.wait(RECONNECT_SECONDS)
            finally:
                self._alive.clear()

    def _hold_and_listen(self) -> None:
        with psycopg.connect(self._address, autocommit=True) as listener:
            listener.execute("SELECT pg_advisory_lock(hashtextextended(%s, 0))", [self.token])
            listener.execute(f"LISTEN {CHANNEL}")
            self._alive.set()
            self._wake()
            while not self._stopping.is_set():
                for notice in listener.notifies(timeout=0.5, stop_after=1):
                    with self._guard:
                        self._called.add(UUID(notice.payload))
                    self._wake()
