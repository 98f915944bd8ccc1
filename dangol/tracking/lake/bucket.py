"""The lake in a store that speaks S3's language."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self
from urllib.parse import urlsplit
from uuid import uuid4

from pyarrow import fs

from dangol.tracking.lake.storage import Storage

UNREAD = 24 * 3600
"""Seconds after which a copy goes that nobody has read since."""


@dataclass(frozen=True)
class ObjectStore(Storage):
    """
    A bucket, or a folder in it. A file is fetched once to be read here and kept in `copies`, as it never changes.

    Sweeping the lake removes copies of files that are gone. Other machines, which do not sweep, remove what they have
    not read for a day when they fetch the next file.

    The keys of the store come from the environment (`AWS_ACCESS_KEY_ID` and so on), as for every other program.
    """

    scheme: str
    system: fs.FileSystem
    root: str
    copies: Path

    @classmethod
    def at(cls, place: str, *, copies: Path) -> Self:
        """Return the store at `s3://bucket/folder?region=…&endpoint_override=…`."""
        system, root = fs.FileSystem.from_uri(place)
        return cls(urlsplit(place).scheme, system, root.rstrip("/"), copies)

    @contextmanager
    def writing(self, key: str) -> Iterator[Path]:
        with TemporaryDirectory(prefix="dangol-lake-") as folder:
            new = Path(folder) / "new"
            yield new
            fs.copy_files(str(new), self._path(key), fs.LocalFileSystem(), self.system)

    def address(self, key: str) -> str:
        return f"{self.scheme}://{self._path(key)}"

    def here(self, key: str) -> Path:
        copy = self.copies / key
        if copy.exists():
            copy.touch()
        else:
            self._forget_unread()
            copy.parent.mkdir(parents=True, exist_ok=True)
            part = copy.with_suffix(f".{uuid4().hex}")
            fs.copy_files(self._path(key), str(part), self.system, fs.LocalFileSystem())
            part.replace(copy)
        return copy

    def keys(self, prefix: str) -> list[str]:
        selector = fs.FileSelector(self._path(prefix), allow_not_found=True, recursive=True)
        found = self.system.get_file_info(selector)
        there = [info.path.removeprefix(f"{self.root}/") for info in found if info.type == fs.FileType.File]
        return there + [str(copy.relative_to(self.copies)) for copy in _files_in(self.copies / prefix)]

    def delete(self, key: str) -> None:
        if self.system.get_file_info(self._path(key)).type == fs.FileType.File:
            self.system.delete_file(self._path(key))
        (self.copies / key).unlink(missing_ok=True)

    def _path(self, key: str) -> str:
        return f"{self.root}/{key}"

    def _forget_unread(self) -> None:
        for copy in _files_in(self.copies):
            if copy.stat().st_mtime < time.time() - UNREAD:
                copy.unlink(missing_ok=True)


def _files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
