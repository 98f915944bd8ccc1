"""
A PostgreSQL server of our own, for installations that bring none.

It uses nothing but the programs `initdb` and `postgres`. PostgreSQL refuses to run as root, so under root it runs as
the account that owns its files (at first `postgres` or `nobody`), in a place that account can reach.
"""

import errno
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

import psycopg

from dangol.kit import postgres_refusals as refusals
from dangol.kit.errors import UnableToStart
from dangol.kit.postgres_binaries import major_version, postgres_binaries, reachable_binaries
from dangol.kit.processes import Account, is_alive, last_wish, reaches, unprivileged_account

logger = logging.getLogger(__name__)

SUPERUSER = "postgres"
SOCKET_PORT = 5432
LONGEST_SOCKET_PATH = 100
OTHER_PLACE = Path("/var/lib/dangol")
PATIENCE_WITH_ORPHANS = 30.0
PATIENCE_WITH_RECOVERY = 600.0
SMALLEST_DISK = 100 * 1024 * 1024
LONGEST_LOG = 16 * 1024 * 1024
FIRST_BUILTIN_LOCALE = 17


class EmbeddedPostgres:
    """
    One cluster in one directory, started and stopped by us.

    :param home: directory for the data, the socket and the log; made when absent
    :param password: of the superuser; kept by the caller
    :param port: loopback port to listen on; without it only a Unix socket inside `home` is opened
    :param durable: False only for throw-away clusters of tests: a crash may then lose everything
    """

    def __init__(self, home: Path, *, password: str, port: int | None = None, durable: bool = True) -> None:
        self._wanted_home = home
        self._password = password
        self._port = port
        self._durable = durable
        self._process: subprocess.Popen[bytes] | None = None
        self._account: Account | None = None
        self._home = home

    @property
    def pid(self) -> int | None:
        """The server's process number, while it runs."""
        return self._process.pid if self.is_running() and self._process else None

    @property
    def data(self) -> Path:
        """PostgreSQL's own data directory."""
        return self._home / "data"

    @property
    def log(self) -> Path:
        """The file the server writes its messages to."""
        return self._home / "server.log"

    def url(self, database: str = "postgres", *, user: str = SUPERUSER, password: str | None = None) -> str:
        """Return the address of a database for a role; by default for the superuser."""
        secret = self._password if password is None else password
        host, port = ("127.0.0.1", self._port) if self._port else (str(self._socket_folder()), SOCKET_PORT)
        return f"postgresql://{user}:{quote(secret, safe='')}@{quote(host, safe='')}:{port}/{database}"

    def is_running(self) -> bool:
        """Whether the server that we started is alive; collects its exit status when it is not."""
        return self._process is not None and self._process.poll() is None

    def start(self) -> None:
        """
        Start the server unless it runs, making the cluster first if there is none; return when it answers.

        Servers and back-ends that an earlier, killed start left behind are stopped or waited for. The server gets a
        stop signal from the kernel when the calling thread ends (Linux), so call it from a thread that stays.

        :raises UnableToStart: other major version, port in use, disk full, closed directory, or PostgreSQL's own words
        """
        if self._is_still_running():
            return
        self._settle()
        programs = postgres_binaries()
        binaries = reachable_binaries(programs, account=self._account, home=self._home)
        self._refuse_full_disk()
        self._refuse_other_version(programs)
        self._make_cluster(binaries)
        self._stop_orphan()
        self._refuse_taken_port()
        deadline = time.monotonic() + PATIENCE_WITH_ORPHANS
        while not self._attempt(binaries):
            if time.monotonic() > deadline:
                raise refusals.still_used(self.data)
            time.sleep(0.5)

    def adopt(self, fill: Callable[[Path], None]) -> None:
        """
        Take a cluster that was made elsewhere in place of making one; it is started afterwards.

        :param fill: writes PostgreSQL's files into an empty directory, and raises if that is impossible
        :raises UnableToStart: if there is a cluster already, or the place cannot be written
        """
        self._settle()
        if self.data.exists():
            raise refusals.has_cluster(self.data)
        building = self._home / "data.building"
        shutil.rmtree(building, ignore_errors=True)
        building.mkdir(mode=0o700)
        fill(building)
        if self._account is not None:
            for path in (building, *building.rglob("*")):
                os.chown(path, self._account.uid, self._account.gid, follow_symlinks=False)
        building.rename(self.data)

    def set_aside(self, name: str) -> Path | None:
        """Move the data of a cluster that does not run to another name beside it; return where, if there is one."""
        self._settle()
        if not self.data.exists():
            return None
        self._stop_orphan()
        return self.data.rename(self.data.with_name(name))

    def stop(self) -> None:
        """Stop cleanly: running transactions are rolled back, everything committed is on disk."""
        if self._process is None:
            return
        for sent, patience in ((signal.SIGINT, 60.0), (signal.SIGQUIT, 10.0), (signal.SIGKILL, 10.0)):
            if not self.is_running():
                break
            self._process.send_signal(sent)
            with suppress(subprocess.TimeoutExpired):
                self._process.wait(patience)
        self._process = None

    def _is_still_running(self) -> bool:
        """Whether our server lives on. A killed one is collected first: PostgreSQL counts zombies as alive."""
        if self._process is None:
            return False
        with suppress(subprocess.TimeoutExpired):
            self._process.wait(1.0)
        return self.is_running()

    # Directories and accounts

    def _settle(self) -> None:
        """Choose where the cluster lives and who runs it."""
        home, account = self._wanted_home, unprivileged_account()
        if not home.exists():
            self._make_home(home, account)
        self._home = home.resolve()
        owner = self._home.stat()
        if account is not None:
            self._account = Account(owner.st_uid, owner.st_gid) if owner.st_uid != 0 else account
        elif owner.st_uid != os.geteuid():
            raise refusals.foreign_directory(home)

    def _make_home(self, home: Path, account: Account | None) -> None:
        home.parent.mkdir(parents=True, exist_ok=True)
        try:
            place = home if reaches(account, home.parent.resolve()) else self._place_elsewhere(home)
            place.mkdir(parents=True, exist_ok=True)
            self._give(place, account)
        except OSError as problem:
            raise refusals.unwritable(home, problem) from problem

    @staticmethod
    def _place_elsewhere(home: Path) -> Path:
        """Point `home` at a fresh directory that any account can reach: a root's home is closed to others."""
        OTHER_PLACE.mkdir(parents=True, exist_ok=True)
        OTHER_PLACE.chmod(0o711)
        place = OTHER_PLACE / f"postgres-{secrets.token_hex(4)}"
        home.unlink(missing_ok=True)
        home.symlink_to(place)
        return place

    @staticmethod
    def _give(folder: Path, account: Account | None) -> None:
        folder.chmod(0o700)
        if account is not None:
            os.chown(folder, account.uid, account.gid)

    def _socket_folder(self) -> Path:
        """The socket lives in `home`, or in a temporary directory when the path is too long for a socket."""
        if len(str(self._home)) <= LONGEST_SOCKET_PATH - len("/.s.PGSQL.5432"):
            return self._home
        digest = sha256(str(self._home).encode()).hexdigest()[:12]
        return Path(tempfile.gettempdir()) / f"dangol-{digest}"

    # The cluster

    def _make_cluster(self, binaries: Path) -> None:
        """Make the cluster in a directory beside and move it in place, so that a kill leaves no half of one."""
        if self.data.exists():
            return
        building, secret = self._home / "data.building", self._home / "password"
        shutil.rmtree(building, ignore_errors=True)
        secret.write_text(self._password, encoding="utf-8")
        self._give_file(secret)
        try:
            done = self._run([binaries / "initdb", "-D", building, f"--pwfile={secret}", *_initdb_options(binaries)])
        finally:
            secret.unlink()
        if done.returncode != 0:
            raise refusals.from_log(done.stdout + done.stderr, self.log)
        building.rename(self.data)

    def _run(self, command: Sequence[str | Path]) -> subprocess.CompletedProcess[str]:
        user, group, groups = self._identity()
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            errors="replace",
            cwd="/",
            env=_environment(),
            user=user,
            group=group,
            extra_groups=groups,
            check=False,
        )

    def _identity(self) -> tuple[int | None, int | None, list[int] | None]:
        """Return user, group and further groups for a child process; nothing of it when we are not root."""
        return (None, None, None) if self._account is None else (self._account.uid, self._account.gid, [])

    def _give_file(self, path: Path) -> None:
        path.chmod(0o600)
        if self._account is not None:
            os.chown(path, self._account.uid, self._account.gid)

    def _attempt(self, binaries: Path) -> bool:
        """Start once. False: somebody of an earlier life still holds the data, try again. Raises on anything else."""
        folder = self._socket_folder()
        if not folder.exists():
            folder.mkdir()
            self._give(folder, self._account)
        if self.log.exists() and self.log.stat().st_size > LONGEST_LOG:
            self.log.replace(self.log.with_suffix(".log.1"))
        user, group, groups = self._identity()
        with self.log.open("ab") as log:
            said_before = log.tell()
            self._process = subprocess.Popen(
                [binaries / "postgres", "-D", self.data, *self._options()],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                cwd="/",
                env=_environment(),
                start_new_session=True,
                preexec_fn=last_wish(signal.SIGINT),  # noqa: PLW1509 - only the forked child can ask for this
                user=user,
                group=group,
                extra_groups=groups,
            )
        if self._answers():
            return True
        said = self._said_since(said_before)
        if refusals.is_leftover(said):
            logger.info("PostgreSQL waits for the processes of its former life to end.")
            return False
        raise refusals.from_log(said, self.log)

    def _said_since(self, position: int) -> str:
        with self.log.open("rb") as log:
            log.seek(position)
            return log.read().decode("utf-8", "replace")

    def _answers(self) -> bool:
        """Wait until the server accepts connections; False when it ended instead."""
        deadline = time.monotonic() + PATIENCE_WITH_RECOVERY
        while self.is_running():
            try:
                psycopg.connect(self.url(), connect_timeout=5).close()
            except psycopg.OperationalError as problem:
                if "password authentication failed" in str(problem):
                    self.stop()
                    raise refusals.wrong_password(self._home) from problem
                if "the database system is" in str(problem):  # starting, or recovering for as long as that takes
                    deadline = time.monotonic() + PATIENCE_WITH_RECOVERY
            else:
                return True
            if time.monotonic() > deadline:
                self.stop()
                raise refusals.silent(self.log)
            time.sleep(0.05)
        return False

    def _options(self) -> list[str]:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // (1024 * 1024)
        settings = {
            "listen_addresses": "127.0.0.1" if self._port else "",
            "port": str(self._port or SOCKET_PORT),
            "unix_socket_directories": str(self._socket_folder()),
            "max_connections": "100" if self._durable else "200",
            "shared_buffers": f"{max(32, min(512, memory // 8))}MB",
            "effective_cache_size": f"{max(64, memory // 2)}MB",
            "maintenance_work_mem": "64MB",
            "max_wal_size": "1GB",
            "max_slot_wal_keep_size": "8GB",
            "timezone": "UTC",
            "log_timezone": "UTC",
            "fsync": "on" if self._durable else "off",
            "synchronous_commit": "on" if self._durable else "off",
            "full_page_writes": "on" if self._durable else "off",
        }
        return [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]

    # What stands in the way

    def _stop_orphan(self) -> None:
        """Stop a server that still runs on our data: its supervisor was killed. Safe: the caller holds the lock."""
        pid = _postmaster_of(self.data)
        if pid is None:
            return
        logger.info("Stopping the PostgreSQL that a killed start left behind.")
        for sent, patience in ((signal.SIGINT, 20.0), (signal.SIGQUIT, 10.0)):
            with suppress(ProcessLookupError):
                os.kill(pid, sent)
            deadline = time.monotonic() + patience
            while is_alive(pid) and time.monotonic() < deadline:
                time.sleep(0.1)

    def _refuse_other_version(self, binaries: Path) -> None:
        version_file = self.data / "PG_VERSION"
        if not version_file.exists():
            return
        made_by, ours = version_file.read_text(encoding="ascii").strip(), str(major_version(binaries))
        if made_by != ours:
            raise refusals.other_major_version(self.data, made_by, ours)

    def _refuse_full_disk(self) -> None:
        if shutil.disk_usage(self._home).free < SMALLEST_DISK:
            raise refusals.disk_full(self._home)

    def _refuse_taken_port(self) -> None:
        if self._port is None:
            return
        if is_port_taken("127.0.0.1", self._port):
            raise refusals.port_taken(self._port)


def is_port_taken(host: str, port: int) -> bool:
    """Whether another program listens on this address."""
    with socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            return problem.errno == errno.EADDRINUSE
    return False


def _initdb_options(binaries: Path) -> list[str]:
    locale = (
        ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
        if major_version(binaries) >= FIRST_BUILTIN_LOCALE
        else ["--locale=C.UTF-8"]
    )
    return ["-U", SUPERUSER, "-E", "UTF8", *locale, "--lc-messages=C", "-A", "scram-sha-256"]


def _environment() -> dict[str, str]:
    """The caller's environment without PostgreSQL's client variables, speaking English: we read its words."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {"LC_ALL": "C", "LANG": "C"}


def _postmaster_of(data: Path) -> int | None:
    """Return the server that runs on this directory: the lock file's process, if that works in this directory."""
    try:
        pid = int((data / "postmaster.pid").read_text(encoding="utf-8", errors="replace").splitlines()[0])
        return pid if is_alive(pid) and Path(f"/proc/{pid}/cwd").resolve(strict=True) == data.resolve() else None
    except (OSError, ValueError, IndexError):
        return None


__all__ = ["EmbeddedPostgres", "UnableToStart", "is_port_taken"]
