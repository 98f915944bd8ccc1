"""Several lines to one server at once. The mailroom knows nothing of the database."""

import queue
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Protocol
from uuid import UUID

from dangol.messaging.transport.smtp import Account, Line, Result, ResultKind

STOPPED = Result(ResultKind.UNREACHABLE, "stopped before it was tried")


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One mail, ready to be handed over. The row behind it is committed as being handed over, claimed at that time."""

    message_id: UUID
    person_id: UUID
    claimed_at: datetime
    sender: str
    recipient: str
    subject: str
    channel: str
    purpose: str
    mail: bytes = field(repr=False)


class Group:
    """Letters that were committed together and whose results will be committed together."""

    def __init__(self, letters: Sequence[Letter], *, on_done: Callable[[], None]) -> None:
        self.letters = {letter.message_id: letter for letter in letters}
        self.results: dict[UUID, Result] = {}
        self._on_done = on_done
        self._lock = threading.Lock()

    @property
    def is_done(self) -> bool:
        return len(self.results) == len(self.letters)

    def note(self, letter: Letter, result: Result) -> None:
        """Keep what became of one letter; the last one wakes whoever waits."""
        with self._lock:
            self.results[letter.message_id] = result
            done = self.is_done
        if done:
            self._on_done()


class Diary(Protocol):
    """Where each attempt is noted before it is made, and its result after."""

    def tries(self, message_id: UUID) -> None:
        """Note that a message is being handed over from now on."""

    def got(self, message_id: UUID, kind: ResultKind) -> None:
        """Note what became of it."""


class Mailroom:
    """Threads that each keep one line open and hand over what comes, in the order it came."""

    def __init__(self, account: Account, *, lines: int, diary: Diary) -> None:
        self.account = account
        self._diary = diary
        self._work: queue.SimpleQueue[tuple[Group, Letter] | None] = queue.SimpleQueue()
        self._stopping = threading.Event()
        self._threads = [
            threading.Thread(target=self._hand_over_all, name=f"smtp-{n}", daemon=True) for n in range(max(1, lines))
        ]
        for thread in self._threads:
            thread.start()

    def take(self, group: Group) -> None:
        """Start to hand over a group."""
        for letter in group.letters.values():
            self._work.put((group, letter))

    def close(self, *, timeout: float = 60) -> None:
        """Finish what is being handed over, leave the rest untried, and hang up."""
        self._stopping.set()
        for _thread in self._threads:
            self._work.put(None)
        for thread in self._threads:
            thread.join(timeout)

    def _hand_over_all(self) -> None:
        line = Line(self.account)
        while (work := self._work.get()) is not None:
            group, letter = work
            if self._stopping.is_set():
                group.note(letter, STOPPED)
                continue
            self._diary.tries(letter.message_id)
            result = _tried(line, letter)
            self._diary.got(letter.message_id, result.kind)
            group.note(letter, result)
        line.close()


def _tried(line: Line, letter: Letter) -> Result:
    try:
        return line.hand_over(sender=letter.sender, recipient=letter.recipient, mail=letter.mail)
    except Exception as error:  # noqa: BLE001 - a thread that dies would leave the group waiting for ever
        return Result(ResultKind.UNKNOWN, f"{type(error).__name__}: {error}"[:500])
