"""What the process that keeps the backups says, and how it is asked for more: files in the data directory."""

import os
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path
from urllib.parse import urlsplit

import msgspec

from dangol.kit.cluster_backup import BaseBackup

TOO_OLD = timedelta(hours=36)
"""A copy is made every day; this late, something is wrong."""
TOO_FAR_BEHIND = timedelta(minutes=5)


class Act(StrEnum):
    """What can be asked for."""

    TAKE = "take"
    DRILL = "drill"


class Drill(msgspec.Struct, frozen=True):
    """
    A restoring that was tried.

    :param words: what was found, when it is not well
    """

    at: datetime
    is_well: bool
    words: str
    tables: int = 0
    rows: int = 0
    seconds: float = 0.0


class BackupState(msgspec.Struct, frozen=True):
    """
    How it stands.

    :param bases: the copies that are there, the newest first
    :param took: seconds that the last copy took
    :param secured_at: everything that was committed by then lies in the backups
    :param problem: why the last thing tried failed; empty when it did not
    :param log_problem: why changes are not being kept; empty while they are
    """

    doing: Act | None = None
    since: datetime | None = None
    bases: tuple[BaseBackup, ...] = ()
    took: float = 0.0
    secured_at: datetime | None = None
    problem: str = ""
    log_problem: str = ""
    drill: Drill | None = None


@dataclass(frozen=True)
class Backups:
    """
    Everything that a page or a check wants to know.

    :param place: the folder or the bucket, without what opens it; empty where backups are switched off
    """

    place: str
    state: BackupState
    asked: frozenset[Act]

    def failing(self, now: datetime) -> str:
        """Return in one word what is wrong: `off`, `problem`, `none`, `old`, `behind`, `drill`; empty if nothing is."""
        newest, secured = self.state.bases[0].at if self.state.bases else None, self.state.secured_at
        causes = (
            ("off", not self.place),
            ("problem", bool(self.state.problem)),
            ("none", newest is None),
            ("old", newest is not None and now - newest > TOO_OLD),
            ("behind", secured is None or now - secured > TOO_FAR_BEHIND),
            ("drill", self.state.drill is not None and not self.state.drill.is_well),
        )
        return next((word for word, holds in causes if holds), "")

    def share_done(self, now: datetime) -> float:
        """How much of the copy that is being made is there, judged by how long the one before took: 0 to 1."""
        if self.state.since is None or not self.state.took:
            return 0.0
        return min(0.99, round((now - self.state.since).total_seconds() / self.state.took, 2))


def backups(data: Path, place: str) -> Backups:
    """Look at an installation's backups. `place` is empty where they are switched off."""
    asked = frozenset(act for act in Act if _request(data, act).exists())
    if not place:
        return Backups("", BackupState(), asked)
    address = urlsplit(place)
    shown = f"{address.scheme}://{address.hostname}{address.path}" if address.scheme else place
    return Backups(shown, read_state(data), asked)


def read_state(data: Path) -> BackupState:
    """Return what was said last."""
    path = _place(data) / "state.json"
    return msgspec.json.decode(path.read_bytes(), type=BackupState) if path.exists() else BackupState()


def write_state(data: Path, state: BackupState) -> None:
    """Say how it stands, in one go."""
    path = _place(data) / "state.json"
    building = path.with_suffix(f".{os.getpid()}")
    building.write_bytes(msgspec.json.encode(state))
    building.replace(path)


def ask(data: Path, act: Act) -> None:
    """Ask the process that keeps the backups to do something; asked twice, it does it once."""
    _request(data, act).touch(mode=0o600)


def next_request(data: Path) -> Act | None:
    """Return something that was asked for and has not begun."""
    return next((act for act in Act if _request(data, act).exists()), None)


def begin_request(data: Path, act: Act) -> None:
    """Take it for begun, if it was asked for: whoever asks from now on means another time."""
    _request(data, act).unlink(missing_ok=True)


def _request(data: Path, act: Act) -> Path:
    return _place(data) / f"{act}.asked"


def _place(data: Path) -> Path:
    place = data / "backup"
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    return place
