"""After a restoring nothing leaves twice: the journals tell what left since, and without them a person does."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from pytest_django import Settings

from dangol.messaging.enums import MessageState
from dangol.messaging.journal import Journal
from dangol.messaging.models import Message
from dangol.messaging.operations import settle_restored
from dangol.messaging.transport import ResultKind
from tests.factories import NOW, make_person
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.people import Cast

BEFORE = "here:1:before"
SINCE = "here:2:since"


@pytest.fixture
def waiting(inside: Cast, settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Message]:
    """Five messages as the restored database has them: the first was claimed, the last is held; a sixth had left."""
    settings.DATA_DIRECTORY = tmp_path
    monkeypatch.setitem(connection.settings_dict, "HOST", "/var/run")
    make_sender(inside.admin)
    people = [make_person(inside.admin) for _ in range(6)]
    for person in people:
        agree(person)
    queue(make_version(inside.admin), people)
    *messages, sent = Message.objects.order_by("pk")
    claim = {"claimed_by": BEFORE, "claimed_at": NOW}
    Message.objects.filter(pk=sent.pk).update(state=MessageState.SENT, sent_at=NOW, **claim)
    Message.objects.filter(pk=messages[0].pk).update(state=MessageState.HANDING_OFF, **claim)
    Message.objects.filter(pk=messages[-1].pk).update(state=MessageState.HELD)
    return messages


def states(messages: list[Message]) -> list[str]:
    mine = Message.objects.filter(pk__in=[message.pk for message in messages])
    return list(mine.order_by("pk").values_list("state", flat=True))


def write(directory: Path, token: str, words: dict[Message, ResultKind | None]) -> None:
    journal = Journal(directory, token)
    for message, result in words.items():
        journal.tries(message.pk)
        if result is not None:
            journal.got(message.pk, result)
    journal.close()


def test_what_left_since_is_sent_and_what_was_never_tried_goes_on(waiting: list[Message], tmp_path: Path) -> None:
    first, second, third, _fourth, _held = waiting
    write(tmp_path, BEFORE, {})
    write(tmp_path, SINCE, {first: ResultKind.SENT, second: ResultKind.SENT, third: None})

    assert settle_restored(workspace_id=first.workspace_id, now=NOW) == 1

    assert states(waiting) == ["sent", "sent", "unknown", "queued", "held"]
    assert Message.objects.get(pk=second.pk).sent_at == NOW
    assert Message.objects.get(pk=third.pk).error == "the database was restored; it may have been sent before"


def test_a_message_that_was_tried_again_is_sent_if_anybody_says_so(waiting: list[Message], tmp_path: Path) -> None:
    first = waiting[0]
    write(tmp_path, BEFORE, {first: ResultKind.LATER})
    write(tmp_path, SINCE, {first: ResultKind.SENT})
    write(tmp_path, "here:3:later", {first: ResultKind.UNREACHABLE})

    settle_restored(workspace_id=first.workspace_id, now=NOW)

    assert states(waiting)[0] == "sent"


def test_on_another_machine_nothing_goes_out(waiting: list[Message]) -> None:
    assert settle_restored(workspace_id=waiting[0].workspace_id, now=NOW) == 5
    assert set(states(waiting)) == {"unknown"}


def test_after_a_loss_of_power_what_is_written_is_true_but_not_all_is_written(
    waiting: list[Message], tmp_path: Path
) -> None:
    write(tmp_path, BEFORE, {})
    write(tmp_path, SINCE, {waiting[1]: ResultKind.SENT})
    (boot,) = (tmp_path / "outbox").iterdir()
    boot.rename(boot.with_name("another-boot"))

    settle_restored(workspace_id=waiting[0].workspace_id, now=NOW)

    assert states(waiting) == ["unknown", "sent", "unknown", "unknown", "unknown"]


def test_where_others_may_deliver_too_our_journals_are_not_all(
    waiting: list[Message], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(connection.settings_dict, "HOST", "db.example.com")
    write(tmp_path, BEFORE, {})

    settle_restored(workspace_id=waiting[0].workspace_id, now=NOW)

    assert set(states(waiting)) == {"unknown"}


def test_journals_that_are_deleted_by_now_prove_nothing(waiting: list[Message], tmp_path: Path) -> None:
    write(tmp_path, BEFORE, {})

    settle_restored(workspace_id=waiting[0].workspace_id, now=NOW + timedelta(days=8))

    assert set(states(waiting)) == {"unknown"}
