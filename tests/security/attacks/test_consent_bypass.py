"""Ways round a consent: another purpose, another road, another time."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from dangol.customers.models import Person
from dangol.messaging.enums import MessageState
from dangol.messaging.models import Message, Template
from dangol.messaging.operations import UnableToSaveTemplate, create_template
from dangol.messaging.operations.handoff import take_due
from dangol.messaging.writing.legal import LABEL
from dangol.workspaces.models import AuditEntry, Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.messaging.making import BODY, agree, make_sender, make_version, queue
from tests.people import Cast


@pytest.fixture
def haneul(inside: Cast) -> Person:
    """Somebody who never agreed to advertising."""
    return make_person(inside.admin, name="김하늘", owner=inside.jieun)


@pytest.mark.shows("AC-44")
def test_an_advertisement_reaches_nobody_who_did_not_agree(inside: Cast, haneul: Person) -> None:
    make_sender(inside.admin)

    assert queue(make_version(inside.admin), [haneul]) == []


@pytest.mark.shows("AC-44")
def test_an_advertisement_does_not_become_information_later(
    inside: Cast, client_of: Callable[[Member], MemberClient]
) -> None:
    version = make_version(inside.admin)
    told = {"purpose": "transactional", "transactional_reason": "주문 확인", "subject": "새 소식", "body": BODY}

    client_of(inside.admin).post(f"/templates/{version.template_id}/", told)

    assert Template.objects.get().purpose == "marketing"


@pytest.mark.shows("AC-44")
def test_information_needs_a_transaction_that_is_written_down(inside: Cast) -> None:
    words: dict[str, Any] = {"subject": "주문 확인", "body": BODY, "purpose": "transactional", "now": NOW}
    with pytest.raises(UnableToSaveTemplate):
        create_template(member=inside.admin, name="주문", **words)

    create_template(member=inside.admin, name="주문", transactional_reason="주문 확인", **words)

    assert AuditEntry.objects.get(verb="transactional_template").detail["reason"] == "주문 확인"


@pytest.mark.shows("AC-44")
def test_who_withdrew_after_it_was_queued_gets_nothing(inside: Cast, haneul: Person) -> None:
    sender = make_sender(inside.admin)
    consent = agree(haneul)
    (message,) = queue(make_version(inside.admin), [haneul])
    type(consent).objects.filter(pk=consent.pk).update(state="withdrawn")

    assert take_due(workspace_id=inside.workspace.pk, sender=sender, token="me", now=NOW, limit=9) == []

    message.refresh_from_db()
    assert message.state == MessageState.REFUSED


@pytest.mark.shows("AC-44")
def test_sending_again_sends_no_second_one(inside: Cast, haneul: Person) -> None:
    make_sender(inside.admin)
    agree(haneul)
    version = make_version(inside.admin)
    for hours in (0, 1):
        queue(version, [haneul], key="one campaign", now=NOW + timedelta(hours=hours))

    assert Message.objects.count() == 1


@pytest.mark.shows("AC-44")
def test_every_advertisement_is_labelled(inside: Cast, haneul: Person) -> None:
    sender = make_sender(inside.admin)
    agree(haneul)
    queue(make_version(inside.admin), [haneul])

    (letter,) = take_due(workspace_id=inside.workspace.pk, sender=sender, token="me", now=NOW, limit=9)

    assert letter.subject.startswith(LABEL)
