"""Double opt-in: a consent by mail is asked for, and is one only when the person says so from that address."""

from datetime import datetime, timedelta
from typing import Any

from django.db import transaction
from django.utils.translation import gettext as _

from dangol import facts
from dangol.customers.enums import Channel, Purpose
from dangol.customers.models import ConsentEntry, ConsentQuestion, Person
from dangol.customers.operations.consent import give_consent
from dangol.customers.queries.wordings import consent_rules_of, wording_for
from dangol.kit import bus
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Member

LIVES = timedelta(days=7)
MAILS_AT_MOST = 2
CONFIRMED = "double_opt_in"


class UnableToAsk(OperationError):
    """The person cannot be asked: there is nowhere to ask, or they were asked often enough."""


@transaction.atomic
def ask_for_consent(
    *,
    person: Person,
    purpose: str,
    channel: str,
    source: str,
    at: datetime,
    night: bool = False,
    wording_version: str = "",
    by: Member | None = None,
) -> ConsentQuestion:
    """
    Ask a person by mail to confirm a consent, and publish ConsentAsked. Nothing is agreed to yet.

    Asked again within seven days, the same question goes out a second time, and never a third.

    :raises UnableToAsk: without an e-mail address, for another channel, or after two mails
    """
    if channel != Channel.EMAIL or not person.email:
        raise UnableToAsk(_("Only an e-mail address can be asked. Add one first."))
    Person.objects.select_for_update(of=("self",)).get(workspace_id=person.workspace_id, pk=person.pk)
    question = _open_question(person, purpose, at) or ConsentQuestion(
        workspace_id=person.workspace_id, person=person, purpose=Purpose(purpose), channel=Channel(channel),
        asked_at=at, expires_at=at + LIVES,
    )  # fmt: skip
    if question.mails >= MAILS_AT_MOST:
        raise UnableToAsk(_("The person was asked twice already. Wait for the answer."))
    question.night, question.wording_version, question.source, question.by = night, wording_version, source, by
    question.mails += 1
    question.save()
    bus.publish(facts.ConsentAsked(workspace_id=person.workspace_id, person_id=person.pk, question_id=question.pk))
    return question


@transaction.atomic
def take_consent(
    *,
    person: Person,
    channel: str,
    purpose: str,
    at: datetime,
    source: str,
    by: Member | None = None,
    night: bool = False,
) -> ConsentEntry | ConsentQuestion:
    """
    Write down a consent that somebody told us of, in the words that are valid now.

    Where the house confirms consents by mail, one to advertising by e-mail is only asked for.

    :raises UnableToAsk: if it cannot be asked for
    :raises UnableToGiveConsent: as `give_consent`
    """
    wording = wording_for(workspace_id=person.workspace_id, purpose=purpose, channel=channel, now=at)
    label = wording.label if wording else ""
    asks = channel == Channel.EMAIL and purpose == Purpose.MARKETING
    terms: dict[str, Any] = {
        "person": person, "channel": channel, "purpose": purpose, "at": at, "source": source, "night": night,
        "wording_version": label, "by": by,
    }  # fmt: skip
    if asks and consent_rules_of(person.workspace_id).double_opt_in:
        return ask_for_consent(**terms)
    return give_consent(**terms)


@transaction.atomic
def answer_question(*, question: ConsentQuestion, at: datetime, evidence: dict[str, Any]) -> ConsentEntry | None:
    """
    Write down the consent that was asked for, with the answer as evidence. None if the question is out of date.

    Answering again changes nothing: the first answer is returned.
    """
    asked = ConsentQuestion.objects.select_for_update(of=("self",)).select_related("person", "entry", "by")
    locked = asked.get(workspace_id=question.workspace_id, pk=question.pk)
    if locked.answered_at is not None:
        known: ConsentEntry | None = locked.entry
        return known
    if at >= locked.expires_at:
        return None
    entry = give_consent(
        person=locked.person, channel=locked.channel, purpose=locked.purpose, at=at, source=CONFIRMED,
        night=locked.night, wording_version=locked.wording_version, by=locked.by,
        evidence=evidence | {"question": str(locked.pk), "asked_at": locked.asked_at.isoformat(), "via": locked.source},
    )  # fmt: skip
    locked.entry, locked.answered_at = entry, at
    locked.save(update_fields=["entry", "answered_at"])
    return entry


def _open_question(person: Person, purpose: str, at: datetime) -> ConsentQuestion | None:
    asked = ConsentQuestion.objects.filter(
        workspace_id=person.workspace_id, person=person, purpose=purpose, answered_at=None, expires_at__gt=at
    )
    return asked.order_by("-asked_at").first()
