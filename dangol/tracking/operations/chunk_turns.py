"""Two chunks of events on their way at the same time, and when one of them has to wait for the other."""

from threading import Event

from dangol.customers.operations import Recognition
from dangol.kit.turns import Left, Turn
from dangol.tracking.operations.reading import Reading


class ChunkTurn(Turn):
    """
    One chunk of events on its way.

    Events are recognised and inserted beside the chunk before. What is summed up from them follows when that one is
    committed; so the second of two never holds a row that the first still has to write. Messages may be in both: they
    are remembered by the first one first, and the second waits for its commit. The other way round each would wait for
    the other, one in the database and one here, for ever.
    """

    def __init__(self, reading: Reading, before: "ChunkTurn | None" = None) -> None:
        super().__init__(before)
        self.reading = reading
        self._remembered = Event()
        self._decided = Event()
        self._recognition: Recognition | None = None

    def may_remember(self) -> None:
        """Wait until the chunk before has remembered its sources and messages."""
        if self.before:
            self.before._remembered.wait()  # noqa: SLF001 - of its own kind

    def has_remembered(self) -> None:
        """Let the chunk behind remember its own."""
        self._remembered.set()

    def settles(self, recognition: Recognition) -> bool:
        """
        Say whom the chunk is about.

        :returns: False if the chunk before has a say in that; it has ended now, and it has to be decided anew
        :raises Left: the chunk before did not end well
        """
        if self.before:
            self.before._decided.wait()  # noqa: SLF001 - of its own kind
            decided = self.before._recognition  # noqa: SLF001 - of its own kind
            if decided is None:
                raise Left
            if recognition.rests_on(decided):
                self.let_pass()
                return False
        self._recognition = recognition
        self._decided.set()
        return True

    def end(self, *, well: bool) -> None:
        """Let the chunk behind go on."""
        super().end(well=well)
        self._remembered.set()
        self._decided.set()
