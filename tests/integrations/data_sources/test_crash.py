"""Runs that are killed, and runs beside each other."""

import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import psycopg
import pytest
from django.db import connections, transaction

from dangol.customers.models import Person
from dangol.integrations.data_sources import operations
from dangol.integrations.data_sources.enums import Kind, RunState
from dangol.integrations.data_sources.models import Run, Source
from dangol.kit import tenancy
from dangol.kit.leading import leading
from tests.databases import ROOT
from tests.factories import NOW
from tests.integrations.data_sources.sources import counts, foreign_database, make_source
from tests.people import Cast, make_cast

Shop = tuple[dict[str, Any], "psycopg.Connection[Any]"]
ROWS = 12_000
CHILD = """
import django; django.setup()
from uuid import UUID
from dangol.integrations.data_sources.operations import run_source
run_source(workspace_id=UUID("{workspace}"), run_id=UUID("{run}"))
"""


@pytest.fixture
def shop(committed_db: str) -> Iterator[Shop]:
    with foreign_database(f"crash_{os.getpid()}") as (place, owner):
        owner.execute(
            "CREATE TABLE members AS SELECT n AS id, '회원' || n AS name, 'm' || n || '@example.com' AS email, "
            f"n / 7 AS version FROM generate_series(1, {ROWS}) n"
        )
        yield place, owner


@pytest.fixture
def cast(committed_db: str) -> Cast:
    with transaction.atomic():
        return make_cast()


def started(cast: Cast, shop: Shop, *, cursor_column: str) -> Run:
    with tenancy.workspace(cast.workspace.pk):
        mapping = {"version": ""}
        source = make_source(
            cast.admin, Kind.SQL, shop[0], {"table": "members"}, mapping=mapping, cursor_column=cursor_column
        )
        return operations.run_now(source=source, member=cast.admin, now=NOW)


def now_of(cast: Cast, run: Run) -> Run:
    with tenancy.workspace(cast.workspace.pk):
        return Run.objects.select_related("source").get(pk=run.pk)


def child(run: Run) -> "subprocess.Popen[bytes]":
    program = CHILD.format(workspace=run.workspace_id, run=run.pk)
    environment = os.environ | {"DJANGO_SETTINGS_MODULE": "tests.settings"}
    return subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, env=environment)


@pytest.mark.faults
@pytest.mark.parametrize("cursor_column", ["version", ""])
def test_a_run_that_is_killed_goes_on_and_neither_loses_nor_doubles_a_row(
    cast: Cast, shop: Shop, cursor_column: str
) -> None:
    run = started(cast, shop, cursor_column=cursor_column)
    kills = 0
    for share in (0.1, 0.5):
        process = child(run)
        while now_of(cast, run).read_count < share * ROWS:
            assert process.poll() is None, "the run ended before it was killed"
            time.sleep(0.02)
        process.send_signal(signal.SIGKILL)
        process.wait(20)
        kills += 1
    left = now_of(cast, run)
    assert (kills, left.state, left.read_count < ROWS) == (2, RunState.RUNNING, True)
    operations.run_source(workspace_id=cast.workspace.pk, run_id=run.pk)
    done = now_of(cast, run)
    assert (done.state, counts(done)) == (RunState.DONE, (ROWS, ROWS, 0, 0))
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.count() == ROWS
        assert Person.objects.filter(email="").count() == 0
    if cursor_column:
        assert done.source.cursor["value"] == str(ROWS // 7)


def test_a_second_reader_of_the_same_source_does_nothing(cast: Cast, shop: Shop) -> None:
    run = started(cast, shop, cursor_column="version")
    with leading(run.source_id) as leads:
        assert leads is not None
        operations.run_source(workspace_id=cast.workspace.pk, run_id=run.pk)
    assert (now_of(cast, run).state, now_of(cast, run).read_count) == (RunState.RUNNING, 0)


def test_a_source_has_one_open_run(cast: Cast, shop: Shop) -> None:
    run = started(cast, shop, cursor_column="version")
    with tenancy.workspace(cast.workspace.pk), pytest.raises(operations.UnableToRun, match="right now"):
        operations.run_now(source=run.source, member=cast.admin, now=NOW)


def test_a_cancelled_run_takes_nothing_more(cast: Cast, shop: Shop) -> None:
    run = started(cast, shop, cursor_column="")
    reader = threading.Thread(target=_run_in_thread, args=(cast, run))
    reader.start()
    while now_of(cast, run).read_count == 0:
        time.sleep(0.01)
    with tenancy.workspace(cast.workspace.pk):
        operations.cancel_run(run=run, member=cast.admin, now=NOW)
    reader.join(60)
    ended = now_of(cast, run)
    assert ended.state == RunState.CANCELLED
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.count() == ended.read_count


def _run_in_thread(cast: Cast, run: Run) -> None:
    try:
        operations.run_source(workspace_id=cast.workspace.pk, run_id=run.pk)
    finally:
        connections.close_all()


def test_what_is_due_is_started_and_what_was_left_is_carried_on(cast: Cast, shop: Shop) -> None:
    run = started(cast, shop, cursor_column="version")
    with tenancy.workspace(cast.workspace.pk):
        operations.cancel_run(run=run, member=cast.admin, now=NOW)
        source = Source.objects.select_related("workspace").get()
        operations.set_active(source=source, member=cast.admin, is_active=True, now=NOW)
        assert source.next_run_at == NOW + timedelta(hours=2)
        Source.objects.update(next_run_at=NOW)
        operations.run_due_sources(workspace_id=cast.workspace.pk)
        operations.run_due_sources(workspace_id=cast.workspace.pk)
        assert [found.state for found in Run.objects.order_by("-started_at")] == [RunState.RUNNING, RunState.CANCELLED]
        with connections["default"].cursor() as cursor:
            cursor.execute(
                "SELECT count(*) FROM procrastinate_jobs WHERE task_name LIKE '%run_source' AND status = 'todo'"
            )
            assert cursor.fetchone() == (2,)
