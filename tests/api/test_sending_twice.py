"""A POST that is sent twice is done once."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from dangol.api.models import KeptAnswer
from dangol.api.operations import KEPT_FOR, forget_kept_answers
from dangol.customers.models import Person
from dangol.customers.operations import erase_people
from dangol.kit import tenancy
from dangol.workspaces.enums import KeyScope
from dangol.workspaces.operations import make_api_key
from tests.api.conftest import Program, ProgramOf
from tests.people import Cast, make_cast

TOLD = {"name": "김하늘"}


def test_the_same_request_is_done_once_and_answered_the_same(cast: Cast, program_of: ProgramOf) -> None:
    program = program_of(cast.jieun)
    first, second = (program.post("people", TOLD, Idempotency_Key="a") for _time in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert second.content == first.content
    assert (second["Location"], second["ETag"]) == (first["Location"], first["ETag"])
    assert program.post("people", TOLD, Idempotency_Key="b").json()["id"] != first.json()["id"]
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.count() == 2


def test_two_at_the_same_moment_make_one(committed_db: str) -> None:
    cast = make_cast()
    with tenancy.workspace(cast.workspace.pk):
        _key, secret = make_api_key(
            by=cast.admin, name="ERP", member=cast.jieun, scope=KeyScope.WRITE, expires_at=None, now=timezone.now()
        )

    def send(_time: int) -> tuple[int, bytes]:
        try:
            answer = Program(secret).post("people", TOLD, Idempotency_Key="a")
            return answer.status_code, answer.content
        finally:
            connection.close()

    with ThreadPoolExecutor(4) as threads:
        answers = list(threads.map(send, range(8)))
    assert len(set(answers)) == 1
    assert answers[0][0] == 201
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.count() == 1


def test_another_request_under_the_same_key_is_refused(cast: Cast, program_of: ProgramOf) -> None:
    program = program_of(cast.jieun)
    program.post("people", TOLD, Idempotency_Key="a")
    for path, told in (("people", {"name": "박서준"}), ("companies", TOLD)):
        answer = program.post(path, told, Idempotency_Key="a")
        assert (answer.status_code, answer.json()["type"]) == (422, "/api/v1/docs#key-used-before")
    assert program.post("people", TOLD, Idempotency_Key="x" * 256).status_code == 400


@pytest.mark.shows("AC-34")
def test_two_programs_may_use_the_same_word(cast: Cast, program_of: ProgramOf) -> None:
    ids = {
        program_of(member).post("people", TOLD, Idempotency_Key="a").json()["id"]
        for member in (cast.jieun, cast.minsu, cast.lee)
    }
    assert len(ids) == 3


def test_what_was_refused_may_be_sent_again(cast: Cast, program_of: ProgramOf) -> None:
    program = program_of(cast.jieun)
    assert program.post("people", {"phone": "12"}, Idempotency_Key="a").status_code == 422
    assert program.post("people", TOLD, Idempotency_Key="a").status_code == 201


def test_answers_are_kept_for_a_day(cast: Cast, program_of: ProgramOf) -> None:
    program = program_of(cast.jieun)
    first = program.post("people", TOLD, Idempotency_Key="a").json()["id"]
    with tenancy.workspace(cast.workspace.pk):
        KeptAnswer.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
    assert program.post("people", TOLD, Idempotency_Key="a").json()["id"] != first
    with tenancy.workspace(cast.workspace.pk):
        KeptAnswer.objects.update(created_at=timezone.now() - KEPT_FOR - timedelta(seconds=1))
        forget_kept_answers(workspace_id=cast.workspace.pk)
        assert not KeptAnswer.objects.exists()


def test_nothing_is_kept_of_people_who_are_erased(cast: Cast, program_of: ProgramOf) -> None:
    program = program_of(cast.jieun)
    gone, stays = (program.post("people", TOLD, Idempotency_Key=word).json()["id"] for word in "ab")
    program.delete(f"people/{gone}")
    with tenancy.workspace(cast.workspace.pk):
        with tenancy.open_trash():
            erase_people(workspace_id=cast.workspace.pk, ids=[gone], member=cast.admin, now=timezone.now())
        (kept,) = KeptAnswer.objects.all()
    assert stays in kept.body
