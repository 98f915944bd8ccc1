"""
A sealed copy of every file of a directory, for directories whose files come and go but seldom change.

Where a file has gone, an empty mark beside its copy says since when: it is kept as long as backups lead back to it.
"""

import threading
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from dangol.kit.sealed_files import SUFFIX, unseal_file, write_sealed
from dangol.kit.storage import Storage

GONE = ".gone"


class SealedCopies:
    """
    The copies of one directory. What is there is asked once: nobody else may add to them.

    :param folder: where they lie in the storage
    """

    def __init__(self, storage: Storage, folder: str, key: bytes) -> None:
        self._storage = storage
        self._folder = folder
        self._key = key
        self._known: dict[str, datetime] | None = None
        self._alone = threading.Lock()

    def keep(self, source: Path) -> int:
        """Copy what is new or was changed, and mark what has gone; return how many files were copied."""
        there, kept = set(), 0
        with self._alone:
            known = self._written()
            for path in _files_in(source):
                copy = f"{path.relative_to(source)}{SUFFIX}"
                there.add(copy)
                kept += self._copy(path, copy, known)
            for copy in [copy for copy in known if copy.endswith(SUFFIX)]:
                self._mark(f"{copy}{GONE}", known, is_gone=copy not in there)
        return kept

    def restore(self, target: Path) -> int:
        """
        Write every copy back that is not there; return how many files.

        :raises SealBroken: another key, or a changed copy
        """
        restored = 0
        for copy in self._written():
            path = target / copy.removesuffix(SUFFIX)
            if not copy.endswith(SUFFIX) or path.exists():
                continue
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            building = path.with_name(f".{path.name}.building")
            with self._storage.reading(f"{self._folder}/{copy}") as sealed, building.open("wb") as to:
                to.writelines(unseal_file(sealed, self._key))
            building.rename(path)
            restored += 1
        return restored

    def thin(self, *, before: datetime) -> None:
        """Delete the copies whose originals were gone by then."""
        with self._alone:
            known = self._written()
            for mark in [name for name, since in known.items() if name.endswith(GONE) and since < before]:
                for name in (mark.removesuffix(GONE), mark):
                    self._storage.delete(f"{self._folder}/{name}")
                    known.pop(name, None)

    def _copy(self, path: Path, copy: str, known: dict[str, datetime]) -> bool:
        """Copy a file unless its copy is as new; whether it did."""
        try:
            changed_at = datetime.fromtimestamp(path.stat().st_mtime, UTC)
            if copy in known and known[copy] >= changed_at:
                return False
            with path.open("rb") as source:
                write_sealed(source, self._storage, f"{self._folder}/{copy}", self._key)
        except FileNotFoundError:  # it went while we looked
            return False
        known[copy] = changed_at
        return True

    def _mark(self, mark: str, known: dict[str, datetime], *, is_gone: bool) -> None:
        if is_gone and mark not in known:
            with self._storage.writing(f"{self._folder}/{mark}") as new:
                new.touch()
            known[mark] = datetime.now(UTC)
        elif not is_gone and mark in known:
            self._storage.delete(f"{self._folder}/{mark}")
            del known[mark]

    def _written(self) -> dict[str, datetime]:
        """Return copies and marks by their names, with the moment since when they are as new as they are."""
        if self._known is None:
            files = self._storage.stored(self._folder)
            names = ((file.key.removeprefix(f"{self._folder}/"), file.written_at) for file in files)
            self._known = {name: at for name, at in names if name.endswith((SUFFIX, GONE))}
        return self._known


def _files_in(source: Path) -> Iterator[Path]:
    return (path for path in source.rglob("*") if path.is_file() and not path.is_symlink())
