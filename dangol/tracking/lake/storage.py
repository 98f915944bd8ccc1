"""Where the lake's files lie. A file appears whole or not at all, and is never changed."""

from abc import abstractmethod
from pathlib import Path

from dangol.kit.storage import Folder, Storage


class LakeStorage(Storage):
    """Files that engines read where they lie."""

    @abstractmethod
    def address(self, key: str) -> str:
        """Return where other programs find the file."""

    @abstractmethod
    def here(self, key: str) -> Path:
        """Return the file on this machine."""

    def keys(self, folder: str) -> list[str]:
        """Return what lies in a folder, unfinished files and copies on this machine too."""
        return [file.key for file in self.stored(folder)]


class LakeFolder(Folder, LakeStorage):
    """A folder that all processes of this installation see."""

    def address(self, key: str) -> str:
        return str(self.here(key))

    def here(self, key: str) -> Path:
        return self.root / key
