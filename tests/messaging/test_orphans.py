"""A dead process's claimed messages are settled by its journal: never tried, taken, or really unknown."""

from datetime import timedelta
from pathlib import Path
from uuid import UUID

import pytest
from pytest_django import Settings

from dangol.kit.ids import uuid7
from dangol.messaging.enums import MessageState
from dangol.messaging.journal import Journal, last_words
from dangol.messaging.models import Message
from dangol.messaging.operations.handoff import release_untried, settle
from dangol.messaging.operations.orphans import LEFT_BEHIND, settle_orphans
from dangol.messaging.transport import Group, Letter, Result, ResultKind
from tests.factories import NOW, make_person
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.people import Cast

DEAD = "elsewhere:1:dead"


@pytest.fixture
def claimed(inside: Cast, settings: Settings, tmp_path: Path) -> list[Message]:
    """Four messages that a dead process had claimed."""
    settings.DATA_DIRECTORY = tmp_path
    make_sender(inside.admin)
    people = [make_person(inside.admin) for _ in range(4)]
    for person in people:
        agree(person)
    queue(make_version(inside.admin), people)
    Message.objects.update(state=MessageState.HANDING_OFF, claimed_by=DEAD)
    return list(Message.objects.order_by("pk"))


def states() -> list[str]:
    return list(Message.objects.order_by("pk").values_list("state", flat=True))


def test_the_journal_tells_what_was_tried_and_what_became_of_it(claimed: list[Message], tmp_path: Path) -> None:
    journal = Journal(tmp_path, DEAD)
    taken, in_flight, refused, _untried = claimed
    for message in (taken, in_flight, refused):
        journal.tries(message.pk)
    journal.got(taken.pk, ResultKind.SENT)
    journal.got(refused.pk, ResultKind.NO_SUCH_ADDRESS)
    journal.close()
    assert settle_orphans(workspace_id=taken.workspace_id, token="me", now=NOW) == 4
    assert states() == [MessageState.SENT, MessageState.UNKNOWN, MessageState.FAILED, MessageState.QUEUED]
    assert Message.objects.get(pk=taken.pk).sent_at == NOW


def test_without_a_journal_everything_is_unknown(claimed: list[Message]) -> None:
    assert settle_orphans(workspace_id=claimed[0].workspace_id, token="me", now=NOW) == 4
    assert set(states()) == {MessageState.UNKNOWN}


def test_a_journal_of_another_boot_is_not_believed(tmp_path: Path) -> None:
    journal = Journal(tmp_path, DEAD)
    journal.tries(uuid7())
    journal.close()
    (boot,) = (tmp_path / "outbox").iterdir()
    boot.rename(boot.with_name("another-boot"))
    assert last_words(tmp_path, DEAD) is None


def test_the_last_word_about_a_message_counts(tmp_path: Path) -> None:
    number: UUID = uuid7()
    journal = Journal(tmp_path, DEAD)
    for kind in (ResultKind.LATER, ResultKind.SENT):
        journal.tries(number)
        journal.got(number, kind)
    journal.close()
    assert last_words(tmp_path, DEAD) == {number: ResultKind.SENT}


def test_a_claim_in_doubt_is_released_but_not_what_was_settled_as_unknown(claimed: list[Message]) -> None:
    untried, under_way, lost, parked = claimed
    Message.objects.filter(pk=lost.pk).update(state=MessageState.UNKNOWN, error="the line was lost after the text")
    Message.objects.filter(pk=parked.pk).update(state=MessageState.UNKNOWN, error=LEFT_BEHIND)
    assert release_untried(workspace_id=untried.workspace_id, token=DEAD, known=[under_way.pk], now=NOW) == 2
    assert states() == [MessageState.QUEUED, MessageState.HANDING_OFF, MessageState.UNKNOWN, MessageState.QUEUED]


def test_a_result_belongs_to_its_claim_only(claimed: list[Message]) -> None:
    first, later = NOW, NOW + timedelta(seconds=9)
    Message.objects.update(claimed_at=later)
    for claimed_at, expected in ((first, MessageState.HANDING_OFF), (later, MessageState.QUEUED)):
        letter = Letter(
            message_id=claimed[0].pk,
            person_id=claimed[0].person_id,
            claimed_at=claimed_at,
            sender="shop@example.com",
            recipient=claimed[0].address,
            subject="",
            channel="email",
            purpose="marketing",
            mail=b"",
        )
        group = Group([letter], on_done=lambda: None)
        group.note(letter, Result(ResultKind.UNREACHABLE))
        house = claimed[0].workspace_id
        settle(workspace_id=house, groups=[group], token=DEAD, now=NOW, half_life_hours=168)
        assert states()[0] == expected
