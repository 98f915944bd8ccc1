"""`python -m dangol doctor`: what is well and what is not, one line each."""

import json
import os
import sys
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
from django.core.exceptions import ImproperlyConfigured

from dangol.config.backup_server import backup_address, is_outside
from dangol.config.databases import reached, refuse_open_walls
from dangol.config.environment import ROOT, env_secret, keys_folder
from dangol.config.readiness import beat_age, check_disk, check_worker
from dangol.kit.backup_needs import lacking
from dangol.kit.backup_state import backups
from dangol.kit.embedded_postgres import is_port_taken
from dangol.kit.errors import OperationError
from dangol.kit.postgres_binaries import major_version, postgres_binaries

SAID = {
    "problem": "the last try failed",
    "none": "start Dangol with DANGOL_BACKUP set",
    "old": "older than a day and a half: see the log of the backup process",
    "behind": "changes are not being kept: does Dangol run, is the place there, and is there room?",
    "drill": "the last drill failed: run `python -m dangol backup drill`",
}
"""What `Backups.failing` means."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    subject: str
    is_well: bool
    words: str


def examine(data: Path, *, port: int) -> int:
    """Print every finding; return 0 when all are well, else 1."""
    looks: tuple[Callable[[], Finding], ...] = (
        _python,
        lambda: _data(data),
        lambda: _secrets(data),
        lambda: _disk(data),
        lambda: _backups(data),
        _backed_up_server,
        _programs,
        lambda: _database(data),
        lambda: _worker(data),
        lambda: _port(port),
        _assets,
        _messages,
    )
    findings = [_look(look) for look in looks]
    for finding in findings:
        sys.stdout.write(f"{'ok ' if finding.is_well else 'BAD'} {finding.subject}: {finding.words}\n")
    return 0 if all(finding.is_well for finding in findings) else 1


def _look(look: Callable[[], Finding]) -> Finding:
    try:
        return look()
    except OperationError as refusal:
        return Finding("start", is_well=False, words=str(refusal))


def _python() -> Finding:
    return Finding("python", sys.version_info >= (3, 11), sys.version.split()[0])


def _data(data: Path) -> Finding:
    if not data.exists():
        return Finding("data directory", is_well=False, words=f"{data} is missing: run `python -m dangol prepare`")
    closed = not data.stat().st_mode & 0o066
    return Finding("data directory", closed and os.access(data, os.W_OK), f"{data} ({data.stat().st_mode & 0o777:o})")


def _secrets(data: Path) -> Finding:
    """Whether what opens everything else is closed to other accounts of this machine, and strong."""
    told = [Path(path) for name, path in os.environ.items() if name.endswith(("_KEY_FILE", "_KEYS_FILE", "_URL_FILE"))]
    keys = keys_folder(data)
    places = [place for place in (data / "secrets.json", keys, *keys.glob("*.json"), *told) if place.exists()]
    if open_to_others := [str(place) for place in places if place.stat().st_mode & 0o077]:
        words = f"others on this machine can read {', '.join(open_to_others)}: run `chmod go=` on it"
        return Finding("secrets", is_well=False, words=words)
    copies = Path(os.environ.get("DANGOL_BACKUP") or data / "backup").resolve()
    if beside := [str(place) for place in places if place.resolve().is_relative_to(copies)]:
        words = f"{', '.join(beside)} lies with the backups: whoever takes them has the key too"
        return Finding("secrets", is_well=False, words=words)
    try:
        for name in ("DANGOL_SECRET_KEY", "DANGOL_MASTER_KEY"):
            env_secret(name)
    except (ImproperlyConfigured, OSError) as problem:
        return Finding("secrets", is_well=False, words=str(problem))
    return Finding("secrets", is_well=True, words=f"closed to others, keys of workspaces in {keys}")


def _disk(data: Path) -> Finding:
    check = check_disk(data)
    return Finding(check.subject, check.is_well, check.words)


def _backups(data: Path) -> Finding:
    found = backups(data, os.environ.get("DANGOL_BACKUP", ""))
    if not found.place:
        return Finding("backups", is_well=True, words="off: set DANGOL_BACKUP to a folder on another disk or a bucket")
    failing, bases = found.failing(datetime.now(UTC)), found.state.bases
    newest = f"the newest of {len(bases)} copies is of {bases[0].at:%F %T} UTC" if bases else "no copy"
    reasons = [newest, SAID.get(failing, ""), found.state.problem, found.state.log_problem]
    return Finding("backups", not failing, ", ".join(filter(None, reasons)))


def _backed_up_server() -> Finding:
    """Whether the operator's server can be backed up; ours always can."""
    if not os.environ.get("DANGOL_BACKUP") or not is_outside():
        return Finding("backup of the server", is_well=True, words="nothing to look at")
    with reached(backup_address()):
        missing = lacking(backup_address())
    return Finding("backup of the server", not missing, "; ".join(missing) or "it allows to be copied")


def _programs() -> Finding:
    if os.environ.get("DATABASE_URL"):
        return Finding("postgresql programs", is_well=True, words="not needed: DATABASE_URL is set")
    binaries = postgres_binaries()
    return Finding("postgresql programs", is_well=True, words=f"{major_version(binaries)} in {binaries}")


def _database(data: Path) -> Finding:
    path = data / "database.json"
    if not path.exists():
        return Finding("database", is_well=False, words="not prepared: run `python -m dangol prepare`")
    url = json.loads(path.read_text(encoding="utf-8"))["runtime"]
    refuse_open_walls(url)
    with reached(url) as connection:
        return Finding("database", is_well=True, words=f"{_version(connection)}, {connection.info.user} is walled in")


def _worker(data: Path) -> Finding:
    path = data / "database.json"
    if not path.exists():
        return Finding("worker", is_well=True, words="not started yet")
    with reached(json.loads(path.read_text(encoding="utf-8"))["runtime"]) as connection:
        age = beat_age(connection.cursor())
    check = check_worker(age)
    return Finding(check.subject, is_well=check.is_well or age is None, words=check.words)


def _version(connection: "psycopg.Connection[tuple[object, ...]]") -> str:
    return f"PostgreSQL {connection.info.server_version // 10000}"


def _port(port: int) -> Finding:
    taken = is_port_taken("127.0.0.1", port)
    return Finding("port", is_well=True, words=f"{port} is {'in use (by Dangol, if it runs)' if taken else 'free'}")


def _assets() -> Finding:
    built = any((ROOT / "dangol" / "ui" / "static" / "dist").glob("*"))
    return Finding("front end", built, "built" if built else "missing: run `python tools/build_assets.py`")


def _messages() -> Finding:
    compiled = any((ROOT / "locale").glob("*/LC_MESSAGES/*.mo"))
    return Finding("korean messages", compiled, "compiled" if compiled else "missing: run `python -m dangol prepare`")
