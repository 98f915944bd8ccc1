"""The server of our own: real clusters, really killed."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from dangol.kit import postgres_refusals as refusals
from dangol.kit.embedded_postgres import EmbeddedPostgres, is_port_taken
from dangol.kit.errors import UnableToStart
from dangol.kit.postgres_binaries import postgres_binaries
from dangol.kit.processes import is_alive
from tests.reachable import open_directory

PASSWORD = "p/w@:한글 x"


@pytest.fixture
def folder() -> Iterator[Path]:
    with open_directory() as made:
        yield made


@pytest.fixture
def cluster(folder: Path) -> Iterator[EmbeddedPostgres]:
    made = EmbeddedPostgres(folder / "postgres", password=PASSWORD)
    yield made
    made.stop()


def keep(cluster: EmbeddedPostgres, number: int) -> None:
    with psycopg.connect(cluster.url()) as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (number int)")
        connection.execute("INSERT INTO kept VALUES (%s)", [number])


def kept(cluster: EmbeddedPostgres) -> list[int]:
    with psycopg.connect(cluster.url()) as connection:
        return [number for (number,) in connection.execute("SELECT number FROM kept ORDER BY 1")]


@pytest.mark.faults
def test_starts_stops_and_starts_again_with_its_data(cluster: EmbeddedPostgres) -> None:
    cluster.start()
    keep(cluster, 1)
    cluster.stop()
    assert not cluster.is_running()

    cluster.start()

    assert kept(cluster) == [1]


@pytest.mark.faults
def test_is_durable_speaks_utf8_and_listens_on_no_port(cluster: EmbeddedPostgres) -> None:
    cluster.start()
    names = ("fsync", "synchronous_commit", "full_page_writes", "listen_addresses", "server_encoding", "TimeZone")
    with psycopg.connect(cluster.url()) as connection:
        values = [connection.execute("SELECT current_setting(%s)", [name]).fetchone() for name in names]
        locale = connection.execute(
            "SELECT datlocprovider::text, datlocale FROM pg_database WHERE datname = 'postgres'"
        ).fetchone()

    assert values == [("on",), ("on",), ("on",), ("",), ("UTF8",), ("UTC",)]
    assert locale == ("b", "C.UTF-8")


@pytest.mark.faults
def test_asks_for_the_password(cluster: EmbeddedPostgres) -> None:
    cluster.start()

    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(cluster.url(password="wrong"))


@pytest.mark.faults
@pytest.mark.skipif(os.geteuid() != 0, reason="only root has to change accounts")
def test_as_root_the_server_runs_as_another_account(cluster: EmbeddedPostgres) -> None:
    cluster.start()

    assert cluster.pid is not None
    assert Path(f"/proc/{cluster.pid}").stat().st_uid != 0
    assert cluster.data.stat().st_uid != 0
    assert cluster.data.stat().st_mode & 0o077 == 0


@pytest.mark.faults
@pytest.mark.skipif(os.geteuid() != 0, reason="only root's directories are closed to the server's account")
def test_below_a_closed_directory_the_data_lives_elsewhere_behind_a_link(folder: Path) -> None:
    closed = folder / "closed"
    closed.mkdir(mode=0o700)
    cluster = EmbeddedPostgres(closed / "postgres", password=PASSWORD)
    cluster.start()
    keep(cluster, 5)
    cluster.stop()
    again = EmbeddedPostgres(closed / "postgres", password=PASSWORD)
    again.start()
    try:
        assert kept(again) == [5]
        assert (closed / "postgres").is_symlink()
        assert closed.stat().st_mode & 0o777 == 0o700
    finally:
        again.stop()


@pytest.mark.faults
def test_after_kill_9_everything_committed_is_there(cluster: EmbeddedPostgres) -> None:
    cluster.start()
    for number in range(5):
        keep(cluster, number)
        assert cluster.pid is not None
        os.kill(cluster.pid, signal.SIGKILL)
        cluster.start()

    assert kept(cluster) == [0, 1, 2, 3, 4]


@pytest.mark.faults
def test_takes_over_from_a_server_whose_starter_was_killed(folder: Path) -> None:
    program = (
        "import sys, time; from pathlib import Path; from dangol.kit.embedded_postgres import EmbeddedPostgres\n"
        "cluster = EmbeddedPostgres(Path(sys.argv[1]), password=sys.argv[2]); cluster.start()\n"
        "print(cluster.pid, flush=True); time.sleep(600)\n"
    )
    command = [sys.executable, "-c", program, str(folder / "postgres"), PASSWORD]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as starter:
        assert starter.stdout is not None
        orphan = int(starter.stdout.readline())
        cluster = EmbeddedPostgres(folder / "postgres", password=PASSWORD)
        starter.kill()
    try:
        cluster.start()
        keep(cluster, 7)
        assert kept(cluster) == [7]
        assert cluster.pid != orphan
        assert not is_alive(orphan)
    finally:
        cluster.stop()


@pytest.mark.faults
def test_stops_a_server_that_nobody_told_to_stop(cluster: EmbeddedPostgres) -> None:
    """Where the kernel sends no last wish, the server of a killed supervisor still runs at the next start."""
    cluster.start()
    keep(cluster, 9)
    orphan = cluster.pid
    assert orphan is not None
    successor = EmbeddedPostgres(cluster.data.parent, password=PASSWORD)
    try:
        successor.start()
        assert kept(successor) == [9]
        assert not is_alive(orphan)
    finally:
        successor.stop()


@pytest.mark.faults
def test_a_kill_during_initdb_leaves_nothing_in_the_way(cluster: EmbeddedPostgres, folder: Path) -> None:
    cluster.start()
    cluster.stop()
    cluster.data.rename(cluster.data.parent / "data.building")

    cluster.start()

    assert cluster.is_running()


@pytest.mark.faults
def test_refuses_the_data_of_another_major_version(cluster: EmbeddedPostgres) -> None:
    cluster.start()
    keep(cluster, 3)
    cluster.stop()
    version = cluster.data / "PG_VERSION"
    ours = version.read_text()
    version.write_text("14\n")

    with pytest.raises(UnableToStart) as refusal:
        cluster.start()

    assert refusal.value.english.startswith(f"The data in {cluster.data} was made by PostgreSQL 14, but PostgreSQL")
    assert "PostgreSQL 14 버전에서 만들어졌지만" in refusal.value.korean
    version.write_text(ours)
    cluster.start()
    assert kept(cluster) == [3]


@pytest.mark.faults
def test_refuses_a_port_in_use(folder: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        cluster = EmbeddedPostgres(folder / "postgres", password=PASSWORD, port=port)
        assert is_port_taken("127.0.0.1", port)

        with pytest.raises(UnableToStart, match=f"Port {port} of PostgreSQL is in use by another program"):
            cluster.start()

    assert not is_port_taken("127.0.0.1", port)
    cluster.start()
    keep(cluster, 4)
    assert kept(cluster) == [4]
    cluster.stop()


@pytest.mark.faults
def test_refuses_secrets_that_are_not_the_clusters(cluster: EmbeddedPostgres) -> None:
    cluster.start()
    cluster.stop()
    other = EmbeddedPostgres(cluster.data.parent, password="another")

    with pytest.raises(UnableToStart, match=r"was made with another secrets\.json"):
        other.start()

    assert not other.is_running()


def test_says_so_when_the_disk_is_nearly_full(cluster: EmbeddedPostgres, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("dangol.kit.embedded_postgres.SMALLEST_DISK", 2**60)

    with pytest.raises(UnableToStart, match="is full: free at least 100 MB"):
        cluster.start()

    assert not cluster.data.exists()


@pytest.mark.parametrize(
    ("said", "meaning"),
    [
        ('FATAL:  could not write to file "pg_wal/1": No space left on device', "is full: free at least 100 MB"),
        ('LOG:  could not bind IPv4 address "127.0.0.1": Address already in use', "is in use by another program"),
        ("FATAL:  could not load server certificate file", r"did not start \(could not load server certificate file\)"),
    ],
)
def test_reads_why_postgresql_gave_up(said: str, meaning: str) -> None:
    with pytest.raises(UnableToStart, match=meaning):
        raise refusals.from_log(said, Path("/data/server.log"))


def test_names_the_programs_in_the_order_variable_wheel_system(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    ours = postgres_binaries()
    monkeypatch.setenv("DANGOL_PG_BIN", str(ours))
    assert postgres_binaries() == ours

    monkeypatch.setenv("DANGOL_PG_BIN", str(tmp_path))
    with pytest.raises(UnableToStart, match="PostgreSQL is not installed"):
        postgres_binaries()


def test_refuses_programs_older_than_15(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("postgres", "initdb"):
        (tmp_path / name).write_text("#!/bin/sh\necho 'postgres (PostgreSQL) 14.9'\n")
        (tmp_path / name).chmod(0o755)
    monkeypatch.setenv("DANGOL_PG_BIN", str(tmp_path))

    with pytest.raises(UnableToStart, match=r"PostgreSQL 14 in .* is too old"):
        postgres_binaries()


def test_a_process_that_ended_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        while Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z":
            time.sleep(0.01)
        assert not is_alive(process.pid)
    assert is_alive(os.getpid())
