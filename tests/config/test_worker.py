"""The worker's queue: transactions, stalled jobs, and parts that fail."""

import asyncio
import threading
from uuid import UUID

import pytest
from django.db import connection, connections

from dangol.config.worker import keep_doing, make_queue, rescue_stalled_once
from dangol.kit import tenancy
from dangol.kit.jobs import SOON, job
from dangol.workspaces.operations import resume, suspend
from tests.factories import NOW
from tests.people import make_cast


@job(retry=0)
def leave_word(*, workspace_id: UUID, word: str) -> None:
    """Rename the workspace, so that a test sees that the job ran inside of it."""
    with connection.cursor() as cursor:
        cursor.execute(
            "UPDATE workspaces_team SET name = %s WHERE workspace_id = %s AND name = '서울'", [word, workspace_id]
        )


@job(retry=0)
def order_and_fail(*, workspace_id: UUID) -> None:
    """Queue another job and fail: the other must not run."""
    leave_word.defer(workspace_id=workspace_id, word="유령")
    raise RuntimeError("after the other job was queued")


@job(retry=0)
def order(*, workspace_id: UUID) -> None:
    """Queue another job and succeed."""
    leave_word.defer(workspace_id=workspace_id, word="제주")


@job(retry=0, priority=SOON)
def leave_word_soon(*, workspace_id: UUID, word: str) -> None:
    """Do what `leave_word` does, before others."""
    leave_word(workspace_id=workspace_id, word=word)


def run_queue() -> None:
    async def run() -> None:
        queue = make_queue()
        async with queue.open_async():
            await queue.run_worker_async(wait=False, install_signal_handlers=False, delete_jobs="successful")

    asyncio.run(run())


def team_names(workspace_id: UUID) -> set[str]:
    with tenancy.workspace(workspace_id), connection.cursor() as cursor:
        cursor.execute("SELECT name FROM workspaces_team WHERE workspace_id = %s", [workspace_id])
        return {name for (name,) in cursor.fetchall()}


def job_states() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute("SELECT task_name, status::text FROM procrastinate_jobs ORDER BY id")
        return [(name.rpartition(".")[2], status) for name, status in cursor.fetchall()]


def test_a_job_queues_another_in_its_own_transaction(committed_db: str) -> None:
    cast = make_cast()
    order.defer(workspace_id=cast.workspace.pk)
    run_queue()

    assert team_names(cast.workspace.pk) == {"제주", "부산"}
    assert job_states() == []


def test_a_job_that_fails_takes_the_jobs_it_queued_with_it(committed_db: str) -> None:
    cast = make_cast()
    order_and_fail.defer(workspace_id=cast.workspace.pk)
    run_queue()

    assert team_names(cast.workspace.pk) == {"서울", "부산"}
    assert job_states() == [("order_and_fail", "failed")]


def test_what_somebody_waits_for_goes_first(committed_db: str) -> None:
    cast = make_cast()
    for _time in range(3):
        leave_word.defer(workspace_id=cast.workspace.pk, word="제주")
    leave_word_soon.defer(workspace_id=cast.workspace.pk, word="대구")
    run_queue()

    assert team_names(cast.workspace.pk) == {"대구", "부산"}
    assert job_states() == []


def test_a_job_of_a_killed_worker_runs_again(committed_db: str) -> None:
    cast = make_cast()
    leave_word.defer(workspace_id=cast.workspace.pk, word="제주")
    with connection.cursor() as cursor:
        cursor.execute(
            "INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id"
        )
        (worker,) = cursor.fetchone()
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = %s", [worker])

    async def rescue() -> None:
        queue = make_queue()
        async with queue.open_async():
            await rescue_stalled_once(queue)

    asyncio.run(rescue())
    assert job_states() == [("leave_word", "todo")]
    run_queue()
    assert team_names(cast.workspace.pk) == {"제주", "부산"}


def test_jobs_of_a_suspended_workspace_wait_until_it_is_resumed(committed_db: str) -> None:
    cast = make_cast()
    for place in (cast.workspace, cast.other_workspace):
        leave_word.defer_once(f"word {place.pk}", workspace_id=place.pk, word="제주")
    suspend(cast.workspace, now=NOW)
    run_queue()
    run_queue()

    assert job_states() == [("leave_word", "todo")]
    assert team_names(cast.workspace.pk) == {"서울", "부산"}

    resume(cast.workspace)
    run_queue()
    assert job_states() == []
    assert team_names(cast.workspace.pk) == {"제주", "부산"}


def test_a_stalled_job_gives_way_to_the_same_job_that_waits(committed_db: str) -> None:
    cast = make_cast()
    leave_word.defer_once("same", workspace_id=cast.workspace.pk, word="제주")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE procrastinate_jobs SET status = 'doing', worker_id = NULL")
    leave_word.defer_once("same", workspace_id=cast.workspace.pk, word="제주")
    assert job_states() == [("leave_word", "doing"), ("leave_word", "todo")]

    async def rescue() -> None:
        queue = make_queue()
        async with queue.open_async():
            await rescue_stalled_once(queue)

    asyncio.run(rescue())

    assert job_states() == [("leave_word", "todo")]


def test_a_part_that_fails_is_started_again_until_the_end(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("dangol.config.worker.PAUSE_AFTER_FAILURE", 0.001)
    monkeypatch.setattr("dangol.config.worker.LONGEST_PAUSE", 0.002)
    monkeypatch.setattr(connections, "close_all", lambda: None)
    starts = []

    def fragile(*, stop: threading.Event) -> None:
        starts.append(stop)
        if len(starts) == 3:
            stop.set()
            return
        raise RuntimeError("broken")

    keep_doing("inbox", fragile, stop=threading.Event())

    assert len(starts) == 3
    assert caplog.messages == ["The inbox stopped and is started again."] * 2
