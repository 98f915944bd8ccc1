"""
Backups of a whole PostgreSQL cluster in a folder: base backups and the log of every change after them, sealed.

PostgreSQL's own programs do the work: `pg_basebackup` copies the cluster, `pg_receivewal` follows its log through a
replication slot, so that nothing is missed while we are away, and recovery replays both to any moment.

    base/20261123T093000Z.sealed      a gzipped tar
    wal/000000010000000000000004.sealed   a gzipped segment
"""

import gzip
import io
import os
import re
import subprocess
import tarfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

from dangol.kit.crypto import SealBroken
from dangol.kit.embedded_postgres import EmbeddedPostgres
from dangol.kit.errors import OperationError
from dangol.kit.postgres_binaries import postgres_binaries
from dangol.kit.sealed_files import seal_file, unseal_file

SLOT = "dangol_backup"
SUFFIX = ".sealed"
STAMP = "%Y%m%dT%H%M%SZ"
SEGMENT = re.compile(r"[0-9A-F]{24}")
SEGMENTS_A_FILE = 256
"""Segments of 16 MB that share the middle part of their names."""


class UnableToBackUp(OperationError):
    """PostgreSQL gave no copy. Its own words say why."""


class UnableToRestore(OperationError):
    """There is no backup that leads to the moment asked for, or it is not the one that was written."""


@dataclass(frozen=True)
class BaseBackup:
    """One copy of the whole cluster. The moments that can be restored from it begin at `at`."""

    path: Path
    at: datetime
    size: int


