"""
Chunks of a file, two of them written at the same time and committed in the order of the file.

PostgreSQL works on a transaction with one core. So while a chunk is being written, the next one is too, by a thread
with a connection of its own, and commits when the chunk before has. If both are about the same people, it waits.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from threading import Event

from dangol.customers.operations.imports.reading import Chunk
from dangol.customers.operations.imports.writing import PeopleMoved
from dangol.kit.turns import Left, Turn, in_lanes

ABREAST = 2
TRIES = 5
GLANCE = 0.05
RECOGNISED_BY = ("external_id", "email", "phone")


class FileLeft(Left):
    """The file is not to be taken in any further by this run."""


class ChunkTurn(Turn):
    """One chunk of a file on its way."""

    def __init__(self, chunk: Chunk, before: "ChunkTurn | None" = None) -> None:
        super().__init__(before)
        self.chunk = chunk
        self.keys = set[str]().union(*map(chunk.column, RECOGNISED_BY)) - {""}
        self.met: frozenset[str] = frozenset()
        self.has_met, self.goes_again = Event(), Event()

    def take(self, attempt: "Callable[[ChunkTurn], None]") -> bool:
        """
        Write the chunk; when somebody else writes the same people meanwhile, look again.

        :returns: False when the file was left
        """
        well = False
        try:
            if self.before and self.keys & self.before.keys:
                self.let_pass()
            self._try(attempt)
            well = True
        except Left:
            pass
        finally:
            self.has_met.set()
            self.end(well=well)
        return well

    def meet(self, people: Iterable[str]) -> None:
        """
        Say which known people are written to.

        :raises PeopleMoved: the chunk before writes to one of them, and they are met again when it is over
        """
        self.met = frozenset(people)
        self.has_met.set()
        if self.before:
            self.before.has_met.wait()
            if self.met & self.before.met:
                raise PeopleMoved

    def wait(self) -> None:
        """
        Wait until the chunk before is committed; what follows commits after it.

        :raises PeopleMoved: the chunk before had to be written again, maybe about others than it said
        """
        before = self.before
        if before is None:
            return
        while not (before.goes_again.is_set() or before.is_over.wait(GLANCE)):
            continue
        if before.goes_again.is_set():
            raise PeopleMoved
        self.let_pass()

    def _try(self, attempt: "Callable[[ChunkTurn], None]") -> None:
        for _time in range(TRIES):
            try:
                attempt(self)
            except PeopleMoved:
                self.goes_again.set()
                self.let_pass()
            else:
                return
        raise PeopleMoved


def take_in_turns(chunks: Iterable[Chunk], attempt: Callable[[ChunkTurn], None], *, abreast: int) -> bool:
    """
    Write chunks in the order of the file.

    :param attempt: writes one chunk in a transaction of its own. It calls `meet` before it writes and `wait` before it
        commits, and may raise PeopleMoved, which rolls back and tries again, or FileLeft
    :param abreast: how many chunks are written at the same time; with one, everything happens in the caller's thread
    :returns: False when the file was left
    """
    if abreast == 1:
        return all(ChunkTurn(chunk).take(attempt) for chunk in chunks)
    with closing(in_lanes(_following(chunks), lambda turn: turn.take(attempt), lanes=abreast, name="import")) as taken:
        return all(taken)


def _following(chunks: Iterable[Chunk]) -> Iterator[ChunkTurn]:
    before: ChunkTurn | None = None
    for chunk in chunks:
        before = ChunkTurn(chunk, before)
        yield before
