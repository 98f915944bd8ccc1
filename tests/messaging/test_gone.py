"""Nobody in the trash gets mail, however long the message has waited."""

from datetime import timedelta

from dangol.customers.models import Person
from dangol.customers.operations import move_to_trash, restore_from_trash
from dangol.kit.ids import uuid7
from dangol.messaging.enums import MessageState, Outcome, Stage
from dangol.messaging.models import Message
from dangol.messaging.operations import decide, replay
from dangol.messaging.operations.handoff import take_due
from tests.factories import NOW, make_person
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.people import Cast


def throw(cast: Cast, person: Person) -> None:
    move_to_trash(workspace_id=cast.workspace.pk, kind="person", ids=[person.pk], member=cast.admin, now=NOW)


def test_the_policy_refuses_with_a_reason_of_its_own(inside: Cast) -> None:
    make_sender(inside.admin)
    gone, here = make_person(inside.admin, name="Gone"), make_person(inside.admin, name="Here")
    for person in (gone, here):
        agree(person)
    throw(inside, gone)
    decisions = decide(
        workspace_id=inside.workspace.pk,
        person_ids=[gone.pk, here.pk, uuid7()],
        channel="email",
        purpose="marketing",
        origin_id=uuid7(),
        stage=Stage.PREVIEW,
        now=NOW,
    )
    assert {decision.person_id: (decision.outcome, decision.reasons) for decision in decisions} == {
        here.pk: (Outcome.ALLOW, []),
        gone.pk: (Outcome.REFUSE, ["person_gone"]),
    }
    assert all(replay(decision).outcome == decision.outcome for decision in decisions)


def test_a_queued_message_is_closed_at_hand_off_and_does_not_go_later_either(inside: Cast) -> None:
    sender = make_sender(inside.admin)
    gone, here = make_person(inside.admin, name="Gone"), make_person(inside.admin, name="Here")
    for person in (gone, here):
        agree(person)
    lost, kept = queue(make_version(inside.admin), [gone, here])
    throw(inside, gone)
    letters = take_due(workspace_id=inside.workspace.pk, sender=sender, token="t", now=NOW, limit=100)
    assert [letter.message_id for letter in letters] == [kept.pk]
    row = Message.objects.values("state", "error", "decision__reasons").get(pk=lost.pk)
    assert row == {"state": MessageState.REFUSED, "error": "person_gone", "decision__reasons": ["person_gone"]}
    restore_from_trash(workspace_id=inside.workspace.pk, kind="person", ids=[gone.pk], member=inside.admin, now=NOW)
    later = NOW + timedelta(minutes=5)
    assert take_due(workspace_id=inside.workspace.pk, sender=sender, token="t", now=later, limit=100) == []
