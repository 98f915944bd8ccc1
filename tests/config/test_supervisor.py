"""The whole installation: started, killed piece by piece, started again."""

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from dangol.config.environment import ROOT
from dangol.config.supervisor import System, running_system
from dangol.kit.errors import UnableToStart
from dangol.kit.processes import is_alive
from tests.installations import copied
from tests.reachable import open_directory

pytestmark = pytest.mark.faults


@pytest.fixture
def data(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    for name in ("DATABASE_URL", "DATABASE_RUNTIME_URL", "DATABASE_OWNER_URL", "DANGOL_DB_ROLE"):
        monkeypatch.delenv(name, raising=False)
    with open_directory() as made:
        yield made / "data"


@pytest.fixture
def port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def eventually(holds: Callable[[], bool], *, seconds: float = 60.0) -> None:
    """Wait for something that other processes bring about."""
    pause, deadline = threading.Event(), time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline, "It did not happen."
        pause.wait(0.1)


def pid_of(system: System, part: str) -> int:
    pid = system.check().pids[part]
    assert pid is not None
    return pid


def start_process(data: Path, port: int) -> "subprocess.Popen[str]":
    environment = os.environ | {"DANGOL_DATA": str(data)}
    command = [sys.executable, "-m", "dangol", "start", "--port", str(port)]
    return subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True)


def refusal_of(data: Path, port: int) -> list[str]:
    with start_process(data, port) as process:
        _, said = process.communicate(timeout=120)
    assert process.returncode == 1, said
    preparing, *refusal = said.strip().splitlines()
    assert preparing.startswith("Dangol is being prepared")
    return refusal


def wait_until_it_runs(process: "subprocess.Popen[str]") -> None:
    assert process.stderr is not None
    while "Dangol runs at" not in process.stderr.readline():
        assert process.poll() is None


def test_every_part_that_is_killed_comes_back_and_nothing_stays_behind(
    prepared_installation: Path, data: Path, port: int
) -> None:
    with running_system(copied(prepared_installation, data), port, log_to_files=True) as system:
        first = system.check()
        assert first.is_good
        assert sorted(first.pids) == ["postgres", "web", "worker"]
        refuse_a_second_supervisor(data, port)
        hide_the_owner(system)
        for part in ("web", "worker", "postgres"):
            bring_back(system, part)
        last = [pid for pid in system.check().pids.values() if pid]
    assert not any(is_alive(pid) for pid in [*last, *filter(None, first.pids.values())])


def bring_back(system: System, part: str) -> None:
    killed = pid_of(system, part)
    os.kill(killed, signal.SIGKILL)
    eventually(lambda: system.check().pids[part] not in {None, killed})
    eventually(lambda: system.check().is_good)


def refuse_a_second_supervisor(data: Path, port: int) -> None:
    with pytest.raises(UnableToStart, match="Dangol already runs with"), running_system(data, port + 1):
        pass


def hide_the_owner(system: System) -> None:
    """Web and worker never hold the owner's address."""
    secret = system.addresses.owner.partition("@")[0].rpartition(":")[2]
    for part in ("web", "worker"):
        environment = Path(f"/proc/{pid_of(system, part)}/environ").read_text()
        assert "DATABASE_RUNTIME_URL=" in environment
        assert secret not in environment


def test_after_kill_9_of_the_supervisor_the_next_start_finds_everything(data: Path, port: int) -> None:
    process = start_process(data, port)
    wait_until_it_runs(process)
    addresses = json.loads((data / "database.json").read_text())
    with psycopg.connect(addresses["owner"]) as owner:
        owner.execute("CREATE TABLE kept AS SELECT 7 AS number")
    secrets = (data / "secrets.json").read_text()
    children = [int(pid) for task in Path(f"/proc/{process.pid}/task").iterdir() for pid in children_of(task)]
    assert len(children) == 3
    process.kill()
    process.communicate(timeout=30)
    eventually(lambda: not any(is_alive(pid) for pid in children))

    process = start_process(data, port)
    wait_until_it_runs(process)
    with psycopg.connect(addresses["owner"]) as owner:
        assert owner.execute("SELECT number FROM kept").fetchone() == (7,)
    process.send_signal(signal.SIGTERM)
    process.communicate(timeout=60)

    assert process.returncode == 0
    assert not (data / "postgres" / "data" / "postmaster.pid").exists()
    assert (data / "secrets.json").read_text() == secrets
    assert (data / "secrets.json").stat().st_mode & 0o777 == 0o600
    assert (data / "database.json").stat().st_mode & 0o777 == 0o600


def children_of(task: Path) -> list[str]:
    return (task / "children").read_text().split()


def test_a_port_in_use_is_said_before_anything_is_started(data: Path) -> None:
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]

        english, korean = refusal_of(data, port)

    assert english.startswith(f"Port {port} is in use by another program: stop it, or choose another")
    assert korean.startswith(f"포트 {port}번을 다른 프로그램이 쓰고 있습니다.")
    assert not (data / "postgres").exists()


def test_an_unreachable_database_is_one_sentence_in_two_languages(
    data: Path, port: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://owner:hunter2@127.0.0.1:1/dangol")

    english, korean = refusal_of(data, port)

    assert english.startswith("The database at 127.0.0.1:1/dangol cannot be reached (")
    assert korean.startswith("127.0.0.1:1/dangol 데이터베이스에 연결할 수 없습니다(")


def test_a_directory_that_cannot_be_made_is_one_sentence(data: Path, port: int) -> None:
    data.write_text("a file stands where the directory should be")

    english, _korean = refusal_of(data, port)

    assert english == f"{data} cannot be written (File exists): choose another directory with DANGOL_DATA."
