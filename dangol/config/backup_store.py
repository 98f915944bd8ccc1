"""Where the backups of this installation go, and the key that opens them."""

import os
from pathlib import Path

from django.core.exceptions import ImproperlyConfigured

from dangol.config.environment import data_directory, env_secret, env_text
from dangol.kit.cluster_backup import BackupStore
from dangol.kit.errors import OperationError, UnableToStart
from dangol.kit.sealed_files import key_of
from dangol.kit.storage import Folder, Storage


class BackupsAreOff(OperationError):
    """Nobody said where backups go."""

    def __init__(self) -> None:
        super().__init__(
            "Backups are off: set DANGOL_BACKUP to a folder on another disk or a bucket, and start Dangol again. / "
            "백업이 꺼져 있습니다. DANGOL_BACKUP에 다른 디스크의 폴더나 버킷을 지정하고 다시 시작해 주십시오."
        )


def backup_store() -> BackupStore:
    """
    Return the configured storage, opened with the key.

    :raises BackupsAreOff: if there is none
    :raises UnableToStart: without the key, or if the storage is a folder in the data directory
    """
    return BackupStore(backup_storage(), backup_key())


def backup_storage() -> Storage:
    """
    Return the folder or the bucket that `DANGOL_BACKUP` names.

    :raises BackupsAreOff: if it names none
    :raises UnableToStart: if the folder lies in the data directory: whatever takes the one would take the other
    """
    place = os.environ.get("DANGOL_BACKUP", "")
    if not place:
        raise BackupsAreOff
    if "://" in place:
        return _bucket(place)
    folder = Path(place).resolve()
    if folder.is_relative_to(data_directory()):
        raise UnableToStart(
            f"DANGOL_BACKUP lies inside {data_directory()}: choose a folder on another disk.",
            f"DANGOL_BACKUP이 {data_directory()} 안에 있습니다. 다른 디스크의 폴더를 지정해 주십시오.",
        )
    return Folder(folder)


def unsent(data: Path) -> Path:
    """Return where files lie that are on their way to a bucket."""
    return data / "backup" / "new"


def _bucket(place: str) -> Storage:
    from dangol.kit.object_store import ObjectStore  # noqa: PLC0415 - loads 50 MB that a folder does not need

    keys = env_text("DANGOL_BACKUP_ACCESS_KEY_ID"), env_text("DANGOL_BACKUP_SECRET_ACCESS_KEY")
    return ObjectStore.at(place, local=unsent(data_directory()), keys=keys if all(keys) else None)


def backup_key() -> bytes:
    """
    Return the key of `DANGOL_BACKUP_KEY`, of its file, or of the data directory's secrets.

    :raises UnableToStart: if there is none, as on a new machine
    """
    try:
        return key_of(env_secret("DANGOL_BACKUP_KEY"))
    except ImproperlyConfigured as problem:
        raise UnableToStart(
            "The key of the backups is not here: set DANGOL_BACKUP_KEY to what `python -m dangol backup key` printed.",
            "백업 키가 없습니다. `python -m dangol backup key`로 출력해 둔 값을 DANGOL_BACKUP_KEY에 지정해 주십시오.",
        ) from problem
