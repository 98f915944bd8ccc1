"""Working on the next piece while somebody else works on the last one."""

from collections.abc import Callable, Iterator
from queue import Empty, Queue
from threading import Thread
from typing import Generic, TypeVar

Raw = TypeVar("Raw")
Ready = TypeVar("Ready")
RESULTS_HELD = 2


class _Mark:
    """HUNGRY asks for more, END says that there is no more, STOP that nobody listens any more."""


HUNGRY, END, STOP = _Mark(), _Mark(), _Mark()


class _Stopped(Exception):
    pass


def read_ahead(
    source: Iterator[Raw], work: Callable[[Iterator[Raw]], Iterator[Ready]], *, held: int = 4
) -> Iterator[Ready]:
    """
    Yield `work(source)`, where the work goes on in a thread while the caller is busy with what was yielded.

    The source is only ever read by the caller's thread, which may hold a database connection; the work must use none.

    :param held: how many pieces of the source are read in advance
    """
    pipe = _Pipe(source, work, held)
    try:
        yield from pipe.results()
    finally:
        pipe.stop()


class _Pipe(Generic[Raw, Ready]):
    def __init__(self, source: Iterator[Raw], work: Callable[[Iterator[Raw]], Iterator[Ready]], held: int) -> None:
        self._source = source
        self._work = work
        self._held = held
        self._food: Queue[Raw | _Mark] = Queue()
        self._done: Queue[Ready | _Mark | BaseException] = Queue(RESULTS_HELD)
        self._is_empty = False
        self._thread = Thread(target=self._run, name="read-ahead", daemon=True)

    def results(self) -> Iterator[Ready]:
        self._feed()
        self._thread.start()
        while True:
            got = self._done.get()
            if isinstance(got, BaseException):
                raise got
            if isinstance(got, _Mark):
                if got is END:
                    return
                self._feed()
                continue
            self._feed()
            yield got

    def stop(self) -> None:
        self._food.put(STOP)
        while self._thread.is_alive():
            try:
                self._done.get(timeout=0.02)
            except Empty:
                continue

    def _feed(self) -> None:
        while not self._is_empty and self._food.qsize() < self._held:
            piece = next(self._source, END)
            self._is_empty = piece is END
            self._food.put(piece)

    def _run(self) -> None:
        try:
            for result in self._work(self._pieces()):
                self._done.put(result)
            self._done.put(END)
        except _Stopped:
            return
        except BaseException as problem:  # noqa: BLE001 - raised again where the results are read
            self._done.put(problem)

    def _pieces(self) -> Iterator[Raw]:
        while True:
            try:
                piece = self._food.get_nowait()
            except Empty:
                self._done.put(HUNGRY)
                piece = self._food.get()
            if isinstance(piece, _Mark):
                if piece is STOP:
                    raise _Stopped
                return
            yield piece
