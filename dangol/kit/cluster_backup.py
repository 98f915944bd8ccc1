"""
Backups of a whole PostgreSQL cluster in a folder: base backups and the log of every change after them, sealed.

PostgreSQL's own programs do the work: `pg_basebackup` copies the cluster, `pg_receivewal` follows its log through a
replication slot, so that nothing is missed while we are away, and recovery replays both to any moment.

    base/20261123T093000Z.sealed          a gzipped tar
    counts/20261123T093000Z.sealed        how many rows every table had at a moment soon after
    wal/000000010000000000000004.sealed   a gzipped segment
"""

import gzip
import io
import os
import re
import shutil
import signal
import subprocess
import tarfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import msgspec
import psycopg
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from dangol.kit.crypto import SealBroken
from dangol.kit.embedded_postgres import EmbeddedPostgres
from dangol.kit.errors import OperationError, UnableToStart
from dangol.kit.postgres_binaries import postgres_binaries
from dangol.kit.processes import last_wish
from dangol.kit.sealed_files import SUFFIX, seal_file, unseal_file, write_sealed
from dangol.kit.table_counts import counted_tables

SLOT = "dangol_backup"
STAMP = "%Y%m%dT%H%M%SZ"
SEGMENT = re.compile(r"[0-9A-F]{24}")
FINISHED = re.compile(r"[0-9A-F]{24}|[0-9A-F]{8}\.history")
SEGMENTS_A_FILE = 256
"""Segments of 16 MB that share the middle part of their names."""
LOG = "dangol_wal"
RECOVERY = ("restore_command", "recovery_target")
"""What we write into a restored cluster's settings; of an earlier restoring it may still be there."""
SETTLING = timedelta(hours=1)
"""A segment that was sealed so long before a copy was whole is in that copy."""


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


class Counts(msgspec.Struct, frozen=True):
    """
    What a cluster restored to the named point must hold.

    :param tables: rows of every table of the database
    :param remarks: what the caller wanted written down in the same moment
    """

    point: str
    tables: dict[str, int]
    remarks: dict[str, str]


@dataclass(frozen=True)
class Looked:
    """What was read and found as it was written."""

    segments: int
    size: int


def bases_in(folder: Path) -> list[BaseBackup]:
    """Every copy that is whole, the newest first. Needs no key."""
    found = [
        BaseBackup(path, datetime.strptime(path.name, f"{STAMP}{SUFFIX}").replace(tzinfo=UTC), path.stat().st_size)
        for path in (folder / "base").glob(f"*{SUFFIX}")
    ]
    return sorted(found, key=lambda backup: backup.at, reverse=True)


