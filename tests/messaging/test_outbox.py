from datetime import timedelta

from dangol.kit.ids import uuid7
from dangol.messaging.enums import MessageState, Stage
from dangol.messaging.models import Message, PolicyDecision
from dangol.messaging.operations import QueueResult, decide, queue_messages
from tests.factories import NOW, make_person
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.people import Cast


def test_allowed_people_are_queued_held_ones_wait_and_refused_ones_leave_a_decision_only(inside: Cast) -> None:
    make_sender(inside.admin)
    willing = make_person(inside.admin, name="지우")
    agree(willing)
    nowhere = make_person(inside.admin, name="하나", time_zone="")
    agree(nowhere)
    silent = make_person(inside.admin, name="두리")
    version = make_version(inside.admin)
    origin = uuid7()
    decisions = decide(
        workspace_id=inside.workspace.pk,
        person_ids=[willing.pk, nowhere.pk, silent.pk],
        channel="email",
        purpose="marketing",
        origin_id=origin,
        stage=Stage.ENQUEUE,
        now=NOW,
    )
    result = queue_messages(
        workspace_id=inside.workspace.pk,
        decisions=decisions,
        template_version=version,
        origin_id=origin,
        send_key_prefix="spring",
        now=NOW,
    )
    assert result == QueueResult(queued=1, held=1, refused=1, repeated=0)
    assert [decision.reasons for decision in decisions] == [[], ["zone_unknown"], ["consent_missing"]]
    assert PolicyDecision.objects.count() == 3
    queued, held = (Message.objects.get(person=person) for person in (willing, nowhere))
    assert (queued.state, queued.due_at, queued.address) == (MessageState.QUEUED, NOW, willing.email)
    assert (held.state, held.due_at) == (MessageState.HELD, NOW + timedelta(hours=6))
    assert held.expires_at == NOW + timedelta(hours=72)
    assert not Message.objects.filter(person=silent).exists()


def test_the_same_reason_queues_once(inside: Cast) -> None:
    make_sender(inside.admin)
    person = make_person(inside.admin)
    agree(person)
    version = make_version(inside.admin)
    queue(version, [person], key="spring")
    queue(version, [person], key="spring")
    assert Message.objects.count() == 1
