"""
The one command: PostgreSQL, a web process and a worker, kept alive together.

Whatever dies is started again. When the supervisor itself is killed, the kernel stops its children, and the next start
takes over what is left.
"""

import logging
import os
import signal
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from dangol.config.backup_server import backup_address
from dangol.config.children import Backoff, Child
from dangol.config.databases import DATABASE, Addresses, prepare_embedded, prepare_outside, refuse_open_walls
from dangol.config.environment import ROOT, env_text
from dangol.config.installation import ensure_secrets, locked, make_data_directory
from dangol.kit.embedded_postgres import EmbeddedPostgres, is_port_taken
from dangol.kit.errors import UnableToStart

logger = logging.getLogger(__name__)

WATCH_EVERY = 0.2
PATIENCE_WITH_WEB = 90.0
OWNERS_ONLY = (
    "DATABASE_URL", "DATABASE_URL_FILE", "DATABASE_OWNER_URL", "DATABASE_OWNER_URL_FILE", "DATABASE_BACKUP_URL",
    "DATABASE_BACKUP_URL_FILE", "DANGOL_DB_ROLE", "DANGOL_BACKUP_KEY", "DANGOL_BACKUP_KEY_FILE",
    "DANGOL_BACKUP_ACCESS_KEY_ID", "DANGOL_BACKUP_ACCESS_KEY_ID_FILE", "DANGOL_BACKUP_SECRET_ACCESS_KEY",
    "DANGOL_BACKUP_SECRET_ACCESS_KEY_FILE",
)  # fmt: skip


@dataclass(frozen=True)
class Health:
    """What runs right now: the name of each part and its process number, nothing for a part that is down."""

    pids: dict[str, int | None]
    web_answers: bool

    @property
    def is_good(self) -> bool:
        """Whether every part runs and the web process answers."""
        return self.web_answers and all(self.pids.values())


class System:
    """A running installation. Made by `running_system`."""

    def __init__(
        self, *, data: Path, host: str, port: int, cluster: EmbeddedPostgres | None, addresses: Addresses
    ) -> None:
        self.data = data
        self.addresses = addresses
        self.web_url = f"http://{'127.0.0.1' if host in {'0.0.0.0', '::'} else host}:{port}"  # noqa: S104 - compared only
        self.environment = child_environment(data, addresses, web_url=self.web_url)
        self.cluster = cluster
        self._cluster_backoff = Backoff()
        self._children: list[Child] = []
        self._stopping = threading.Event()
        self._watcher = threading.Thread(target=self._watch, name="supervisor", daemon=True)

    def check(self) -> Health:
        """Return what runs, and whether the web process answers."""
        pids = {child.name: child.pid for child in self._children}
        if self.cluster is not None:
            pids["postgres"] = self.cluster.pid
        return Health(pids, self._web_answers())

    def wait(self) -> None:
        """Return when somebody asks this process to stop (SIGINT, SIGTERM or SIGHUP)."""
        stop_requested().wait()

    def enter_django(self) -> None:
        """Let the calling process itself work on this installation, as the runtime role."""
        os.environ.update(self.environment)
        for name in OWNERS_ONLY:
            os.environ.pop(name, None)
        os.environ["DJANGO_SETTINGS_MODULE"] = "dangol.config.settings"
        import django  # noqa: PLC0415 - the supervisor itself never loads it

        django.setup()

    def start(self, children: list[Child]) -> None:
        """
        Start the children and watch over everything.

        :raises UnableToStart: if the web process does not answer in time
        """
        self._children = children
        self._watcher.start()
        deadline = time.monotonic() + PATIENCE_WITH_WEB
        while not self._web_answers():
            if time.monotonic() > deadline:
                raise _web_is_silent(self.data)
            time.sleep(0.1)

    def stop(self) -> None:
        """End the children, web first, then PostgreSQL."""
        self._stopping.set()
        if self._watcher.is_alive():
            self._watcher.join()

    def _watch(self) -> None:
        """Start and mend everything, and end it: a child dies with the thread that started it."""
        while not self._stopping.is_set():
            self._mend_cluster()
            for child in self._children:
                child.mend()
            self._stopping.wait(WATCH_EVERY)
        for child in self._children:
            child.stop()
        if self.cluster is not None:
            self.cluster.stop()

    def _mend_cluster(self) -> None:
        if self.cluster is None or self.cluster.is_running() or not self._cluster_backoff.is_due():
            return
        logger.warning("PostgreSQL ended and is started again.")
        self._cluster_backoff.started()
        try:
            self.cluster.start()
        except UnableToStart as problem:
            logger.error("%s", problem)  # noqa: TRY400 - expected: the message says what to do
        self._cluster_backoff.failed()

    def _web_answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.web_url}/healthz", timeout=5) as answer:  # noqa: S310 - our own address
                return bool(answer.status == 200)  # noqa: PLR2004 - HTTP's word for yes
        except (urllib.error.URLError, OSError):
            return False


