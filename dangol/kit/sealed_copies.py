"""
A sealed copy of every file of a directory, for directories whose files come and go but seldom change.

The time of a copy says when its original was last seen: what has gone can be kept as long as backups lead back to it.
"""

import os
import time
from datetime import datetime, timedelta
from pathlib import Path

from dangol.kit.sealed_files import SUFFIX, unseal_file, write_sealed

SEEN_EVERY = timedelta(days=1)


def keep_copies(source: Path, target: Path, key: bytes) -> int:
    """Copy what is new or was changed; return how many files."""
    kept = 0
    for path in source.rglob("*"):
        if not path.is_file() or path.is_symlink():
            continue
        copy = target / f"{path.relative_to(source)}{SUFFIX}"
        seen = copy.stat().st_mtime if copy.exists() else 0.0
        if seen < path.stat().st_mtime:
            _seal(path, copy, key)
            kept += 1
        elif time.time() - seen > SEEN_EVERY.total_seconds():
            os.utime(copy)
    return kept


def restore_copies(source: Path, target: Path, key: bytes) -> int:
    """
    Write every copy back that is not there; return how many files.

    :raises SealBroken: another key, or a changed copy
    """
    restored = 0
    for copy in source.rglob(f"*{SUFFIX}"):
        path = target / str(copy.relative_to(source)).removesuffix(SUFFIX)
        if path.exists():
            continue
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        building = path.with_name(f".{path.name}.building")
        with copy.open("rb") as sealed, building.open("wb") as to:
            to.writelines(unseal_file(sealed, key))
        building.rename(path)
        restored += 1
    return restored


def thin_copies(target: Path, *, before: datetime) -> None:
    """Delete the copies whose originals were gone by then."""
    for copy in target.rglob(f"*{SUFFIX}"):
        if copy.stat().st_mtime < (before - 2 * SEEN_EVERY).timestamp():
            copy.unlink()


def forget_copy(name: str, target: Path) -> None:
    """Delete the copy of one file, if there is one."""
    (target / f"{name}{SUFFIX}").unlink(missing_ok=True)


def _seal(path: Path, copy: Path, key: bytes) -> None:
    copy.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        source = path.open("rb")
    except FileNotFoundError:  # it went while we looked
        return
    with source:
        write_sealed(source, copy, key)
