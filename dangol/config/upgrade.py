"""Bringing an installation up to date: tables, translated messages, static files. Runs as the database's owner."""

import logging
import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import psycopg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command
from django.db import DataError, OperationalError, connection

from dangol.config.environment import database_url
from dangol.kit.errors import UnableToStart

logger = logging.getLogger(__name__)

ONE_AT_A_TIME = 74200
LOCK_TIMEOUT = "3s"
PAUSE = 5.0
TRIES = 60


def upgrade() -> None:
    """Migrate, compile the message catalogues and collect the static files. Safe to run again and from two machines."""
    with psycopg.connect(database_url("owner"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        with_short_locks(lambda: call_command("migrate", interactive=False, verbosity=0, skip_checks=True))
    for folder in settings.LOCALE_PATHS:
        compile_messages(Path(folder))
    call_command("collectstatic", interactive=False, verbosity=0)


def with_short_locks(migrate: Callable[[], object]) -> None:
    """
    Migrate while others work: behind a lock that somebody waits for, everybody waits, so none is waited for long.

    What was migrated before a refusal stays; the next try goes on from there.

    :raises UnableToStart: if a lock is not to be had in all tries
    """
    for _try in range(TRIES):
        try:
            _spare_others()
            migrate()
        except OperationalError as refused:
            if not isinstance(refused.__cause__, psycopg.errors.LockNotAvailable):
                raise
            logger.warning("A table is in use; the migration is tried again: %s", refused)
            time.sleep(PAUSE)
        else:
            return
    raise UnableToStart(
        "The tables are in use by something that does not end: see pg_stat_activity, end it, and start again.",
        "다른 작업이 테이블을 계속 쓰고 있습니다. pg_stat_activity에서 찾아 끝낸 뒤 다시 시작해 주십시오.",
    )


def _spare_others() -> None:
    """Wait shortly for locks; and when this process is killed, let the server undo at once what it was at."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LOCK_TIMEOUT])
        with suppress(DataError):  # a server on Windows does not notice who is gone
            cursor.execute("SELECT set_config('client_connection_check_interval', '1s', false)")


def compile_messages(folder: Path) -> list[Path]:
    """Write a `.mo` beside every `.po` that is newer; return those written. Fuzzy messages stay untranslated."""
    written = []
    for source in sorted(folder.glob("*/LC_MESSAGES/*.po")):
        target = source.with_suffix(".mo")
        if target.exists() and target.stat().st_mtime >= source.stat().st_mtime:
            continue
        with source.open("rb") as file:
            catalogue = read_po(file, locale=source.parent.parent.name)
        building = target.with_name(f".{target.name}.{os.getpid()}")
        with building.open("wb") as file:
            write_mo(file, catalogue)
        building.replace(target)
        written.append(target)
    return written
