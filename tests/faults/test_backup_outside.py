"""A PostgreSQL server of the operator's is backed up over its own protocol, tried, and given back as it was."""

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import psycopg
import pytest

from dangol.config.cli import main
from dangol.config.doctor import examine
from dangol.config.supervisor import running_system
from dangol.kit.backup_needs import ROLE, lacking
from dangol.kit.backup_state import BackupState, read_state
from dangol.kit.embedded_postgres import EmbeddedPostgres
from tests.conftest import free_port
from tests.faults.test_backup import state_when
from tests.reachable import open_directory

pytestmark = [pytest.mark.faults]

PASSWORD = "of the operator"
DATABASES = ("DATABASE_URL", "DATABASE_RUNTIME_URL", "DATABASE_OWNER_URL", "DATABASE_BACKUP_URL", "DANGOL_DB_ROLE")


@dataclass(frozen=True)
class Operator:
    """
    Somebody's server, with settings that hold on that machine alone.

    :param archive: the folder into which it archives its log
    """

    root: Path
    server: EmbeddedPostgres
    archive: Path

    @property
    def owner(self) -> str:
        return self.server.url("shop", user="shop", password="owner")

    @property
    def backup(self) -> str:
        return self.server.url("shop", user="dangol_backup", password="…")

    def run(self, *statements: str, database: str = "postgres") -> None:
        with psycopg.connect(self.server.url(database), autocommit=True) as connection:
            for statement in statements:
                connection.execute(statement)

    def set(self, **settings: str) -> None:
        self.run(*(f"ALTER SYSTEM SET {name} = '{value}'" for name, value in settings.items()))
        self.server.stop()
        self.server.start()

    def reset(self, *names: str) -> None:
        self.run(*(f"ALTER SYSTEM RESET {name}" for name in names))
        self.server.stop()
        self.server.start()


@pytest.fixture(scope="module")
def operator() -> Iterator[Operator]:
    with open_directory() as root:
        server = EmbeddedPostgres(root / "server", password=PASSWORD, port=free_port())
        server.start()
        archive = server.data.parent / "archive"
        archive.mkdir()
        archive.chmod(0o777)
        made = Operator(root, server, archive)
        try:
            made.run("CREATE ROLE shop LOGIN CREATEROLE PASSWORD 'owner'", "CREATE DATABASE shop OWNER shop")
            made.run(*ROLE, database="shop")
            yield made
        finally:
            server.stop()


def test_what_a_server_lacks_is_said_with_what_to_do(operator: Operator) -> None:
    assert lacking(operator.server.url("shop")) == []
    assert lacking(operator.backup) == []
    (words,) = lacking(operator.owner)
    assert words.startswith(
        "the role may not: use a superuser, or from PostgreSQL 17 on, in this database, CREATE ROLE dangol_backup"
    )

    operator.set(wal_level="minimal", max_wal_senders="0", archive_mode="off")
    assert lacking(operator.backup) == [
        "wal_level is minimal: set it to replica and restart the server",
        "max_wal_senders is 0: set it to 2 more than others need",
    ]
    operator.reset("wal_level", "max_wal_senders", "archive_mode")


def test_a_server_that_lets_nobody_copy_it_is_named(operator: Operator) -> None:
    rules = operator.server.data / "pg_hba.conf"
    whole = rules.read_text()
    rules.write_text("".join(line for line in whole.splitlines(keepends=True) if "replication" not in line))
    operator.run("SELECT pg_reload_conf()")
    try:
        (words,) = lacking(operator.backup)
    finally:
        rules.write_text(whole)
        operator.run("SELECT pg_reload_conf()")
    assert words.startswith("it lets nobody copy it from here (")
    assert "pg_hba.conf needs a line `host replication <role>" in words


@pytest.fixture(scope="module")
def tried(operator: Operator) -> Iterator[BackupState]:
    """An installation on that server whose backup was taken and tried; it is stopped by then."""
    # What holds on the operator's machine alone: another server that took it over would fail, or write there.
    operator.set(archive_mode="on", archive_command=f"cp %p {operator.archive}/%f")
    operator.run("ALTER SYSTEM SET shared_preload_libraries = 'of_that_machine'")
    with ExitStack() as stack:
        environment = stack.enter_context(pytest.MonkeyPatch.context())
        for name in DATABASES:
            environment.delenv(name, raising=False)
        environment.setenv("DATABASE_URL", operator.owner)
        environment.setenv("DATABASE_BACKUP_URL", operator.backup)
        environment.setenv("DANGOL_DATA", str(operator.root / "data"))
        environment.setenv("DANGOL_BACKUP", str(operator.root / "backups"))
        with running_system(operator.root / "data", free_port(), log_to_files=True):
            state = state_when(operator.root / "data", lambda state: state.drill is not None and state.doing is None)
            operator.run("CREATE TABLE since AS SELECT now() AS at", database="shop")
            later = datetime.now(UTC)
            state_when(operator.root / "data", lambda state: state.secured_at is not None and state.secured_at > later)
        yield state


def test_it_is_copied_and_every_row_comes_back(tried: BackupState) -> None:
    assert tried.problem == ""
    assert tried.drill is not None
    assert tried.drill.is_well, tried.drill.words
    assert tried.drill.tables > 100


def test_the_drill_writes_nothing_into_its_archive(operator: Operator, tried: BackupState) -> None:
    """A restored cluster begins a timeline of its own, whose history would be archived first."""
    archived = [path.name for path in operator.archive.iterdir()]
    assert archived != []
    assert [name for name in archived if name.endswith(".history")] == []


def test_the_doctor_says_that_it_can_be_copied(
    operator: Operator, tried: BackupState, capsys: pytest.CaptureFixture[str]
) -> None:
    examine(operator.root / "data", port=1)
    assert "ok  backup of the server: it allows to be copied\n" in capsys.readouterr().out


def test_it_is_given_back_with_its_own_settings(
    operator: Operator, tried: BackupState, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["backup", "restore", "--to", str(operator.root / "elsewhere")]) == 0
    data = (operator.root / "elsewhere" / "postgres").resolve() / "data"
    assert f"put {data} in place of its data directory" in capsys.readouterr().out
    settings = (data / "postgresql.auto.conf").read_text()
    assert "of_that_machine" in settings
    assert "recovery_target" not in settings

    operator.server.stop()
    restored = EmbeddedPostgres(data.parent, password=PASSWORD, port=free_port())
    (data / "postgresql.auto.conf").write_text("")
    restored.start()
    try:
        with psycopg.connect(restored.url("shop")) as connection:
            assert connection.execute("SELECT count(*) FROM since").fetchone() == (1,)
    finally:
        restored.stop()
    assert read_state(operator.root / "data").problem == ""
