"""Where the lake's files lie. A file appears whole or not at all, and is never changed."""

import os
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from pathlib import Path


class Storage(ABC):
    """Files by their key."""

    @abstractmethod
    def writing(self, key: str) -> AbstractContextManager[Path]:
        """Yield the place where a file may be written; it is in the lake once the block ends."""

    @abstractmethod
    def address(self, key: str) -> str:
        """Return where other programs find the file."""

    @abstractmethod
    def here(self, key: str) -> Path:
        """Return the file on this machine."""

    @abstractmethod
    def keys(self, prefix: str) -> list[str]:
        """Return what lies under a prefix, unfinished files and copies on this machine too."""

    @abstractmethod
    def delete(self, key: str) -> None:
        """Remove a file; one that is gone already is fine."""


@dataclass(frozen=True)
class Folder(Storage):
    """A folder that all processes of this installation see."""

    root: Path

    @contextmanager
    def writing(self, key: str) -> Iterator[Path]:
        place = self.root / key
        place.parent.mkdir(parents=True, exist_ok=True)
        part = place.with_suffix(".part")
        yield part
        _settle(part)
        part.replace(place)
        _settle(place.parent)

    def address(self, key: str) -> str:
        return str(self.here(key))

    def here(self, key: str) -> Path:
        return self.root / key

    def keys(self, prefix: str) -> list[str]:
        return [str(path.relative_to(self.root)) for path in (self.root / prefix).rglob("*") if path.is_file()]

    def delete(self, key: str) -> None:
        (self.root / key).unlink(missing_ok=True)


def _settle(path: Path) -> None:
    """Wait until the disk holds a file, or the names in a folder."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
