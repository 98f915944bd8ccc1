"""Work that is done at the same time and ends in its order."""

from collections import deque
from collections.abc import Callable, Generator, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from contextvars import copy_context
from threading import Barrier, Event
from typing import Self, TypeVar

from django.db import connection

Piece = TypeVar("Piece")
Result = TypeVar("Result")


class Left(Exception):
    """The piece of work before did not end well, so this one must not."""


class Turn:
    """One piece of work on its way. The piece before may still be on its way too."""

    def __init__(self, before: Self | None = None) -> None:
        self.before = before
        self.is_over = Event()
        self.went_well = False

    def let_pass(self) -> None:
        """
        Wait for the end of the piece before. From then on there is none.

        :raises Left: it did not end well
        """
        if self.before:
            self.before.is_over.wait()
            if not self.before.went_well:
                raise Left
            self.before = None

    def end(self, *, well: bool) -> None:
        """Let the piece behind go on."""
        self.went_well = well
        self.before = None
        self.is_over.set()


def in_lanes(
    pieces: Iterable[Piece], take: Callable[[Piece], Result], *, lanes: int, name: str
) -> Generator[Result, None, None]:
    """
    Take pieces in threads with connections of their own, so many at a time; yield what comes of them, in their order.

    Close it to begin no more of them; it waits for those under way.
    """
    under_way: deque[Future[Result]] = deque()
    with _threads(lanes, name) as threads:
        for piece in pieces:
            under_way.append(threads.submit(copy_context().run, take, piece))
            if len(under_way) == lanes:
                yield under_way.popleft().result()
        while under_way:
            yield under_way.popleft().result()


@contextmanager
def _threads(count: int, name: str) -> Iterator[ThreadPoolExecutor]:
    """Threads that close their connections to the database at the end."""
    with ThreadPoolExecutor(count, thread_name_prefix=name) as threads:
        try:
            yield threads
        finally:
            together = Barrier(count)

            def leave() -> None:
                together.wait()
                connection.close()

            for _thread in range(count):
                threads.submit(leave)
