"""The directory that holds one installation: its lock, its secrets, and the addresses of its database."""

import fcntl
import json
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dangol.kit.errors import UnableToStart
from dangol.kit.private_files import write_private
from dangol.kit.processes import unprivileged_account

SECRETS = (
    "DANGOL_SECRET_KEY",
    "DANGOL_MASTER_KEY",
    "DANGOL_POSTGRES_PASSWORD",
    "DANGOL_OWNER_PASSWORD",
    "DANGOL_RUNTIME_PASSWORD",
    "DANGOL_BACKUP_KEY",
)


def make_data_directory(data: Path) -> None:
    """
    Make the directory, closed to others; under root others may pass through, for PostgreSQL's account.

    :raises UnableToStart: if the place cannot be written
    """
    try:
        data.mkdir(parents=True, exist_ok=True)
        data.chmod(0o700 if unprivileged_account() is None else 0o711)
        (data / "log").mkdir(mode=0o700, exist_ok=True)
        (data / "files").mkdir(mode=0o700, exist_ok=True)
    except OSError as problem:
        raise UnableToStart(
            f"{data} cannot be written ({problem.strerror}): choose another directory with DANGOL_DATA.",
            f"{data} 위치에 쓸 수 없습니다({problem.strerror}). DANGOL_DATA로 다른 위치를 지정해 주십시오.",
        ) from problem


@contextmanager
def locked(data: Path) -> Iterator[None]:
    """
    Hold the directory for one supervisor; the kernel lets go when the process ends, however it ends.

    :raises UnableToStart: if another supervisor holds it
    """
    with (data / "lock").open("a", encoding="utf-8") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as problem:
            raise UnableToStart(
                f"Dangol already runs with {data}: stop it first, or choose another directory with DANGOL_DATA.",
                f"단골이 이미 {data}에서 실행 중입니다. 먼저 끝내거나 DANGOL_DATA로 다른 위치를 지정해 주십시오.",
            ) from problem
        yield


def ensure_secrets(data: Path) -> dict[str, str]:
    """Return the installation's secrets, making those that are missing. They are never changed."""
    path = data / "secrets.json"
    kept: dict[str, str] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    missing = [name for name in SECRETS if name not in kept]
    if missing:
        kept |= {name: secrets.token_urlsafe(48) for name in missing}
        write_private(path, json.dumps(kept, indent=2))
    return kept
