"""An installation that is prepared once in a run: tests that run a whole one of their own get a copy."""

import fcntl
import subprocess
from pathlib import Path

import pytest

from dangol.config.supervisor import prepared
from tests.reachable import open_directory


def prepared_once(place: Path) -> Path:
    """Return an installation in which nobody works yet, made below this place by the first process that asks."""
    kept = place / "installation"
    with pytest.MonkeyPatch.context() as environment, (place / "installation.lock").open("a", encoding="ascii") as lock:
        for name in ("DATABASE_URL", "DATABASE_RUNTIME_URL", "DATABASE_OWNER_URL", "DANGOL_DB_ROLE"):
            environment.delenv(name, raising=False)
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not kept.exists():
            with open_directory() as folder:
                with prepared(folder / "data"):
                    pass
                building = copied(folder / "data", place / "installation.building")
            building.rename(kept)
    return kept


def copied(installation: Path, data: Path) -> Path:
    """Copy an installation that does not run to a place that is free; files keep their owners."""
    subprocess.run(["cp", "-Rp", installation, data], check=True)
    return data
