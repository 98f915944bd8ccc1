"""
Every process ends on SIGTERM within its limit: what is under way is finished, or left whole to the next one.

A lock holds requests and jobs up for exactly as long as a test wants them to be under way.
"""

import os
import signal
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest
from django.db import connections
from pytest_django.plugin import DjangoDbBlocker

from dangol.api.models import KeptAnswer
from dangol.config.databases import DATABASE
from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.kit.backup_state import Act, read_state
from dangol.tracking.models import InboxEntry
from dangol.workspaces.models import ApiKey
from tests.config.test_supervisor import eventually
from tests.faults.houses import House, open_house

pytestmark = [pytest.mark.faults]

LONGEST_END = 25.0
LONG_AGO = datetime(2026, 1, 1, tzinfo=UTC)
REQUESTS = 3
"""Of each kind are under way when the process is asked to end."""


@pytest.fixture(scope="module")
def house(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[House]:
    with open_house(django_db_blocker) as opened:
        yield opened


def test_web_answers_what_is_under_way_and_takes_nothing_new(house: House) -> None:
    with house.web() as web, house.locked("customers_person", "tracking_inbox") as holder:
        under_way = [call() for call in (house.new_person, house.event) for _ in range(REQUESTS)]
        eventually(lambda: house.waiting() > REQUESTS)
        web.send_signal(signal.SIGTERM)
        eventually(lambda: house.status("/healthz") == 0)
        holder.rollback()

        assert [call.result() for call in under_way] == [201] * REQUESTS + [200] * REQUESTS
        assert web.wait(LONGEST_END) == 0
    with tenancy.workspace(house.member.workspace_id):
        assert Person.objects.count() == REQUESTS
        assert InboxEntry.objects.count() == REQUESTS


def test_web_ends_when_its_database_is_gone_and_tells_who_waits(house: House) -> None:
    with house.web() as web, without_database(house):
        under_way = [house.new_person(), house.event()]
        eventually(under_way[1].done)
        web.send_signal(signal.SIGTERM)

        assert web.wait(LONGEST_END) == 0
        assert [call.result() for call in under_way] == [503, 503]


def test_a_worker_finishes_the_job_that_it_is_at(house: House) -> None:
    leave_old_answer(house)
    with house.locked("api_keptanswer") as holder, house.worker() as worker:
        worker.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            worker.wait(1)
        holder.rollback()

        assert worker.wait(LONGEST_END) == 0
    assert (house.state_of_housekeeping(), kept_answers(house)) == (None, 0)


def test_what_a_worker_cannot_finish_is_done_by_the_next(house: House) -> None:
    leave_old_answer(house)
    with house.locked("api_keptanswer"), house.worker() as worker:
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(LONGEST_END) == 0
        assert (house.state_of_housekeeping(), kept_answers(house)) == ("doing", 1)
    with house.running("worker") as next_worker:
        eventually(lambda: house.state_of_housekeeping() is None)
        next_worker.send_signal(signal.SIGTERM)
        assert next_worker.wait(LONGEST_END) == 0
    assert kept_answers(house) == 0


def test_the_keeper_of_backups_gives_up_what_it_is_at(house: House, tmp_path: Path) -> None:
    superuser = {"DANGOL_BACKUP": str(tmp_path), "DATABASE_BACKUP_URL": house.cluster.url(DATABASE)}
    with house.running("backup", "keep", **superuser) as keeper:
        eventually(lambda: read_state(house.data).doing is Act.TAKE)
        keeper.send_signal(signal.SIGTERM)

        assert keeper.wait(LONGEST_END) == 0
    assert read_state(house.data).doing is None


def test_a_worker_ends_when_its_database_is_gone(house: House) -> None:
    with house.locked("api_keptanswer"), house.worker() as worker, without_database(house):
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(LONGEST_END) == 0


@contextmanager
def without_database(house: House) -> Iterator[None]:
    """Kill PostgreSQL for the length of a block."""
    assert house.cluster.pid is not None
    os.kill(house.cluster.pid, signal.SIGKILL)
    eventually(lambda: not house.cluster.is_running())
    yield
    house.cluster.start()
    connections.close_all()


def leave_old_answer(house: House) -> None:
    """Let the house have one thing that the job has to forget."""
    with tenancy.workspace(house.member.workspace_id):
        KeptAnswer.objects.all().delete()
        key = ApiKey.objects.get()
        KeptAnswer.objects.create(
            workspace_id=house.member.workspace_id, key=key, sent="old", asked_digest="", created_at=LONG_AGO
        )


def kept_answers(house: House) -> int:
    with tenancy.workspace(house.member.workspace_id):
        return KeptAnswer.objects.count()
