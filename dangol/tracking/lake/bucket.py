"""The lake in a store that speaks S3's language."""

import time
from pathlib import Path
from uuid import uuid4

from pyarrow import fs

from dangol.kit.object_store import ObjectStore
from dangol.tracking.lake.storage import LakeStorage

UNREAD = 24 * 3600
"""Seconds after which a copy goes that nobody has read since."""


class LakeBucket(ObjectStore, LakeStorage):
    """
    A bucket, or a folder in it. A file is fetched once to be read here and kept in `local`, as it never changes.

    Sweeping the lake removes copies of files that are gone. Other machines, which do not sweep, remove what they have
    not read for a day when they fetch the next file.
    """

    def address(self, key: str) -> str:
        return f"{self.scheme}://{self._path(key)}"

    def here(self, key: str) -> Path:
        copy = self.local / key
        if copy.exists():
            copy.touch()
        else:
            self._forget_unread()
            copy.parent.mkdir(parents=True, exist_ok=True)
            part = copy.with_suffix(f".{uuid4().hex}")
            with self._told():
                fs.copy_files(self._path(key), str(part), self.system, fs.LocalFileSystem())
            part.replace(copy)
        return copy

    def keys(self, folder: str) -> list[str]:
        return super().keys(folder) + [str(copy.relative_to(self.local)) for copy in _files_in(self.local / folder)]

    def delete(self, key: str) -> None:
        super().delete(key)
        (self.local / key).unlink(missing_ok=True)

    def _forget_unread(self) -> None:
        for copy in _files_in(self.local):
            if copy.stat().st_mtime < time.time() - UNREAD:
                copy.unlink(missing_ok=True)


def _files_in(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]
