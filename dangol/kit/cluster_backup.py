"""
Backups of a whole PostgreSQL cluster in a storage: base backups and the log of every change after them, sealed.

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
from dangol.kit.storage import Storage
from dangol.kit.table_counts import counted_tables

SLOT = "dangol_backup"
BASE, WAL = "base", "wal"
STAMP = "%Y%m%dT%H%M%SZ"
SEGMENT = re.compile(r"[0-9A-F]{24}")
FINISHED = re.compile(r"[0-9A-F]{24}|[0-9A-F]{8}\.history")
SEGMENTS_A_FILE = 256
"""Segments of 16 MB that share the middle part of their names."""
LOG = "dangol_wal"
RECOVERY = ("restore_command", "recovery_target")
"""What we write into a restored cluster's settings until it has recovered."""
SETTLING = timedelta(hours=1)
"""A segment that was sealed so long before a copy was whole is in that copy."""


class UnableToBackUp(OperationError):
    """PostgreSQL gave no copy. Its own words say why."""


class UnableToRestore(OperationError):
    """There is no backup that leads to the moment asked for, or it is not the one that was written."""


class BaseBackup(msgspec.Struct, frozen=True):
    """One copy of the whole cluster. The moments that can be restored from it begin at `at`."""

    at: datetime
    size: int

    @property
    def name(self) -> str:
        """Its moment, to the second, in UTC."""
        return f"{self.at:{STAMP}}"

    @property
    def key(self) -> str:
        """Its place in the storage."""
        return f"{BASE}/{self.name}{SUFFIX}"

    @property
    def counts(self) -> str:
        """The place of its counts."""
        return f"counts/{self.name}{SUFFIX}"


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


