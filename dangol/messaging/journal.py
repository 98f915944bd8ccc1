"""
What a delivering process did, on its own disk: a line before each hand-over and a line with its result.

`kill -9` takes a process but not what it has written to a file: the kernel keeps that. So whoever finds the messages of
a dead process learns from its journal which of them were never tried and which the server took; only what stands
between the two lines is unknown. Losing power may lose the last lines, so a journal of another boot is not believed;
the journal of another machine is not found.
"""

import os
import time
from pathlib import Path
from uuid import UUID

from dangol.messaging.transport import ResultKind

BOOT_ID = Path("/proc/sys/kernel/random/boot_id")
TRIED = "tried"
KEPT_SECONDS = 7 * 86_400
AGAIN = (ResultKind.LATER, ResultKind.UNREACHABLE)
"""What is said of a message that is tried again."""


class Journal:
    """The journal of one process, named by its token. Lines are written whole, from any thread."""

    def __init__(self, directory: Path, token: str) -> None:
        path = _path(directory, token)
        path.parent.mkdir(parents=True, exist_ok=True)
        _forget_old(path.parent)
        self._file = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)

    def tries(self, message_id: UUID) -> None:
        """Note that a message is being handed over from now on."""
        os.write(self._file, f"{message_id.hex} {TRIED}\n".encode())

    def got(self, message_id: UUID, kind: ResultKind) -> None:
        """Note what became of it."""
        os.write(self._file, f"{message_id.hex} {kind.value}\n".encode())

    def close(self) -> None:
        os.close(self._file)


def last_words(directory: Path, token: str) -> dict[UUID, ResultKind | None] | None:
    """
    Return the result of every message that a dead process tried; None for one whose result is not known.

    :returns: None if there is no journal that can be believed
    """
    path = _path(directory, token)
    if not BOOT_ID.exists() or not path.exists():
        return None
    return _words_in(path)


def every_word(directory: Path) -> dict[UUID, ResultKind | None]:
    """
    Return what all journals here say, of any boot: what they say is true, even where lines are missing.

    A message that was tried more than once was taken if anybody says so.
    """
    words: dict[UUID, ResultKind | None] = {}
    for path in (directory / "outbox").glob("*/*"):
        for number, result in _words_in(path).items():
            if words.get(number, ResultKind.LATER) in AGAIN:
                words[number] = result
    return words


def _words_in(path: Path) -> dict[UUID, ResultKind | None]:
    words: dict[UUID, ResultKind | None] = {}
    for line in path.read_text(encoding="ascii").splitlines():
        number, _, word = line.partition(" ")
        words[UUID(number)] = None if word == TRIED else ResultKind(word)
    return words


def _path(directory: Path, token: str) -> Path:
    boot = BOOT_ID.read_text(encoding="ascii").strip() if BOOT_ID.exists() else "unknown"
    return directory / "outbox" / boot / token.replace("/", "_")


def _forget_old(folder: Path) -> None:
    for path in folder.parent.glob("*/*"):
        if time.time() - path.stat().st_mtime > KEPT_SECONDS:
            path.unlink(missing_ok=True)
