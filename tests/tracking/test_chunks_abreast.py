"""Chunks that are stored two at a time come out as if they had been stored one after the other."""

import random
import time
from collections.abc import Sequence
from dataclasses import replace
from threading import Barrier, BrokenBarrierError
from typing import Any

import pytest
from django.db import connections, transaction

from dangol.kit import tenancy
from dangol.tracking.models import DeadLetter, Event, InboxEntry
from dangol.tracking.operations import processing, reading, storing
from dangol.tracking.operations.chunk_turns import ChunkTurn
from tests.people import Cast, make_cast
from tests.tracking.test_order_of_arrival import calls_with_repeats, outcome
from tests.tracking.test_processing import Inbox, track


@pytest.fixture
def house(committed_db: str, monkeypatch: pytest.MonkeyPatch) -> Cast:
    monkeypatch.setattr(reading, "CHUNK_ENTRIES", 1)
    with transaction.atomic():
        return make_cast()


def put_all(cast: Cast, calls: Sequence[dict[str, Any]]) -> Inbox:
    inbox = Inbox(cast)
    for call in calls:
        inbox.put("batch", {"batch": [call]})
    return inbox


@pytest.mark.parametrize("seed", range(6))
def test_two_at_a_time_come_out_as_one_by_one(house: Cast, monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    calls = calls_with_repeats()
    random.Random(seed).shuffle(calls)
    beside: list[int] = []
    store_beside = processing._store_beside

    def counting(workspace_id: Any, turn: ChunkTurn) -> int:
        beside.append(store_beside(workspace_id, turn))
        return beside[-1]

    monkeypatch.setattr(processing, "_store_beside", counting)
    abreast, alone = house, replace(house, workspace=house.other_workspace, admin=house.lee)
    outcomes = []
    for cast in (abreast, alone):
        put_all(cast, calls).process()
        with tenancy.workspace(cast.workspace.pk):
            outcomes.append(outcome() | {"left": InboxEntry.objects.count()})
        monkeypatch.setattr(processing, "_process_abreast", lambda _reader, _stop: 0)
    assert outcomes[0] == outcomes[1]
    assert outcomes[0]["left"] == 0
    assert sum(beside) > len(calls) // 2  # the rest asked for a month that had to be made first


def test_events_of_two_chunks_are_inserted_at_the_same_time(house: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    inbox = put_all(house, [track(userId=f"u{number}", messageId=f"m{number}") for number in range(5)])
    inbox.process()  # from now on everybody is known
    for number in range(5):
        inbox.put("batch", {"batch": [track(userId=f"u{number}", messageId=f"n{number}")]})
    both = Barrier(2, timeout=20)
    met: list[storing.Chunk] = []
    insert = storing._insert_events

    def together(chunk: storing.Chunk, *told: Any) -> None:
        insert(chunk, *told)
        if chunk.turn and not met:
            try:
                both.wait()
            except BrokenBarrierError:  # pragma: no cover - only if they do not run at the same time
                pytest.fail("The second chunk waited for the first.")
            met.append(chunk)

    monkeypatch.setattr(storing, "_insert_events", together)
    inbox.process()
    assert met


def test_messages_of_two_chunks_are_remembered_in_their_order(house: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else a chunk could wait in the database for a message of the one behind, which waits for the first to end."""
    inbox = put_all(house, [track(messageId=f"m{number}") for number in range(8)])
    under_way: list[storing.Chunk] = []
    most: list[int] = []
    drop_repeated = storing._drop_repeated

    def watched(chunk: storing.Chunk) -> None:
        under_way.append(chunk)
        time.sleep(0.05)
        drop_repeated(chunk)
        most.append(len(under_way))
        under_way.remove(chunk)

    monkeypatch.setattr(storing, "_drop_repeated", watched)
    inbox.process()
    assert (max(most), len(most) >= 8) == (1, True)


def test_a_chunk_that_is_refused_is_stored_alone_and_those_behind_follow(house: Cast) -> None:
    poison = track(userId="u2", messageId="poison", properties={"order_id": "x" * 20_000, "total": 1})
    poison["event"] = "Order Completed"
    calls = [track(messageId=f"m{number}") for number in range(6)]
    inbox = put_all(house, [*calls[:3], poison, *calls[3:]])
    inbox.process()
    with tenancy.workspace(house.workspace.pk):
        stored = set(Event.objects.values_list("message_id", flat=True))
        assert stored | {"poison"} == {call["messageId"] for call in calls} | {"poison"}
        assert (DeadLetter.objects.count(), InboxEntry.objects.count()) == (1, 0)


def test_the_lanes_leave_no_connection(house: Cast) -> None:
    put_all(house, [track(messageId=f"m{number}") for number in range(6)]).process()
    for _glance in range(100):  # a server process ends a moment after its connection
        if not others():
            return
        time.sleep(0.1)
    assert others() == 0


def others() -> int:
    with connections["default"].cursor() as cursor:
        cursor.execute(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        return int(cursor.fetchone()[0])
