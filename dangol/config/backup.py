"""`python -m dangol backup`: copies of the whole installation, and the way back."""

import argparse
import logging
import shutil
import signal
import sys
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from dangol.config.backup_store import backup_storage, backup_store, unsent
from dangol.config.environment import anchors_folder, data_directory, database_url, env_count, env_secret, env_text
from dangol.kit.backup_state import Act, ask, backups, read_state
from dangol.kit.cluster_backup import UnableToBackUp

logger = logging.getLogger(__name__)

KEEP_DAYS = 14
SOON = 15.0
"""Seconds within which whoever keeps the backups takes a request up."""


def run(options: argparse.Namespace) -> None:
    """Do what was asked for."""
    ACTS[options.act](options)


def _keep(_options: argparse.Namespace) -> None:
    """Run the process that keeps the backups; the supervisor starts it."""
    from dangol.config.backup_drill import Drilling  # noqa: PLC0415 - each command loads only what it runs
    from dangol.config.backup_keeper import BackupKeeper  # noqa: PLC0415 - each command loads only what it runs

    data, store = data_directory(), backup_store()
    shutil.rmtree(unsent(data), ignore_errors=True)  # of a process that was killed
    drilling = Drilling(
        store=store,
        place=data / "drill",
        password=env_secret("DANGOL_POSTGRES_PASSWORD"),
        runtime_url=database_url("runtime"),
        anchors=anchors_folder(data),
    )
    if not read_state(data).bases and not env_text("DANGOL_BACKUP_KEY"):
        logger.warning(
            "Nobody can read the backups without their key, which lies in %s and goes with this machine: print it with "
            "`python -m dangol backup key`, and keep it elsewhere.", data / "secrets.json",
        )  # fmt: skip
    keeper = BackupKeeper(
        data=data,
        store=store,
        url=database_url("backup"),
        days=env_count("DANGOL_BACKUP_DAYS", default=KEEP_DAYS),
        drilling=drilling,
    )
    signal.signal(signal.SIGTERM, lambda *_: sys.exit())
    keeper.run()


def _take(_options: argparse.Namespace) -> None:
    _ask_and_wait(Act.TAKE)
    newest = backup_store().bases()[0]
    sys.stdout.write(f"{newest.at:%F %T} UTC, {newest.size} bytes: whole.\n")


def _drill(_options: argparse.Namespace) -> None:
    _ask_and_wait(Act.DRILL)
    drill = read_state(data_directory()).drill
    if drill is None or not drill.is_well:
        raise UnableToBackUp(drill.words if drill else "")
    sys.stdout.write(f"{drill.rows} rows of {drill.tables} tables came back as they were, in {drill.seconds:.0f} s.\n")


def _ask_and_wait(act: Act) -> None:
    data, place = data_directory(), str(backup_storage())
    ask(data, act)
    deadline = time.monotonic() + SOON
    while act in backups(data, place).asked:
        if time.monotonic() > deadline and read_state(data).doing is None:
            raise UnableToBackUp(
                "Nobody keeps the backups: start Dangol with DANGOL_BACKUP set. / "
                "백업을 맡은 프로세스가 없습니다. DANGOL_BACKUP을 지정하고 단골을 시작해 주십시오."
            )
        time.sleep(0.2)
    while read_state(data).doing is act:
        time.sleep(0.2)
    if problem := read_state(data).problem:
        raise UnableToBackUp(problem)


def _list(_options: argparse.Namespace) -> None:
    for base in backup_store().bases():
        sys.stdout.write(f"{base.at:%F %T} UTC  {base.size} bytes\n")
    state = read_state(data_directory())
    if state.secured_at:
        sys.stdout.write(f"Any moment can be restored up to {state.secured_at:%F %T} UTC.\n")


def _verify(_options: argparse.Namespace) -> None:
    store = backup_store()
    for base in store.bases():
        looked = store.look_through(base)
        sys.stdout.write(f"{base.at:%F %T} UTC: whole, {looked.segments} segments after it, {looked.size} bytes read\n")


def _restore(options: argparse.Namespace) -> None:
    from dangol.config.restoring import restore  # noqa: PLC0415 - each command loads only what it runs

    data = Path(options.to).resolve() if options.to else data_directory()
    restore(data, at=moment(options.at) if options.at else None, replace=options.replace)


def _key(_options: argparse.Namespace) -> None:
    sys.stdout.write(f"{env_secret('DANGOL_BACKUP_KEY')}\n")


def moment(text: str) -> datetime:
    """
    Read a moment as 2026-11-23T09:30:00+09:00; without an offset it is this machine's time.

    :raises UnableToBackUp: if it is none
    """
    try:
        return datetime.fromisoformat(text).astimezone()
    except ValueError as problem:
        raise UnableToBackUp(
            f"{text} is no moment: write 2026-11-23T09:30:00+09:00. / "
            f"{text}은(는) 시각이 아닙니다. 2026-11-23T09:30:00+09:00처럼 써 주십시오."
        ) from problem


ACTS: dict[str, Callable[[argparse.Namespace], None]] = {
    "take": _take, "drill": _drill, "list": _list, "verify": _verify, "restore": _restore, "key": _key, "keep": _keep,
}  # fmt: skip
