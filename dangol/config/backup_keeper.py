"""
The process that keeps the backups: a copy every day, the log of every change after it, and a drill every week.

It is a child of the supervisor's and the only one that holds the superuser's address.
"""

import logging
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import msgspec
import psycopg

from dangol.config.backup_drill import Drilling
from dangol.kit.backup_needs import lacking
from dangol.kit.backup_state import Act, Drill, begin_request, next_request, read_state, write_state
from dangol.kit.cluster_backup import SLOT, BackupStore, BaseBackup, UnableToBackUp, UnableToRestore, segment_key
from dangol.kit.errors import OperationError
from dangol.kit.sealed_copies import SealedCopies
from dangol.kit.sealed_files import SUFFIX

logger = logging.getLogger(__name__)

TICK = 1.0
PAUSE = 5.0
"""Seconds after which the log is tried again that could not be kept."""
SECURED_EVERY = timedelta(seconds=20)
COPY_EVERY = timedelta(days=1)
DRILL_EVERY = timedelta(days=7)
COPIED = ("files", "keys")
"""Directories beside the database that a restored installation needs."""
SECRETS = f"secrets{SUFFIX}"
REST = timedelta(minutes=10)
"""How long after a failure it is tried again."""
LOOK_EVERY = timedelta(minutes=10)
"""So often the storage is asked which copies are there."""
PROBLEMS = (OperationError, OSError, psycopg.Error)

# What nothing was written into since the last time is not switched; the position then lies at a segment's start.
SWITCH = "SELECT pg_walfile_name(pg_switch_wal() - 1)"
LOST = "SELECT 1 FROM pg_replication_slots WHERE slot_name = %s AND wal_status = 'lost'"


