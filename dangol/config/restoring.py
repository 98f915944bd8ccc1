"""The way back: the whole installation as it was at a moment, so that it can be started again."""

import shutil
import sys
from datetime import UTC, datetime
from pathlib import Path

from dangol.config.backup_keeper import COPIED, SECRETS
from dangol.config.backup_server import is_outside, recovered_cluster
from dangol.config.backup_store import backup_store
from dangol.config.installation import ensure_secrets, locked, make_data_directory
from dangol.kit.cluster_backup import BackupStore, UnableToRestore, finish_recovery, opening
from dangol.kit.errors import OperationError
from dangol.kit.private_files import write_private
from dangol.kit.sealed_copies import SealedCopies


def restore(data: Path, *, at: datetime | None, replace: bool) -> None:
    """
    Make a data directory as it was at a moment, or as late as the backups go. Dangol does not run meanwhile.

    A database that is replaced is moved aside, and back if nothing can be restored. What it means for the rooms is
    settled when the worker starts; see `dangol.config.restored`.

    :raises UnableToRestore: nothing leads there, another key, a changed file, or a database that may not be replaced
    :raises UnableToStart: Dangol runs, or the place cannot be written
    """
    store, stamp = backup_store(), f"{datetime.now(UTC):%Y%m%dT%H%M%SZ}"
    make_data_directory(data)
    with locked(data):
        if (data / "postgres" / "data").exists() and not replace:
            raise UnableToRestore(
                f"There is a database in {data}: choose another folder with --to, or move it aside with --replace. / "
                f"{data}에 데이터베이스가 있습니다. --to로 다른 폴더를 지정하거나 --replace로 옮긴 뒤 복원해 주십시오."
            )
        if (data / "backup" / "wal").exists():
            store.keep(data / "backup" / "wal")
        if not (data / "secrets.json").exists():
            with opening():
                write_private(data / "secrets.json", store.get(SECRETS).decode())
        _restore_cluster(store, data, at=at, aside=f"data.before-{stamp}")
        with opening():
            for name in COPIED:
                SealedCopies(store.storage, name, store.key).restore(data / name)
        shutil.rmtree(data / "backup", ignore_errors=True)
        for heads in (data / "audit").glob("*.txt"):
            heads.rename(heads.with_name(f"{heads.stem}.before-{stamp}"))
    if is_outside():
        place = (data / "postgres").resolve() / "data"
        sys.stdout.write(
            f"Stop your PostgreSQL server, put {place} in place of its data directory, owned by its account and with "
            "its own settings, and start it.\n"
        )
    sys.stdout.write(f"Start it with: DANGOL_DATA={data} python -m dangol start\n")


def _restore_cluster(store: BackupStore, data: Path, *, at: datetime | None, aside: str) -> None:
    cluster = recovered_cluster(data / "postgres", password=ensure_secrets(data)["DANGOL_POSTGRES_PASSWORD"])
    former = cluster.set_aside(aside)
    try:
        backup = store.restore(cluster, at=at)
        finish_recovery(cluster)
    except OperationError:
        cluster.stop()
        shutil.rmtree(cluster.data, ignore_errors=True)
        if former is not None:
            former.rename(cluster.data)
        raise
    finally:
        cluster.stop()
    sys.stdout.write(f"Restored from the copy of {backup.at:%F %T} UTC and the log after it.\n")
    if former is not None:
        sys.stdout.write(f"What was there before is in {former}: delete it when you no longer need it.\n")