class BackupFolder:
    """
    The backups of one cluster.

    :param key: seals every file; see `sealed_files.key_of`
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self.base = folder / "base"
        self.wal = folder / "wal"
        self._key = key

    def bases(self) -> list[BaseBackup]:
        """Every copy that is whole, the newest first."""
        found = [
            BaseBackup(path, datetime.strptime(path.name, f"{STAMP}{SUFFIX}").replace(tzinfo=UTC), path.stat().st_size)
            for path in self.base.glob(f"*{SUFFIX}")
        ]
        return sorted(found, key=lambda backup: backup.at, reverse=True)

    def take(self, url: str) -> BaseBackup:
        """
        Copy the cluster while it works. The copy has its name only when it is whole and on disk.

        :raises UnableToBackUp: in PostgreSQL's words
        """
        program = str(postgres_binaries() / "pg_basebackup")
        command = [program, "-d", url, "-D", "-", "-Ft", "-z", "-X", "fetch", "-c", "fast"]
        building = self.base / "building"
        self.base.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as copying,
            building.open("wb") as to,
        ):
            assert copying.stdout is not None
            assert copying.stderr is not None
            seal_file(copying.stdout, to, self._key)
            said = copying.stderr.read().decode("utf-8", "replace")
            os.fsync(to.fileno())
        if copying.returncode != 0:
            building.unlink()
            raise UnableToBackUp(said)
        # Its moment is the end of the copying: from then on it can be restored.
        path = building.rename(self.base / f"{datetime.now(UTC):{STAMP}}{SUFFIX}")
        return next(backup for backup in self.bases() if backup.path == path)

    def follow(self, url: str, staging: Path) -> "subprocess.Popen[bytes]":
        """Start the process that writes the cluster's log into a directory, on disk before PostgreSQL may forget it."""
        staging.mkdir(mode=0o700, parents=True, exist_ok=True)
        receive = [str(postgres_binaries() / "pg_receivewal"), "-d", url, "-S", SLOT]
        subprocess.run([*receive, "--create-slot", "--if-not-exists"], check=True, capture_output=True)
        return subprocess.Popen([*receive, "-D", staging, "--synchronous"], stderr=subprocess.DEVNULL)

    def keep(self, staging: Path) -> int:
        """Seal every finished segment out of that directory; return how many."""
        self.wal.mkdir(mode=0o700, parents=True, exist_ok=True)
        finished = [path for path in sorted(staging.iterdir()) if SEGMENT.fullmatch(path.name)]
        for path in finished:
            building = self.wal / "building"
            with building.open("wb") as to:
                seal_file(io.BytesIO(gzip.compress(path.read_bytes(), 1)), to, self._key)
                os.fsync(to.fileno())
            building.rename(self.wal / f"{path.name}{SUFFIX}")
            path.unlink()
        return len(finished)

    def restore(self, cluster: EmbeddedPostgres, *, at: datetime | None = None) -> BaseBackup:
        """
        Make a cluster that has no data yet as it was at a moment, or as late as the log goes; it is not started.

        :raises UnableToRestore: nothing leads there, a segment is missing, another key, or a changed file
        """
        backup = next((backup for backup in self.bases() if at is None or backup.at <= at), None)
        if backup is None:
            raise UnableToRestore("No backup is old enough. / 그 시점 이전의 백업이 없습니다.")
        try:
            cluster.adopt(lambda building: self._fill(building, backup, at))
        except (SealBroken, tarfile.TarError, gzip.BadGzipFile, EOFError) as problem:
            raise UnableToRestore(
                "The backup cannot be opened: it was changed, or this is not its key. / "
                "백업을 열 수 없습니다. 내용이 바뀌었거나 키가 다릅니다."
            ) from problem
        return backup

    def _fill(self, building: Path, backup: BaseBackup, at: datetime | None) -> None:
        with backup.path.open("rb") as sealed:
            pieces = io.BufferedReader(_Pieces(unseal_file(sealed, self._key)))
            with tarfile.open(fileobj=pieces, mode="r|gz") as tar:
                # Python before 3.11.4 has no filters; what the key has sealed is our own anyway.
                tar.extraction_filter = getattr(tarfile, "data_filter", None)
                tar.extractall(building)  # noqa: S202 - filtered by the line above
        inside = {path.name for path in (building / "pg_wal").iterdir() if SEGMENT.fullmatch(path.name)}
        log = building / "dangol_wal"
        log.mkdir()
        for name in self._segments_from(max(inside)):
            with (self.wal / f"{name}{SUFFIX}").open("rb") as sealed:
                (log / name).write_bytes(gzip.decompress(b"".join(unseal_file(sealed, self._key))))
        until = f"recovery_target_time = '{at.isoformat()}'\n" if at else ""
        with (building / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
            settings.write(f"restore_command = 'cp dangol_wal/%f %p'\nrecovery_target_action = 'promote'\n{until}")
        (building / "recovery.signal").touch()

    def _segments_from(self, first: str) -> Sequence[str]:
        """Return the segments after the copy's last one, without a gap."""
        kept = sorted(path.name.removesuffix(SUFFIX) for path in self.wal.glob(f"*{SUFFIX}"))
        after = [name for name in kept if name[:8] == first[:8] and name >= first]
        for one, following in pairwise(after):
            if number_of(following) != number_of(one) + 1:
                raise UnableToRestore(f"The log after {one} is missing. / {one} 다음의 로그가 없습니다.")
        if after and number_of(after[0]) > number_of(first) + 1:
            raise UnableToRestore(f"The log after {first} is missing. / {first} 다음의 로그가 없습니다.")
        return after


def number_of(segment: str) -> int:
    """Return a segment's place in the log of its timeline."""
    return int(segment[8:16], 16) * SEGMENTS_A_FILE + int(segment[16:], 16)


class _Pieces(io.RawIOBase):
    """An iterator of bytes as a file."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._rest = b""

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: memoryview) -> int:  # type: ignore[override] # what BufferedReader hands in
        while not self._rest:
            try:
                self._rest = next(self._pieces)
            except StopIteration:
                return 0
        size = min(len(buffer), len(self._rest))
        buffer[:size], self._rest = self._rest[:size], self._rest[size:]
        return size
