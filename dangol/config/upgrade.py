"""Bringing an installation up to date: tables, translated messages, static files. Runs as the database's owner."""

import os
from pathlib import Path

import psycopg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from django.conf import settings
from django.core.management import call_command

from dangol.config.environment import database_url

ONE_AT_A_TIME = 74200


def upgrade() -> None:
    """Migrate, compile the message catalogues and collect the static files. Safe to run again and from two machines."""
    with psycopg.connect(database_url("owner"), autocommit=True) as connection:
        connection.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
        call_command("migrate", interactive=False, verbosity=0, skip_checks=True)
    for folder in settings.LOCALE_PATHS:
        compile_messages(Path(folder))
    call_command("collectstatic", interactive=False, verbosity=0)


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
