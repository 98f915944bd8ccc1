"""Two chunks at a time come out as if they had been written one after the other."""

from threading import Barrier, Event, Thread
from uuid import UUID

import pytest
from django.db import connections, transaction

from dangol.customers.models import ImportStep, PeopleImport, Person
from dangol.customers.operations import pause_people_import
from dangol.customers.operations.imports import running
from dangol.customers.operations.imports.reading import Chunk
from dangol.customers.operations.imports.turns import ChunkTurn, FileLeft, take_in_turns
from dangol.customers.operations.imports.writing import PeopleMoved
from dangol.kit import tenancy
from tests.customers.test_import_crash import file_of_nothing_but_people, outcome, started
from tests.people import make_cast


def chunk_about(*emails: str) -> Chunk:
    size = len(emails)
    return Chunk([0] * size, [""] * size, {"email": list(emails)}, ["{}"] * size, 0, size)


def test_a_file_in_two_lanes_is_the_same_as_in_one(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 40)
    with transaction.atomic():
        cast = make_cast()
    content = file_of_nothing_but_people()
    outcomes = []
    for member, abreast in ((cast.admin, 2), (cast.lee, 1)):
        monkeypatch.setattr(running, "ABREAST", abreast)
        made = started(member, content)
        running.run_people_import(workspace_id=member.workspace_id, import_id=made)
        outcomes.append(outcome(member.workspace_id, made))
    assert outcomes[0] == outcomes[1]
    assert outcomes[0]["counts"][0] == "done"


def test_chunks_that_share_nobody_are_written_at_the_same_time(committed_db: str) -> None:
    together, ended = Barrier(2, timeout=20), []

    def attempt(turn: ChunkTurn) -> None:
        together.wait()
        turn.meet(())
        turn.wait()
        ended.append(turn.chunk.column("email")[0])

    chunks = [chunk_about(f"{name}@example.com") for name in "abcd"]
    assert take_in_turns(chunks, attempt, abreast=2)
    assert ended == [f"{name}@example.com" for name in "abcd"]


def test_chunks_about_the_same_people_wait_for_each_other(committed_db: str) -> None:
    tries: list[str] = []
    first_has_met = Event()

    def attempt(turn: ChunkTurn) -> None:
        (name,) = turn.chunk.column("email")
        tries.append(name)
        if name == "second":
            first_has_met.wait(20)
        turn.meet(["the same person"] if name != "third" else ())
        first_has_met.set()
        turn.wait()

    assert take_in_turns([chunk_about("first"), chunk_about("second"), chunk_about("second")], attempt, abreast=2)
    assert tries == ["first", "second", "second", "second"]


def test_who_goes_again_takes_the_one_behind_along(committed_db: str) -> None:
    both, tries, committed = Barrier(2, timeout=20), [], []

    def attempt(turn: ChunkTurn) -> None:
        (name,) = turn.chunk.column("email")
        tries.append(name)
        turn.meet(())
        if len(tries) <= 2:
            both.wait()
            if name == "first":
                raise PeopleMoved
        turn.wait()
        committed.append(name)

    assert take_in_turns([chunk_about("first"), chunk_about("second")], attempt, abreast=2)
    assert sorted(tries) == ["first", "first", "second", "second"]
    assert committed == ["first", "second"]


def test_nothing_behind_a_left_file_is_written(committed_db: str) -> None:
    committed = []

    def attempt(turn: ChunkTurn) -> None:
        (name,) = turn.chunk.column("email")
        turn.meet(())
        turn.wait()
        if name == "second":
            raise FileLeft
        committed.append(name)

    assert not take_in_turns([chunk_about(name) for name in ("first", "second", "third")], attempt, abreast=2)
    assert committed == ["first"]


def test_a_mistake_comes_out_and_the_threads_leave_no_connection(committed_db: str) -> None:
    def attempt(turn: ChunkTurn) -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute("SELECT 1")
        turn.meet(())
        turn.wait()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        take_in_turns([chunk_about("first"), chunk_about("second")], attempt, abreast=2)
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        assert cursor.fetchone() == (0,)


def test_a_pause_holds_both_lanes(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 40)
    with transaction.atomic():
        cast = make_cast()
    made = started(cast.admin, file_of_nothing_but_people())
    written: list[ChunkTurn] = []
    write = running._write_chunk

    def pausing(people_import: PeopleImport, turn: ChunkTurn) -> None:
        if turn.chunk.last_line > 200 and not written:
            written.append(turn)
            aside = Thread(target=pause, args=(cast.workspace.pk, made))
            aside.start()
            aside.join()
        write(people_import, turn)

    monkeypatch.setattr(running, "_write_chunk", pausing)
    running.run_people_import(workspace_id=cast.workspace.pk, import_id=made)
    with tenancy.workspace(cast.workspace.pk):
        stopped = PeopleImport.objects.get(pk=made)
        assert stopped.state == "paused"
        assert stopped.created_count == Person.objects.count()
        assert ImportStep.objects.order_by("next_line").last().next_line == stopped.next_line  # type: ignore[union-attr] # there are some


def pause(workspace_id: UUID, import_id: UUID) -> None:
    with tenancy.workspace(workspace_id):
        pause_people_import(people_import=PeopleImport.objects.get(pk=import_id))
    connections["default"].close()
