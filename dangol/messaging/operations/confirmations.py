"""What a person confirms with the button behind a letter's link."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from dangol.customers.enums import ConsentState
from dangol.customers.models import Consent, ConsentQuestion, Person, RightsRequest
from dangol.customers.operations import answer_question, confirm_request, give_consent, take_request
from dangol.messaging.enums import NoticeKind, SystemLetter
from dangol.messaging.models import ConsentNotice, Message
from dangol.messaging.operations.consent_letters import send_rights_question

KEPT_BY_PERSON = "reconfirmed"
ASKS_AGAIN = timedelta(days=1)
"""Who asks again before that gets no second mail."""
LINK_LIVES = timedelta(days=7)


def confirm(*, message: Message, at: datetime, evidence: Mapping[str, Any]) -> bool:
    """
    Do what the letter asked for. Return whether it holds now; False if the question is out of date.

    Pressing the button again changes nothing.
    """
    known = {**evidence, "message": str(message.pk)}
    match message.template_version.template.system_key:
        case SystemLetter.CONFIRM:
            return _agree(message, at, known)
        case SystemLetter.RECONFIRM:
            return _keep(message, at, known)
        case SystemLetter.RIGHTS:
            return _ask(message, at)
    return False


def ask_for_right(*, person: Person, kind: str, now: datetime) -> None:
    """
    Let a person ask, over a link, for a copy or for erasure: a mail asks back, and only its button makes it count.

    :raises UnableToAnswer: if the same is open already
    """
    waiting = RightsRequest.objects.filter(
        workspace_id=person.workspace_id, person=person, kind=kind, state="unconfirmed", asked_at__gt=now - ASKS_AGAIN
    )
    if waiting.exists():
        return
    request = take_request(person=person, kind=kind, now=now)
    send_rights_question(request=request, now=now)


def _agree(message: Message, at: datetime, evidence: dict[str, Any]) -> bool:
    question = ConsentQuestion.objects.filter(
        workspace_id=message.workspace_id, pk=message.origin_id, person_id=message.person_id
    ).first()
    return question is not None and answer_question(question=question, at=at, evidence=evidence) is not None


def _keep(message: Message, at: datetime, evidence: dict[str, Any]) -> bool:
    """Give the consents again that the letter told of, as far as they still stand."""
    told = ConsentNotice.objects.filter(
        workspace_id=message.workspace_id, message_id=message.pk, kind=NoticeKind.RECONFIRM
    )
    entries = {notice.entry_id for notice in told}
    standing = Consent.objects.filter(
        workspace_id=message.workspace_id, person_id=message.person_id, entry_id__in=entries, state=ConsentState.GIVEN
    )
    for consent in standing.select_related("entry", "person"):
        give_consent(
            person=consent.person, channel=consent.channel, purpose=consent.purpose, at=at, source=KEPT_BY_PERSON,
            night=consent.night, wording_version=consent.entry.wording_version, evidence=evidence,
        )  # fmt: skip
    return bool(entries)


def _ask(message: Message, at: datetime) -> bool:
    request = RightsRequest.objects.filter(
        workspace_id=message.workspace_id, pk=message.origin_id, person_id=message.person_id
    ).first()
    is_late = request is not None and request.state == "unconfirmed" and at >= request.asked_at + LINK_LIVES
    if request is None or is_late:
        return False
    confirm_request(request=request, now=at)
    return True
