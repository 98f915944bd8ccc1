"""
Chunks of a file, two of them written at the same time and committed in the order of the file.

PostgreSQL works on a transaction with one core. So while a chunk is being written, the next one is too, by a thread
with a connection of its own, and commits when the chunk before has. If both are about the same people, it waits.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from threading import Barrier, Event

from django.db import connection

from dangol.customers.operations.imports.reading import Chunk
from dangol.customers.operations.imports.writing import PeopleMoved

ABREAST = 2
TRIES = 5
GLANCE = 0.05
RECOGNISED_BY = ("external_id", "email", "phone")


class FileLeft(Exception):
    """The file is not to be taken in any further by this run."""


class Turn:
    """One chunk on its way. The chunk before may still be on its way too."""

    def __init__(self, chunk: Chunk, before: "Turn | None" = None) -> None:
        self.chunk = chunk
        self._before = before
        self.keys = set[str]().union(*map(chunk.column, RECOGNISED_BY)) - {""}
        self.met: frozenset[str] = frozenset()
        self.has_met, self.goes_again, self.is_over = Event(), Event(), Event()
        self.went_well = False

    def take(self, attempt: "Callable[[Turn], None]") -> bool:
        """
        Write the chunk; when somebody else writes the same people meanwhile, look again.

        :returns: False when the file was left
        """
        try:
            if self._before and self.keys & self._before.keys:
                self._let_pass()
            self._try(attempt)
            self.went_well = True
        except FileLeft:
            self.went_well = False
        finally:
            self._before = None
            self.has_met.set()
            self.is_over.set()
        return self.went_well

    def meet(self, people: Iterable[str]) -> None:
        """
        Say which known people are written to.

        :raises PeopleMoved: the chunk before writes to one of them, and they are met again when it is over
        """
        self.met = frozenset(people)
        self.has_met.set()
        if self._before:
            self._before.has_met.wait()
            if self.met & self._before.met:
                raise PeopleMoved

    def wait(self) -> None:
        """
        Wait until the chunk before is committed; what follows commits after it.

        :raises PeopleMoved: the chunk before had to be written again, maybe about others than it said
        """
        before = self._before
        if before is None:
            return
        while not (before.goes_again.is_set() or before.is_over.wait(GLANCE)):
            continue
        if before.goes_again.is_set():
            raise PeopleMoved
        self._let_pass()

    def _try(self, attempt: "Callable[[Turn], None]") -> None:
        for _time in range(TRIES):
            try:
                attempt(self)
            except PeopleMoved:
                self.goes_again.set()
                self._let_pass()
            else:
                return
        raise PeopleMoved

    def _let_pass(self) -> None:
        """Wait for the end of the chunk before. From then on there is none."""
        if self._before:
            self._before.is_over.wait()
            if not self._before.went_well:
                raise FileLeft
            self._before = None


def take_in_turns(chunks: Iterable[Chunk], attempt: Callable[[Turn], None], *, abreast: int) -> bool:
    """
    Write chunks in the order of the file.

    :param attempt: writes one chunk in a transaction of its own. It calls `meet` before it writes and `wait` before it
        commits, and may raise PeopleMoved, which rolls back and tries again, or FileLeft
    :param abreast: how many chunks are written at the same time; with one, everything happens in the caller's thread
    :returns: False when the file was left
    """
    if abreast == 1:
        return all(Turn(chunk).take(attempt) for chunk in chunks)
    with _threads(abreast) as threads:
        return _abreast(chunks, attempt, threads, abreast)


def _abreast(
    chunks: Iterable[Chunk], attempt: Callable[[Turn], None], threads: ThreadPoolExecutor, abreast: int
) -> bool:
    before: Turn | None = None
    under_way: deque[Future[bool]] = deque()
    for chunk in chunks:
        before = Turn(chunk, before)
        under_way.append(threads.submit(copy_context().run, before.take, attempt))
        if len(under_way) == abreast and not under_way.popleft().result():
            break
    return all([one.result() for one in under_way])  # noqa: C419 - every one is waited for


@contextmanager
def _threads(count: int) -> Iterator[ThreadPoolExecutor]:
    """Threads that close their connections to the database at the end."""
    with ThreadPoolExecutor(count, thread_name_prefix="import") as threads:
        try:
            yield threads
        finally:
            together = Barrier(count)

            def leave() -> None:
                together.wait()
                connection.close()

            for _thread in range(count):
                threads.submit(leave)
