"""Old and new code serve together: every migration only adds, and adding holds nobody up."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
import pytest
from django.db import connection, connections, migrations, models
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState

from dangol.config.upgrade import with_short_locks
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from tests.config.expanding import broken_by
from tests.config.test_supervisor import eventually
from tests.config.test_upgrade import short as short  # noqa: PLC0414 - a fixture of the neighbour's
from tests.databases import OWNER, RUNTIME, url_of
from tests.people import make_cast

COLUMN = migrations.AddField("team", "motto", models.CharField(max_length=50, db_default="together"))
NAMED = models.CharField(max_length=50)

Operation = migrations.operations.base.Operation
FINE: list[Operation] = [
    COLUMN,
    migrations.AddField("team", "motto", models.CharField(max_length=50, null=True)),
    migrations.AlterField("team", "name", models.CharField(max_length=50, blank=True)),
    migrations.RunSQL("CREATE INDEX ON workspaces_team (name)"),
]
BREAKING: list[Operation] = [
    migrations.AddField("team", "motto", NAMED),
    migrations.RemoveField("team", "name"),
    migrations.RenameField("team", "name", "title"),
    migrations.AlterField("team", "name", models.IntegerField()),
    migrations.AlterField("team", "nick", NAMED),
    migrations.DeleteModel("team"),
    migrations.RunSQL("ALTER TABLE workspaces_team DROP COLUMN name"),
]


def found_in(operation: Operation, *, name: str = "0002_change") -> list[str]:
    nick = models.CharField(max_length=50, null=True)
    state = ProjectState()
    state.add_model(ModelState("workspaces", "Team", [("name", NAMED.clone()), ("nick", nick)]))
    step = migrations.Migration(name, "workspaces")
    step.operations = [operation]  # type: ignore[misc] # Django declares it for classes only
    return broken_by(step, state)


@pytest.mark.parametrize("operation", FINE)
def test_what_only_adds_is_fine(operation: Operation) -> None:
    assert found_in(operation) == []


@pytest.mark.parametrize("operation", BREAKING)
def test_what_breaks_old_code_is_found_unless_it_is_the_contract_step(operation: Operation) -> None:
    assert len(found_in(operation)) == 1
    assert found_in(operation, name="0002_contract_change") == []


def test_no_migration_breaks_the_code_before_it() -> None:
    loader = MigrationLoader(None)
    later = [step for step in loader.disk_migrations.values() if _is_ours(step) and not step.initial]
    states = [loader.project_state((step.app_label, step.name), at_end=False) for step in later]
    assert [said for step, state in zip(later, states, strict=True) for said in broken_by(step, state)] == []


def _is_ours(step: migrations.Migration) -> bool:
    return step.__module__.startswith("dangol.")


def test_old_and_new_code_work_while_a_column_comes_and_after(committed_db: str, short: None) -> None:
    workspace_id = make_cast().workspace.pk
    before = MigrationLoader(connection).project_state(("workspaces", "0001_initial"))
    after = before.clone()
    COLUMN.state_forwards("workspaces", after)
    old, new = (state.apps.all_models["workspaces"]["team"] for state in (before, after))
    tries: list[int] = []

    with psycopg.connect(url_of(RUNTIME, committed_db)) as reader, serving(old, workspace_id) as written:
        reader.execute("SELECT * FROM workspaces_team")

        def expand() -> None:
            tries.append(len(written))
            if len(tries) == 3:
                reader.rollback()
            with connection.schema_editor() as editor:
                COLUMN.database_forwards("workspaces", editor, before, after)

        with as_owner(committed_db):
            with_short_locks(expand)
        add(new, workspace_id, "new")
        seen = len(written)
        eventually(lambda: len(written) > seen)

    assert len(tries) == 3
    assert tries[2] > tries[0]
    with tenancy.workspace(workspace_id):
        assert set(old._default_manager.values_list("name", flat=True)) == {*written, "new", "서울", "부산"}
        assert set(new._default_manager.values_list("motto", flat=True)) == {"together"}


def add(team: Any, workspace_id: UUID, name: str) -> None:
    with tenancy.workspace(workspace_id):
        team.objects.create(id=uuid7(), workspace_id=workspace_id, name=name)
        assert team.objects.filter(name=name).exists()


@contextmanager
def serving(team: Any, workspace_id: UUID) -> Iterator[list[str]]:
    """Write and read with this code all the while; yields what was written."""
    written: list[str] = []
    stop = threading.Event()

    def serve() -> None:
        while not stop.wait(0.005):
            name = f"team {len(written)}"
            add(team, workspace_id, name)
            written.append(name)
        connections.close_all()

    thread = threading.Thread(target=serve)
    thread.start()
    try:
        yield written
    finally:
        stop.set()
        thread.join()


@contextmanager
def as_owner(database: str) -> Iterator[None]:
    """Let this thread stand where migrations run."""
    owner = psycopg.conninfo.conninfo_to_dict(url_of(OWNER, database))
    before = dict(connection.settings_dict)
    connection.close()
    connection.settings_dict.update({"USER": owner["user"], "PASSWORD": owner.get("password", "")})
    try:
        yield
    finally:
        connection.close()
        connection.settings_dict.update(before)
