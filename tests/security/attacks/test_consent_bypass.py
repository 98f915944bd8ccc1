"""Ways round a consent: another purpose, another road, another time."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.urls import reverse

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.messaging.enums import MessageState
from dangol.messaging.models import Message, Template
from dangol.messaging.operations import UnableToSaveTemplate, create_template, save_sender, send_again, settle_restored
from dangol.messaging.operations.handoff import settle, take_due
from dangol.messaging.transport.mailroom import Group, Letter
from dangol.messaging.transport.smtp import Result, ResultKind
from dangol.messaging.writing.legal import LABEL
from dangol.workspaces.models import AuditEntry, Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.messaging.making import BODY, agree, make_sender, make_version, queue
from tests.messaging.servers import Sink, serving
from tests.people import Cast

LATER = timedelta(hours=1)


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


def give_back(letter: Letter, *, now: datetime) -> None:
    """Let the server have said "later" to a letter."""
    group = Group([letter], on_done=lambda: None)
    group.note(letter, Result(ResultKind.LATER, "451 try again"))
    (workspace_id,) = Message.objects.values_list("workspace_id", flat=True)
    settle(workspace_id=workspace_id, groups=[group], token="me", now=now, half_life_hours=24)


@pytest.mark.shows("AC-44")
def test_another_server_that_takes_over_sends_the_same_mail_to_those_who_still_agree(
    inside: Cast, haneul: Person
) -> None:
    sender, workspace_id = make_sender(inside.admin), inside.workspace.pk
    consent = agree(haneul)
    queue(make_version(inside.admin), [haneul])
    (refused,) = take_due(workspace_id=workspace_id, sender=sender, token="me", now=NOW, limit=9)
    give_back(refused, now=NOW)

    second = save_sender(member=inside.admin, values={"host": "second.example.com"}, password="", now=NOW)
    (letter,) = take_due(workspace_id=workspace_id, sender=second, token="me", now=NOW + LATER, limit=9)
    assert (letter.subject, letter.subject.startswith(LABEL)) == (refused.subject, True)
    give_back(letter, now=NOW + LATER)

    type(consent).objects.filter(pk=consent.pk).update(state="withdrawn")
    assert take_due(workspace_id=workspace_id, sender=second, token="me", now=NOW + 2 * LATER, limit=9) == []
    assert Message.objects.get().state == MessageState.REFUSED


@pytest.mark.shows("AC-44")
def test_in_a_restored_house_nobody_is_written_to_again_who_withdrew(inside: Cast, haneul: Person) -> None:
    """What a restored database holds may have been sent: somebody has to say so, and consent is asked then."""
    sender = make_sender(inside.admin)
    consent = agree(haneul)
    (message,) = queue(make_version(inside.admin), [haneul])
    assert settle_restored(workspace_id=inside.workspace.pk, now=NOW) == 1
    assert take_due(workspace_id=inside.workspace.pk, sender=sender, token="me", now=NOW, limit=9) == []

    type(consent).objects.filter(pk=consent.pk).update(state="withdrawn")
    send_again(message=message, member=inside.admin, now=NOW)

    assert take_due(workspace_id=inside.workspace.pk, sender=sender, token="me", now=NOW, limit=9) == []
    message.refresh_from_db()
    assert message.state == MessageState.REFUSED


@pytest.mark.shows("AC-44")
def test_a_mail_that_tries_the_server_goes_to_one_address_and_says_nothing_of_the_askers(
    cast: Cast, client_of: Callable[[Member], MemberClient]
) -> None:
    sink, admin, address = Sink(), client_of(cast.admin), reverse("messaging:sender_test")
    with serving(sink) as port:
        with tenancy.workspace(cast.workspace.pk):
            make_sender(cast.admin, port=port)
        for to in ("a@example.com, b@example.com", "a@example.com; b@example.com", "a@example.com\nBcc: b@example.com"):
            admin.post(address, {"to": to})
        assert client_of(cast.marketer).post(address, {"to": "a@example.com"}).status_code == 403
        assert sink.mails == []

        admin.post(address, {"to": "a@example.com", "cc": "b@example.com", "subject": "SALE", "body": "SALE"})

    ((_from, to_whom, mail),) = sink.mails
    assert to_whom == ["a@example.com"]
    assert "SALE" not in mail.as_string()