class BackupFolder:
    """
    The backups of one cluster.

    :param key: seals every file; see `sealed_files.key_of`
    """

    def __init__(self, folder: Path, key: bytes) -> None:
        self.folder = folder
        self.base = folder / "base"
        self.counts = folder / "counts"
        self.wal = folder / "wal"
        self._key = key

    def bases(self) -> list[BaseBackup]:
        """Every copy that is whole, the newest first."""
        return bases_in(self.folder)

    def take(self, url: str) -> BaseBackup:
        """
        Copy the cluster while it works. The copy has its name only when it is whole and on disk.

        :raises UnableToBackUp: in PostgreSQL's words
        """
        program, environment = _client("pg_basebackup", url)
        command = [*program, "-D", "-", "-Ft", "-z", "-X", "fetch", "-c", "fast"]
        building = self.base / "building"
        self.base.mkdir(mode=0o700, parents=True, exist_ok=True)
        with (
            subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as copying,
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

    def count(self, url: str, backup: BaseBackup, *, remarks: Mapping[str, str]) -> Counts:
        """Name a moment after this copy, and keep how many rows every table of the database had in it."""
        point = f"dangol-{backup.path.name.removesuffix(SUFFIX)}"
        counts = Counts(point, counted_tables(url, point), dict(remarks))
        self.counts.mkdir(mode=0o700, exist_ok=True)
        self.put(self.counts / backup.path.name, msgspec.json.encode(counts))
        return counts

    def follow(self, url: str, staging: Path) -> "subprocess.Popen[bytes]":
        """Start the process that writes the cluster's log into a directory, on disk before PostgreSQL may forget it."""
        staging.mkdir(mode=0o700, parents=True, exist_ok=True)
        program, environment = _client("pg_receivewal", url)
        receive = [*program, "-S", SLOT]
        subprocess.run([*receive, "--create-slot", "--if-not-exists"], env=environment, check=True, capture_output=True)
        return subprocess.Popen(
            [*receive, "-D", staging, "--synchronous"],
            env=environment,
            stderr=subprocess.DEVNULL,
            preexec_fn=last_wish(signal.SIGTERM),  # noqa: PLW1509 - only the forked child can ask for this
        )

    def keep(self, staging: Path) -> int:
        """Seal every finished segment out of that directory; return how many."""
        self.wal.mkdir(mode=0o700, parents=True, exist_ok=True)
        finished = [path for path in sorted(staging.iterdir()) if FINISHED.fullmatch(path.name)]
        for path in finished:
            self.put(self.wal / f"{path.name}{SUFFIX}", gzip.compress(path.read_bytes(), 1))
            path.unlink()
        return len(finished)

    def look_through(self, backup: BaseBackup) -> Looked:
        """
        Read a copy and the log after it as a restoring would.

        :raises UnableToRestore: a segment is missing, another key, or a changed file
        """
        with _told():
            size, segments = 0, set()
            with self._tar_of(backup) as tar:
                for member in tar:
                    size += member.size
                    segments.update(SEGMENT.findall(member.name))
            after = self._segments_from(max(segments))
            size += sum(len(self._segment(name)) for name in after)
        return Looked(len(after), size)

    def thin(self, *, before: datetime) -> datetime | None:
        """
        Delete what no moment from `before` on needs; return from when on all moments can still be restored.

        The newest copy always stays. Call it only when that one was looked through.
        """
        bases = self.bases()
        oldest = next((base for base in bases if base.at <= before), bases[-1] if bases else None)
        if oldest is None:
            return None
        for base in bases[bases.index(oldest) + 1 :]:
            base.path.unlink()
            (self.counts / base.path.name).unlink(missing_ok=True)
        for path in self.wal.glob(f"*{SUFFIX}"):
            if path.stat().st_mtime < (oldest.at - SETTLING).timestamp():
                path.unlink()
        return oldest.at

    def restore(self, cluster: EmbeddedPostgres, *, at: datetime | None = None) -> BaseBackup:
        """
        Make a cluster that has no data yet as it was at a moment, or as late as the log goes; it is not started.

        :raises UnableToRestore: nothing leads there, a segment is missing, another key, or a changed file
        """
        backup = next((backup for backup in self.bases() if at is None or backup.at <= at), None)
        if backup is None:
            raise UnableToRestore("No backup is old enough. / 그 시점 이전의 백업이 없습니다.")
        self._adopt(cluster, backup, f"recovery_target_time = '{at.isoformat()}'" if at else "")
        return backup

    def restore_counted(self, cluster: EmbeddedPostgres) -> Counts:
        """
        Make a cluster that has no data yet as it was when the newest copy's rows were counted.

        :raises UnableToRestore: nothing was counted yet, a segment is missing, another key, or a changed file
        """
        backup = next((backup for backup in self.bases() if (self.counts / backup.path.name).exists()), None)
        if backup is None:
            raise UnableToRestore("There is no backup yet. / 아직 백업이 없습니다.")
        with _told():
            counts = msgspec.json.decode(self.get(self.counts / backup.path.name), type=Counts)
        self._adopt(cluster, backup, f"recovery_target_name = '{counts.point}'")
        return counts

    def _adopt(self, cluster: EmbeddedPostgres, backup: BaseBackup, until: str) -> None:
        with _told():
            cluster.adopt(lambda building: self._fill(building, backup, until))

    def _fill(self, building: Path, backup: BaseBackup, until: str) -> None:
        with self._tar_of(backup) as tar:
            # Python before 3.11.4 has no filters; what the key has sealed is our own anyway.
            tar.extraction_filter = getattr(tarfile, "data_filter", None)
            tar.extractall(building)  # noqa: S202 - filtered by the line above
        inside = {path.name for path in (building / "pg_wal").iterdir() if SEGMENT.fullmatch(path.name)}
        log = building / LOG
        shutil.rmtree(log, ignore_errors=True)
        log.mkdir()
        histories = [path.name.removesuffix(SUFFIX) for path in self.wal.glob(f"*.history{SUFFIX}")]
        for name in [*self._segments_from(max(inside)), *histories]:
            (log / name).write_bytes(self._segment(name))
        settings = building / "postgresql.auto.conf"
        kept = [line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith(RECOVERY)]
        ours = [
            f"restore_command = 'cp {LOG}/%f %p'",
            "recovery_target_timeline = 'current'",
            "recovery_target_action = 'promote'",
            until,
        ]
        settings.write_text("\n".join([*kept, *ours, ""]), encoding="utf-8")
        (building / "recovery.signal").touch()

    @contextmanager
    def _tar_of(self, backup: BaseBackup) -> Iterator[tarfile.TarFile]:
        with backup.path.open("rb") as sealed:
            pieces = io.BufferedReader(_Pieces(unseal_file(sealed, self._key)))
            with tarfile.open(fileobj=pieces, mode="r|gz") as tar:
                yield tar

    def _segment(self, name: str) -> bytes:
        return gzip.decompress(self.get(self.wal / f"{name}{SUFFIX}"))

    def put(self, path: Path, content: bytes) -> None:
        """Write one sealed file, in one go and on disk."""
        write_sealed(io.BytesIO(content), path, self._key)

    def get(self, path: Path) -> bytes:
        """
        Read one sealed file.

        :raises SealBroken: another key, or a changed file
        """
        with path.open("rb") as sealed:
            return b"".join(unseal_file(sealed, self._key))

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


def _client(program: str, url: str) -> tuple[list[str], dict[str, str]]:
    """Return one of PostgreSQL's programs with its address, and the environment with the password, which `ps` hides."""
    address = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    secret = address.pop("password", "")
    where = make_conninfo("", **address)
    return [str(postgres_binaries() / program), "-d", where], os.environ | {"PGPASSWORD": secret}


@contextmanager
def _told() -> Iterator[None]:
    """Say in words what a changed file or another key brings about."""
    try:
        yield
    except (SealBroken, tarfile.TarError, gzip.BadGzipFile, EOFError) as problem:
        raise UnableToRestore(
            "The backup cannot be opened: it was changed, or this is not its key. / "
            "백업을 열 수 없습니다. 내용이 바뀌었거나 키가 다릅니다."
        ) from problem


def finish_recovery(cluster: EmbeddedPostgres) -> None:
    """
    Start a restored cluster and return when it has replayed its log and takes writes.

    :raises UnableToRestore: the log ends before the moment asked for
    """
    try:
        cluster.start()
        with psycopg.connect(cluster.url(), autocommit=True) as connection:
            while connection.execute("SELECT pg_is_in_recovery()").fetchone() == (True,):
                time.sleep(0.1)
    except (UnableToStart, psycopg.OperationalError) as problem:
        raise UnableToRestore(
            f"The backups do not reach that moment, or PostgreSQL cannot use them; see {cluster.log}. / "
            f"백업이 그 시점까지 이어지지 않거나 PostgreSQL이 읽지 못합니다. {cluster.log} 파일을 확인해 주십시오."
        ) from problem
    shutil.rmtree(cluster.data / LOG, ignore_errors=True)


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