def stop_requested() -> threading.Event:
    """Return an event that is set when somebody asks this process to stop: SIGINT, SIGTERM or SIGHUP from now on."""
    asked = threading.Event()
    for sent in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(sent, lambda *_: asked.set())
    return asked


@contextmanager
def running_system(data: Path, port: int, *, host: str = "127.0.0.1", log_to_files: bool = False) -> Iterator[System]:
    """
    Prepare an installation, run it, and stop it cleanly at the end of the block.

    Uses the PostgreSQL of `DATABASE_URL`, else one of its own below `data`.

    :param log_to_files: the children write to `data/log/*.log` instead of this process's output
    :raises UnableToStart: with one sentence in English and Korean, for everything an operator can mend
    """
    data = data.resolve()
    with prepared(data, address=(host, port)) as (cluster, addresses):
        system = System(data=data, host=host, port=port, cluster=cluster, addresses=addresses)
        try:
            system.start(_children(system, host=host, port=port, log_to_files=log_to_files))
            yield system
        finally:
            system.stop()


@contextmanager
def prepared(
    data: Path, *, address: tuple[str, int] | None = None
) -> Iterator[tuple[EmbeddedPostgres | None, Addresses]]:
    """
    Make the data directory, the roles and the database, and migrate; PostgreSQL runs during the block.

    :param address: host and port that must be free, looked at before anything else is started
    :raises UnableToStart: if anything of it is impossible
    """
    make_data_directory(data)
    with locked(data):
        if address is not None:
            _refuse_taken_port(*address)
        secrets = ensure_secrets(data)
        url = env_text("DATABASE_URL")
        if url:
            addresses = prepare_outside(url, runtime_url=env_text("DATABASE_RUNTIME_URL"), secrets=secrets)
            _migrate(data, addresses)
            yield None, addresses
            return
        cluster = EmbeddedPostgres(data / "postgres", password=secrets["DANGOL_POSTGRES_PASSWORD"])
        try:
            cluster.start()
            addresses = prepare_embedded(cluster, secrets=secrets)
            _migrate(data, addresses)
            yield cluster, addresses
        finally:
            cluster.stop()


def child_environment(data: Path, addresses: Addresses, *, web_url: str) -> dict[str, str]:
    """Return the environment of web and worker: the runtime role's address, never the owner's."""
    kept = {name: value for name, value in os.environ.items() if name not in OWNERS_ONLY}
    defaults = {"DANGOL_PUBLIC_URL": web_url, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"}
    fixed = {"DANGOL_DATA": str(data), "DATABASE_RUNTIME_URL": addresses.runtime, "PYTHONUNBUFFERED": "1"}
    return defaults | kept | fixed


def _children(system: System, *, host: str, port: int, log_to_files: bool) -> list[Child]:
    def log(name: str) -> Path | None:
        return system.data / "log" / f"{name}.log" if log_to_files else None

    backed_up = []
    if os.environ.get("DANGOL_BACKUP"):
        # Of our own server the address is the superuser's: only such a role may copy a cluster.
        url = system.cluster.url(DATABASE) if system.cluster is not None else backup_address()
        environment = os.environ | system.environment | {"DATABASE_BACKUP_URL": url}
        backed_up = [Child("backup", ("backup", "keep"), environment, patience=15.0, log=log("backup"))]
    serve = ("web", "--host", host, "--port", str(port))
    return [
        Child("web", serve, system.environment, patience=15.0, log=log("web")),
        Child("worker", ("worker",), system.environment, patience=30.0, log=log("worker")),
        *backed_up,
    ]


def _migrate(data: Path, addresses: Addresses) -> None:
    """Bring tables, messages and static files up to date, in a process of the owner's; then test the walls."""
    addresses.write(data)
    environment = os.environ | {
        "DANGOL_DATA": str(data),
        "DATABASE_RUNTIME_URL": addresses.runtime,
        "DATABASE_OWNER_URL": addresses.owner,
    }
    done = subprocess.run([sys.executable, "-m", "dangol", "migrate"], cwd=ROOT, env=environment, check=False)
    if done.returncode != 0:
        raise UnableToStart(
            "The database could not be brought up to date; the reason stands above.",
            "데이터베이스를 최신 상태로 바꾸지 못했습니다. 이유는 위에 있습니다.",
        )
    refuse_open_walls(addresses.runtime)


def _refuse_taken_port(host: str, port: int) -> None:
    if is_port_taken(host, port):
        raise UnableToStart(
            f"Port {port} is in use by another program: stop it, or choose another, for example "
            f"DANGOL_PORT={port + 1}.",
            f"포트 {port}번을 다른 프로그램이 쓰고 있습니다. 그 프로그램을 끄거나 DANGOL_PORT={port + 1}처럼 "
            "다른 포트를 지정해 주십시오.",
        )


def _web_is_silent(data: Path) -> UnableToStart:
    return UnableToStart(
        f"The web process does not answer; its messages are above or in {data / 'log' / 'web.log'}.",
        f"웹 프로세스가 응답하지 않습니다. 자세한 내용은 위 또는 {data / 'log' / 'web.log'} 파일에 있습니다.",
    )
