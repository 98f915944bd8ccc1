"""The clock of recurring work."""

import threading
import time
from uuid import UUID

import psycopg
import pytest
from django.conf import settings
from django.db import connection

from dangol.config import schedule
from dangol.config.schedule import SCHEDULE, Clock, keep_time, queue_for_everybody
from dangol.kit.jobs import job
from tests.databases import RUNTIME, url_of
from tests.people import Cast


@job()
def look_after(*, workspace_id: UUID) -> None:
    """Do nothing: only the queueing is looked at."""


@job()
def look_again(*, workspace_id: UUID) -> None:
    """Do nothing, less often."""


def waiting() -> list[tuple[str, str]]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT task_name, args->>'workspace_id' FROM procrastinate_jobs WHERE status = 'todo' ORDER BY 1, 2"
        )
        return [(name.rpartition(".")[2], workspace_id) for name, workspace_id in cursor.fetchall()]


def test_a_job_is_due_at_once_and_then_at_its_interval() -> None:
    clock = Clock(((look_after, 10), (look_again, 60)))
    due = {
        now: [each.name.rpartition(".")[2] for each in clock.due(now)] for now in (100.0, 105.0, 110.0, 119.0, 161.0)
    }

    assert due == {
        100.0: ["look_after", "look_again"],
        105.0: [],
        110.0: ["look_after"],
        119.0: [],
        161.0: ["look_after", "look_again"],
    }


def test_every_workspace_gets_its_own_run_once(cast: Cast) -> None:
    queue_for_everybody([look_after, look_again])
    queue_for_everybody([look_after])

    both = sorted([str(cast.workspace.pk), str(cast.other_workspace.pk)])
    assert waiting() == [
        ("look_after", both[0]),
        ("look_after", both[1]),
        ("look_again", both[0]),
        ("look_again", both[1]),
    ]


def test_the_table_names_every_job_once_with_whole_seconds() -> None:
    names = [each.name for each, _ in SCHEDULE]

    assert len(names) == len(set(names))
    assert all(every >= 1 for _, every in SCHEDULE)


def test_only_one_worker_keeps_the_time(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(schedule, "TICK", 0.01)
    monkeypatch.setattr(schedule, "PATIENCE_WITH_OTHERS", 0.01)
    ticks: list[float] = []
    monkeypatch.setattr(schedule, "queue_for_everybody", lambda _jobs: ticks.append(time.monotonic()))
    stop = threading.Event()
    with psycopg.connect(url_of(RUNTIME, committed_db), autocommit=True) as other:
        other.execute("SELECT pg_advisory_lock(%s)", [schedule.ONE_CLOCK])
        keeper = threading.Thread(target=keep_time, kwargs={"stop": stop})
        keeper.start()
        stop.wait(0.5)
        kept_by_other = len(ticks)
    while not ticks:
        stop.wait(0.01)
    stop.set()
    keeper.join(10)

    assert kept_by_other == 0
    assert settings.DATABASES["default"]["NAME"] == committed_db
