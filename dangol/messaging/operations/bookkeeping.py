"""What follows a contact: attention is charged, the story is told, the fact is published."""

import logging
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import connection, transaction

from dangol import facts
from dangol.customers.enums import Channel
from dangol.kit import bus
from dangol.kit.jobs import job
from dangol.messaging.enums import MessageState, SuppressionReason
from dangol.messaging.models import Message, Suppression
from dangol.messaging.operations.templates import UnableToSaveTemplate, render_preview
from dangol.messaging.queries.contact_facts import rules_of
from dangol.messaging.transport import Letter
from dangol.relations.enums import ChargeKind
from dangol.relations.operations import NewCharge, NewEntry, charge_attention, recount_attention, write_story

logger = logging.getLogger(__name__)


def book_safely(*, workspace_id: UUID, letters: Sequence[Letter], now: datetime, half_life_hours: float) -> None:
    """Book contacts at once; if that fails, keep the result of the sending and leave the books to a job."""
    if not letters:
        return
    ids = [letter.message_id for letter in letters]
    try:
        with transaction.atomic():
            _book(workspace_id, letters, now, half_life_hours)
    except Exception:
        if connection.connection is None or connection.connection.closed:
            raise
        logger.exception("Booking %s contacts failed; a job will try again", len(ids))
        book_contacts.defer(workspace_id=workspace_id, message_ids=ids)
    bus.publish(facts.ContactsMade(workspace_id=workspace_id, message_ids=tuple(ids)))


@job(retry=10)
def book_contacts(*, workspace_id: UUID, message_ids: list[UUID]) -> None:
    """Charge attention and tell the story of messages that were sent. Each is booked once, however often this runs."""
    found = Message.objects.filter(workspace_id=workspace_id, pk__in=message_ids, state=MessageState.SENT)
    half_life = rules_of(workspace_id).attention_half_life_hours
    for message in found.select_related("template_version__template", "person"):
        if message.sent_at is not None:
            _book(workspace_id, [_remembered(message)], message.sent_at, half_life)


@job(queue="scores")
def recount_attention_of(*, workspace_id: UUID, person_ids: tuple[UUID, ...]) -> None:
    """Compute these people's attention anew from all their charges: two became one, or two again."""
    half_life = rules_of(workspace_id).attention_half_life_hours
    recount_attention(workspace_id=workspace_id, person_ids=person_ids, half_life_hours=half_life)


def suppress_addresses(*, workspace_id: UUID, addresses: Sequence[str], now: datetime, evidence: str = "") -> None:
    """Write to these mail addresses no more: they do not exist. The first reason for an address stays."""
    Suppression.objects.bulk_create(
        [
            Suppression(
                workspace_id=workspace_id,
                channel=Channel.EMAIL,
                address=address.lower(),
                reason=SuppressionReason.HARD_BOUNCE,
                evidence=evidence,
                at=now,
            )
            for address in sorted(set(addresses))
        ],
        ignore_conflicts=True,
    )


def _book(workspace_id: UUID, letters: Sequence[Letter], at: datetime, half_life_hours: float) -> None:
    charge_attention(
        workspace_id=workspace_id,
        charges=[
            NewCharge(
                person_id=letter.person_id,
                kind=ChargeKind.CONTACT,
                channel=letter.channel,
                at=at,
                reason="contact",
                source_id=letter.message_id,
            )
            for letter in letters
        ],
        half_life_hours=half_life_hours,
    )
    write_story(
        workspace_id=workspace_id,
        entries=[
            NewEntry(
                person_id=letter.person_id,
                kind="contact_sent",
                at=at,
                source_table="messaging_message",
                source_id=letter.message_id,
                details={"channel": letter.channel, "purpose": letter.purpose, "subject": letter.subject},
            )
            for letter in letters
        ],
    )


def _remembered(message: Message) -> Letter:
    """Return the letter as far as the books need it."""
    return Letter(
        message_id=message.pk,
        person_id=message.person_id,
        claimed_at=message.claimed_at or message.created_at,
        sender="",
        recipient=message.address,
        subject=subject_of(message),
        channel=message.channel,
        purpose=message.purpose,
        mail=b"",
    )


def subject_of(message: Message) -> str:
    """Return a sent message's subject as its reader saw it; the template's name if it cannot be filled in any more."""
    try:
        return str(render_preview(message.template_version, message.person).subject)
    except UnableToSaveTemplate:
        return str(message.template_version.template.name)