class BackupKeeper:
    """
    Keeps the backups of one installation.

    :param url: of the product's database, for a role that `backup_needs` lets through
    :param days: as long every moment can be restored
    """

    def __init__(self, *, data: Path, store: BackupStore, url: str, days: int, drilling: Drilling) -> None:
        self._data = data
        self._store = store
        self._copies = {name: SealedCopies(store.storage, name, store.key) for name in COPIED}
        self._url = url
        self._days = timedelta(days=days)
        self._drilling = drilling
        self._staging = data / "backup" / "wal"
        self._guard = threading.Lock()
        self._state = msgspec.structs.replace(read_state(data), doing=None, since=None)
        self._looked_at: datetime | None = None
        self._rests_until: datetime | None = None
        self._pending: tuple[datetime, str] | None = None
        self._follows = threading.Event()

    def run(self) -> None:
        """Work until the process is asked to end (`SystemExit`); a copy or a drill is then given up."""
        self._say()
        stop = threading.Event()
        securing = threading.Thread(target=self._secure_until, args=(stop,), name="backup-log")
        securing.start()
        try:
            while True:
                self._turn(datetime.now(UTC))
                time.sleep(TICK)
        finally:
            stop.set()
            securing.join()

    # Copies and drills

    def _turn(self, now: datetime) -> None:
        try:
            act = next_request(self._data) or self._due(now)
        except PROBLEMS as problem:
            self._fail(problem)
        else:
            if act is not None:
                self._do(act)

    def _due(self, now: datetime) -> Act | None:
        if not self._follows.is_set() or (self._rests_until is not None and now < self._rests_until):
            return None
        bases, drill = self._bases(now), self._state.drill
        if not bases or now - bases[0].at > COPY_EVERY or not self._goes_on_from(bases[0].at):
            return Act.TAKE
        return Act.DRILL if drill is None or now - drill.at > DRILL_EVERY else None

    def _bases(self, now: datetime) -> tuple[BaseBackup, ...]:
        """Return the copies that are there, as they were seen lately; after a failure, or long since, look again."""
        if self._looked_at is None or now - self._looked_at > LOOK_EVERY:
            bases = tuple(self._store.bases())
            self._say(bases=bases, problem=self._state.problem if self._looked_at else "")
            self._looked_at = now
        return self._state.bases

    def _fail(self, problem: Exception) -> None:
        logger.error("The backup failed and is tried again later.", exc_info=problem)
        self._say(problem=str(problem))
        self._looked_at, self._rests_until = None, datetime.now(UTC) + REST

    def _goes_on_from(self, copied_at: datetime) -> bool:
        """Whether the log is followed since the newest copy; a restored cluster begins anew."""
        begun = self._data / "backup" / "begun"
        return begun.exists() and int(begun.stat().st_mtime) <= copied_at.timestamp()

    def _do(self, act: Act) -> None:
        acts: dict[Act, Callable[[], None]] = {Act.TAKE: self._take, Act.DRILL: self._drill}
        try:
            self._say(doing=act, since=datetime.now(UTC), problem="")
            begin_request(self._data, act)  # after it was said: who asked waits for the one, then for the other
            acts[act]()
            self._rests_until = None
        except PROBLEMS as problem:
            self._fail(problem)
        finally:
            self._say(doing=None, since=None)

    def _take(self) -> None:
        began = time.monotonic()
        backup = self._store.take(self._url)
        self._store.count(self._url, backup, remarks=self._drilling.heads())
        self._store.put(SECRETS, (self._data / "secrets.json").read_bytes())
        self._prove(backup)
        since = self._store.thin(before=datetime.now(UTC) - self._days)
        if since is not None:
            for copies in self._copies.values():
                copies.thin(before=since)
        self._say(bases=tuple(self._store.bases()), took=round(time.monotonic() - began, 1))
        logger.info("The backup %s is whole: %s bytes.", backup.name, backup.size)

    def _prove(self, backup: BaseBackup) -> None:
        """Read it through: what cannot be restored is none."""
        try:
            self._store.look_through(backup)
        except UnableToRestore:
            self._store.forget(backup)
            raise

    def _drill(self) -> None:
        self._wait_for_log()
        began = time.monotonic()
        try:
            counts = self._drilling.run()
        except OperationError as problem:
            self._say(drill=Drill(datetime.now(UTC), is_well=False, words=str(problem)))
            logger.error("The drill failed: %s", problem)  # noqa: TRY400 - expected: the message says what is wrong
            return
        rows, took = sum(counts.tables.values()), time.monotonic() - began
        self._say(drill=Drill(datetime.now(UTC), True, "", len(counts.tables), rows, round(took, 1)))
        logger.info("The drill went well: %s rows of %s tables in %.0f s.", rows, len(counts.tables), took)

    def _wait_for_log(self) -> None:
        """The point up to which a drill restores is in the backups once everything up to now is."""
        asked, deadline = datetime.now(UTC), time.monotonic() + 4 * SECURED_EVERY.total_seconds()
        while self._state.secured_at is None or self._state.secured_at < asked:
            if time.monotonic() > deadline:
                return
            time.sleep(TICK / 5)

    # The log

    def _secure_until(self, stop: threading.Event) -> None:
        while not stop.is_set():
            try:
                self._secure(stop)
            except PROBLEMS as problem:
                logger.exception("The log cannot be kept and is tried again.")
                self._say(log_problem=str(problem))
                stop.wait(PAUSE)

    def _secure(self, stop: threading.Event) -> None:
        if missing := lacking(self._url):
            words = "; ".join(missing)
            raise UnableToBackUp(f"The server cannot be backed up: {words}. / 서버를 백업할 수 없습니다: {words}.")
        with psycopg.connect(self._url, autocommit=True) as connection:
            self._begin_anew_if_lost(connection)
            following = self._store.follow(self._url, self._staging)
            self._follows.set()
            try:
                while not stop.wait(TICK) and following.poll() is None:
                    self._store.keep(self._staging)
                    self._note_secured(connection)
            finally:
                following.terminate()
                following.wait()
                self._store.keep(self._staging)

    def _begin_anew_if_lost(self, connection: "psycopg.Connection") -> None:
        """Without a slot nobody kept the log for us: what is there of it does not go on, and a new copy is due."""
        if connection.execute(LOST, [SLOT]).fetchone():
            connection.execute("SELECT pg_drop_replication_slot(%s)", [SLOT])
        if not connection.execute("SELECT 1 FROM pg_replication_slots WHERE slot_name = %s", [SLOT]).fetchone():
            (self._data / "backup" / "begun").touch()
            for path in self._staging.glob("*"):
                path.unlink()

    def _note_secured(self, connection: "psycopg.Connection") -> None:
        now = datetime.now(UTC)
        if self._pending is not None:
            at, segment = self._pending
            if self._store.storage.has(segment_key(segment)):
                for name, copies in self._copies.items():
                    copies.keep(self._data / name)
                self._say(secured_at=at, log_problem="")
                self._pending = None
        secured = self._state.secured_at
        if self._pending is None and (secured is None or now - secured > SECURED_EVERY):
            ((segment,),) = connection.execute(SWITCH).fetchall()
            self._pending = (now, segment)

    def _say(self, **changes: object) -> None:
        with self._guard:
            self._state = msgspec.structs.replace(self._state, **changes)
            write_state(self._data, self._state)
