"""Files that only their owner may read."""

import os
from pathlib import Path

from dangol.kit.errors import UnableToStart


def write_private(path: Path, text: str) -> None:
    """Replace a file as a whole, readable by its owner only, and on disk before the call returns."""
    building = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with os.fdopen(os.open(building, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        building.replace(path)
        _keep_names(path.parent)
    except OSError as problem:
        building.unlink(missing_ok=True)
        raise UnableToStart(
            f"{path} cannot be written ({problem.strerror}): make room or give yourself the right to write there.",
            f"{path} 파일에 쓸 수 없습니다({problem.strerror}). 빈 공간과 쓰기 권한을 확인해 주십시오.",
        ) from problem


def _keep_names(folder: Path) -> None:
    """Have the folder itself on disk: without that, a new name may be gone after a loss of power."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