class BackupStore:
    """
    The backups of one cluster.

    :param key: seals every file; see `sealed_files.key_of`
    """

    def __init__(self, storage: Storage, key: bytes) -> None:
        self.storage = storage
        self.key = key

    def bases(self) -> list[BaseBackup]:
        """Every copy that is whole, the newest first."""
        found = [
            BaseBackup(datetime.strptime(Path(file.key).name, f"{STAMP}{SUFFIX}").replace(tzinfo=UTC), file.size)
            for file in self.storage.stored(BASE)
            if file.key.endswith(SUFFIX)
        ]
        return sorted(found, key=lambda backup: backup.at, reverse=True)

    def take(self, url: str) -> BaseBackup:
        """
        Copy the cluster while it works. The copy is in the storage only when it is whole.

        :raises UnableToBackUp: in PostgreSQL's words
        """
        program, environment = _client("pg_basebackup", url)
        command = [*program, "-D", "-", "-Ft", "-z", "-X", "fetch", "-c", "fast"]
        with self.storage.building(f"{BASE}/building") as building:
            _copy(command, environment, building, self.key)
            # Its moment is the end of the copying: from then on it can be restored.
            backup = BaseBackup(datetime.now(UTC).replace(microsecond=0), building.stat().st_size)
            self.storage.take_in(building, backup.key)
        return backup

    def count(self, url: str, backup: BaseBackup, *, remarks: Mapping[str, str]) -> Counts:
        """Name a moment after this copy, and keep how many rows every table of the database had in it."""
        point = f"dangol-{backup.name}"
        counts = Counts(point, counted_tables(url, point), dict(remarks))
        self.put(backup.counts, msgspec.json.encode(counts))
        return counts

    def follow(self, url: str, staging: Path) -> "subprocess.Popen[bytes]":
        """
        Start the process that writes the cluster's log into a directory, on disk before PostgreSQL may forget it.

        :raises UnableToBackUp: in PostgreSQL's words
        """
        staging.mkdir(mode=0o700, parents=True, exist_ok=True)
        program, environment = _client("pg_receivewal", url)
        receive = [*program, "-S", SLOT]
        making = [*receive, "--create-slot", "--if-not-exists"]
        made = subprocess.run(making, env=environment, check=False, capture_output=True, text=True)
        if made.returncode != 0:
            raise UnableToBackUp(made.stderr)
        return subprocess.Popen(
            [*receive, "-D", staging, "--synchronous"],
            env=environment,
            stderr=subprocess.DEVNULL,
            preexec_fn=last_wish(signal.SIGTERM),  # noqa: PLW1509 - only the forked child can ask for this
        )

    def keep(self, staging: Path) -> int:
        """Seal every finished segment out of that directory; return how many."""
        finished = [path for path in sorted(staging.iterdir()) if FINISHED.fullmatch(path.name)]
        for path in finished:
            self.put(segment_key(path.name), gzip.compress(path.read_bytes(), 1))
            path.unlink()
        return len(finished)

    def look_through(self, backup: BaseBackup) -> Looked:
        """
        Read a copy and the log after it as a restoring would.

        :raises UnableToRestore: a segment is missing, another key, or a changed file
        """
        with opening():
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
            self.forget(base)
        for file in self.storage.stored(WAL):
            if file.written_at < oldest.at - SETTLING:
                self.storage.delete(file.key)
        return oldest.at

    def forget(self, backup: BaseBackup) -> None:
        """Delete a copy and its counts."""
        self.storage.delete(backup.key)
        self.storage.delete(backup.counts)

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
        backup = next((backup for backup in self.bases() if self.storage.has(backup.counts)), None)
        if backup is None:
            raise UnableToRestore("There is no backup yet. / 아직 백업이 없습니다.")
        with opening():
            counts = msgspec.json.decode(self.get(backup.counts), type=Counts)
        self._adopt(cluster, backup, f"recovery_target_name = '{counts.point}'")
        return counts

    def _adopt(self, cluster: EmbeddedPostgres, backup: BaseBackup, until: str) -> None:
        with opening():
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
        histories = [name for name in self._kept() if name.endswith(".history")]
        for name in [*self._segments_from(max(inside)), *histories]:
            (log / name).write_bytes(self._segment(name))
        _set_recovery(
            building,
            f"restore_command = 'cp {LOG}/%f %p'",
            "recovery_target_timeline = 'current'",
            "recovery_target_action = 'promote'",
            until,
        )
        (building / "recovery.signal").touch()

    @contextmanager
    def _tar_of(self, backup: BaseBackup) -> Iterator[tarfile.TarFile]:
        with self.storage.reading(backup.key) as sealed:
            pieces = io.BufferedReader(_Pieces(unseal_file(sealed, self.key)))
            with tarfile.open(fileobj=pieces, mode="r|gz") as tar:
                yield tar

    def _segment(self, name: str) -> bytes:
        return gzip.decompress(self.get(segment_key(name)))

    def put(self, key: str, content: bytes) -> None:
        """Write one sealed file."""
        write_sealed(io.BytesIO(content), self.storage, key, self.key)

    def get(self, key: str) -> bytes:
        """
        Read one sealed file.

        :raises SealBroken: another key, or a changed file
        """
        with self.storage.reading(key) as sealed:
            return b"".join(unseal_file(sealed, self.key))

    def _kept(self) -> list[str]:
        """Return the names of all that is kept of the log, in order."""
        return sorted(Path(file.key).name.removesuffix(SUFFIX) for file in self.storage.stored(WAL))

    def _segments_from(self, first: str) -> Sequence[str]:
        """Return the segments after the copy's last one, without a gap."""
        after = [name for name in self._kept() if SEGMENT.fullmatch(name) and name[:8] == first[:8] and name >= first]
        for one, following in pairwise(after):
            if number_of(following) != number_of(one) + 1:
                raise UnableToRestore(f"The log after {one} is missing. / {one} 다음의 로그가 없습니다.")
        if after and number_of(after[0]) > number_of(first) + 1:
            raise UnableToRestore(f"The log after {first} is missing. / {first} 다음의 로그가 없습니다.")
        return after


def segment_key(name: str) -> str:
    """Return the place of a finished segment in the storage."""
    return f"{WAL}/{name}{SUFFIX}"


def _copy(command: list[str], environment: dict[str, str], to: Path, key: bytes) -> None:
    """Seal what `pg_basebackup` writes."""
    with (
        subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as copying,
        to.open("wb") as file,
    ):
        assert copying.stdout is not None
        assert copying.stderr is not None
        seal_file(copying.stdout, file, key)
        said = copying.stderr.read().decode("utf-8", "replace")
    if copying.returncode != 0:
        raise UnableToBackUp(said)


def _client(program: str, url: str) -> tuple[list[str], dict[str, str]]:
    """Return one of PostgreSQL's programs with its address, and the environment with the password, which `ps` hides."""
    address = {name: str(value) for name, value in conninfo_to_dict(url).items()}
    secret = address.pop("password", "")
    where = make_conninfo("", **address)
    return [str(postgres_binaries() / program), "-d", where], os.environ | {"PGPASSWORD": secret}


@contextmanager
def opening() -> Iterator[None]:
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
    _set_recovery(cluster.data)


def _set_recovery(data: Path, *lines: str) -> None:
    """Let a cluster's settings say this about recovery, and nothing else."""
    settings = data / "postgresql.auto.conf"
    kept = [line for line in settings.read_text(encoding="utf-8").splitlines() if not line.startswith(RECOVERY)]
    settings.write_text("\n".join([*kept, *lines, ""]), encoding="utf-8")


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
