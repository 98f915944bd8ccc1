"""
Group commit: the requests of a few milliseconds share one transaction, and each is answered after its commit.

Runs on asyncio with its own connections; Django's are synchronous. Every waiting body is counted, so that a slow
database turns into a refusal that tells the sender to come back, and never into lost or unbounded memory.
"""

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import psycopg
from psycopg_pool import AsyncConnectionPool, PoolTimeout

from dangol.workspaces.queries import key_digest

logger = logging.getLogger(__name__)

WAITING_BYTES = 64 * 1024 * 1024
WAITING_REQUESTS = 20_000
GROUP_REQUESTS = 1000
GROUP_BYTES = 8 * 1024 * 1024
GATHER_SECONDS = 0.001
WRITERS = 2
KEY_SECONDS = 3.0
KEYS_KEPT = 10_000
CONNECTION_SECONDS = 5.0

ENTER = "SELECT set_config('dangol.workspace', %s, true)"
NOTIFY = "SELECT pg_notify('dangol_inbox', %s)"
INSERT = """
INSERT INTO tracking_inbox (workspace_id, source_id, call, received_at, body)
SELECT %b, * FROM unnest(%b::uuid[], %b::text[], %b::timestamptz[], %b::bytea[])
"""
FIND_KEY = """
SELECT workspace_id, tracking_source.id, suspended_at IS NOT NULL
FROM tracking_source JOIN workspaces_workspace ON workspaces_workspace.id = workspace_id
WHERE key_digest = %s AND revoked_at IS NULL
"""


class Overloaded(Exception):
    """Too much waits already; the sender should come back in a second."""


class Unavailable(Exception):
    """The database cannot take the request now; nothing was kept."""


@dataclass(frozen=True, slots=True)
class KnownSource:
    """Whose write key it is."""

    workspace_id: UUID
    source_id: UUID


@dataclass(slots=True)
class Waiting:
    """One request between its arrival and its commit. It is kept in parts, together or not at all."""

    source: KnownSource
    parts: Sequence[tuple[str, bytes]]
    received_at: datetime
    size: int
    done: "asyncio.Future[None]"


class Intake:
    """The inbox's front: bound to the event loop that starts it."""

    def __init__(self, parameters: dict[str, Any]) -> None:
        self._pool = AsyncConnectionPool(
            kwargs=parameters,
            min_size=WRITERS,
            max_size=WRITERS + 2,
            timeout=CONNECTION_SECONDS,
            open=False,
            name="intake",
        )
        self._queue: list[Waiting] = []
        self._bytes = 0
        self._requests = 0
        self._wake = asyncio.Event()
        self._writers: list[asyncio.Task[None]] = []
        self._keys: dict[str, tuple[float, asyncio.Task[KnownSource | None]]] = {}

    async def start(self) -> None:
        """Open connections without waiting for the database; start the writers."""
        await self._pool.open(wait=False)
        self._writers = [asyncio.create_task(self._write_groups()) for _ in range(WRITERS)]

    async def stop(self) -> None:
        """Commit what waits, then close."""
        while self._requests and not all(writer.done() for writer in self._writers):  # noqa: ASYNC110 - once, at the end
            await asyncio.sleep(GATHER_SECONDS)
        for writer in self._writers:
            writer.cancel()
        await asyncio.gather(*self._writers, return_exceptions=True)
        await self._pool.close()

    async def source_of(self, write_key: str) -> KnownSource | None:
        """
        Find the source of a write key. Answers are kept for a few seconds, so that a revoked key dies soon; all who ask
        meanwhile wait for the same answer.

        :raises Unavailable: if the database cannot be asked
        """
        now = time.monotonic()
        kept = self._keys.get(write_key)
        if kept is None or kept[0] <= now:
            if len(self._keys) >= KEYS_KEPT:
                self._keys.clear()
            kept = (now + KEY_SECONDS, asyncio.create_task(self._look_up(key_digest(write_key))))
            self._keys[write_key] = kept
        answer = kept[1]
        try:
            return await (answer if answer.done() else asyncio.shield(answer))
        except Unavailable:
            self._keys.pop(write_key, None)
            raise

    async def keep(self, source: KnownSource, parts: Sequence[tuple[str, bytes]]) -> None:
        """
        Return once the request is durably in the inbox.

        :param parts: each with the call as which it is read
        :raises Overloaded: if too much waits already
        :raises Unavailable: if the commit failed
        """
        size = sum(len(body) for _call, body in parts)
        if self._requests >= WAITING_REQUESTS or self._bytes + size > WAITING_BYTES:
            raise Overloaded
        done = asyncio.get_running_loop().create_future()
        self._queue.append(Waiting(source, parts, datetime.now(UTC), size, done))
        self._requests += 1
        self._bytes += size
        self._wake.set()
        try:
            await done
        finally:
            self._requests -= 1
            self._bytes -= size

    async def _look_up(self, digest: str) -> KnownSource | None:
        try:
            async with self._pool.connection() as connection, connection.transaction():
                await connection.execute("SELECT set_config('dangol.secret', %s, true)", [digest])
                row = await (await connection.execute(FIND_KEY, [digest])).fetchone()
        except (psycopg.Error, PoolTimeout) as error:
            raise Unavailable from error
        if row and row[2]:
            raise Unavailable  # the senders keep what they have until the workspace is resumed
        return KnownSource(*row[:2]) if row else None

    async def _write_groups(self) -> None:
        while True:
            await self._wake.wait()
            await asyncio.sleep(GATHER_SECONDS)
            group = self._take()
            if group:
                await self._commit(group)

    def _take(self) -> list[Waiting]:
        size = count = 0
        for waiting in self._queue[:GROUP_REQUESTS]:
            count += 1
            size += waiting.size
            if size >= GROUP_BYTES:
                break
        group, self._queue = self._queue[:count], self._queue[count:]
        if not self._queue:
            self._wake.clear()
        return group

    async def _commit(self, group: list[Waiting]) -> None:
        failure: Exception | None = None
        try:
            await self._insert(group)
        except Exception as error:
            logger.exception("The inbox could not be written; %s requests were refused.", len(group))
            failure = error
        for waiting in group:
            if waiting.done.done():
                continue
            if failure is None:
                waiting.done.set_result(None)
            else:
                waiting.done.set_exception(Unavailable())

    async def _insert(self, group: list[Waiting]) -> None:
        by_workspace: dict[UUID, list[Waiting]] = defaultdict(list)
        for waiting in group:
            by_workspace[waiting.source.workspace_id].append(waiting)
        async with (
            self._pool.connection() as connection,
            connection.pipeline(),
            connection.transaction(),
            connection.cursor() as cursor,
        ):
            await cursor.execute("SET LOCAL synchronous_commit = on")
            for workspace_id, entries in by_workspace.items():
                await cursor.execute(ENTER, [str(workspace_id)])
                await cursor.execute(
                    INSERT,
                    [
                        workspace_id,
                        [entry.source.source_id for entry in entries for _part in entry.parts],
                        [call for entry in entries for call, _body in entry.parts],
                        [entry.received_at for entry in entries for _part in entry.parts],
                        [body for entry in entries for _call, body in entry.parts],
                    ],
                )
                await cursor.execute(NOTIFY, [str(workspace_id)])
