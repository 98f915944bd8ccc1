"""Files by their key, in a folder or in a bucket. A file appears whole or not at all."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import IO


@dataclass(frozen=True)
class Stored:
    """A file that is there. The storage's clock told `written_at`."""

    key: str
    size: int
    written_at: datetime


class Storage(ABC):
    """Files by their key. Its text is for people, without any password that is in its address."""

    @contextmanager
    def writing(self, key: str) -> Iterator[Path]:
        """Yield the place where a file may be written; it is in the storage once the block ends."""
        with self.building(key) as new:
            yield new
            self.take_in(new, key)

    @abstractmethod
    def building(self, key: str) -> AbstractContextManager[Path]:
        """Yield a place where a file may be written that is taken in under this key, or one in the same folder."""

    @abstractmethod
    def take_in(self, new: Path, key: str) -> None:
        """Let the file that was built be there, whole, when this returns."""

    @abstractmethod
    def reading(self, key: str) -> AbstractContextManager[IO[bytes]]:
        """Open a file, to be read from its beginning to its end."""

    @abstractmethod
    def stored(self, folder: str) -> list[Stored]:
        """Return what lies in a folder and those below it, unfinished files too."""

    @abstractmethod
    def has(self, key: str) -> bool:
        """Whether the file is there, whole."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove a file; one that is gone already is fine."""


@dataclass(frozen=True)
class Folder(Storage):
    """A folder that all processes of this installation see."""

    root: Path

    @contextmanager
    def building(self, key: str) -> Iterator[Path]:
        part = (self.root / key).with_suffix(".part")
        part.parent.mkdir(parents=True, exist_ok=True)
        try:
            yield part
        finally:
            part.unlink(missing_ok=True)

    def take_in(self, new: Path, key: str) -> None:
        _settle(new)
        new.replace(self.root / key)
        _settle((self.root / key).parent)

    @contextmanager
    def reading(self, key: str) -> Iterator[IO[bytes]]:
        with (self.root / key).open("rb") as file:
            yield file

    def stored(self, folder: str) -> list[Stored]:
        found = []
        for path in (self.root / folder).rglob("*"):
            with suppress(FileNotFoundError):  # it was finished or deleted while we looked
                if path.is_file():
                    told = path.stat()
                    key = str(path.relative_to(self.root))
                    found.append(Stored(key, told.st_size, datetime.fromtimestamp(told.st_mtime, UTC)))
        return found

    def has(self, key: str) -> bool:
        return (self.root / key).exists()

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)

    def __str__(self) -> str:
        return str(self.root)


def _settle(path: Path) -> None:
    """Wait until the disk holds a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
