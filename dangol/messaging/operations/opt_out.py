"""Opting out, taking it back, and everything else that a person may choose without signing in."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from dangol import facts
from dangol.customers.enums import Channel, ConsentState, Purpose
from dangol.customers.models import Consent, ConsentEntry
from dangol.customers.operations import give_consent, withdraw_consent
from dangol.kit import bus
from dangol.messaging.enums import ReactionKind
from dangol.messaging.models import Message
from dangol.messaging.operations.reactions import record_reaction
from dangol.messaging.queries.contact_facts import rules_of
from dangol.messaging.queries.public import switches
from dangol.relations.enums import ChargeKind
from dangol.relations.operations import NewCharge, charge_attention

WORDING_VERSION = "preference-page-1"
BY_OPT_OUT = "opt_out"
BY_UNDO = "opt_out_undone"
BY_PREFERENCES = "preference_page"

Terms = tuple[str, str]
"""A purpose and a channel."""


def opt_out(*, message: Message, everything: bool, at: datetime, evidence: dict[str, Any]) -> list[ConsentEntry]:
    """
    Take the consent back that a message was sent under, from the message's own link. Works at once.

    Messages that wait in the outbox are refused at hand-off, by the same ledger.

    :param everything: advertising on every channel, not only what this message was
    """
    terms = _advertising() if everything else [(message.purpose, message.channel)]
    if everything and message.purpose != Purpose.MARKETING:
        terms.append((message.purpose, message.channel))
    known = evidence | {"message": str(message.pk), "everything": everything}
    entries = withdraw(message, terms, at=at, source=BY_OPT_OUT, evidence=known)
    if entries:
        _note_opt_out(message, at=at, evidence=known)
    return entries


def undo_opt_out(*, message: Message, at: datetime) -> int:
    """
    Give back the consents that an opt-out by this message's link ended, with the terms they had. Returns how many.

    Only what still stands as this opt-out left it: a later choice is not overruled.
    """
    person = message.person
    ended = ConsentEntry.objects.filter(
        workspace_id=message.workspace_id, person=person, source=BY_OPT_OUT, evidence__message=str(message.pk)
    )
    standing = Consent.objects.filter(workspace_id=message.workspace_id, person=person, entry__in=ended)
    restored = 0
    for consent in standing.filter(state=ConsentState.WITHDRAWN):
        before = _before(consent)
        if before is None or (before.expires_at and before.expires_at <= at):
            continue
        give_consent(
            person=person,
            channel=consent.channel,
            purpose=consent.purpose,
            at=at,
            source=BY_UNDO,
            night=before.night,
            basis=before.basis,
            expires_at=before.expires_at,
            wording_version=before.wording_version,
            evidence={"message": str(message.pk), "restores": str(before.pk)},
        )
        restored += 1
    return restored


def choose(*, message: Message, choices: Mapping[Terms, bool], at: datetime) -> int:
    """
    Bring the ledger in line with what a person chose on the preference page. Returns how many consents changed.

    What was not given before and stays switched off is no new line.
    """
    standing = {(switch.purpose.value, switch.channel.value): switch.is_on for switch in switches(message)}
    given = [terms for terms, wanted in choices.items() if wanted and not standing.get(terms, False)]
    taken = [terms for terms, wanted in choices.items() if not wanted and standing.get(terms, False)]
    for purpose, channel in given:
        give_consent(
            person=message.person,
            channel=channel,
            purpose=purpose,
            at=at,
            source=BY_PREFERENCES,
            wording_version=WORDING_VERSION,
            evidence={"message": str(message.pk)},
        )
    evidence = {"message": str(message.pk)}
    if withdraw(message, taken, at=at, source=BY_PREFERENCES, evidence=evidence):
        _note_opt_out(message, at=at, evidence=evidence)
    return len(given) + len(taken)


def say_too_much(*, message: Message, at: datetime) -> None:
    """Let a person say "too much": it costs attention, so that we write less often. Counts once per message."""
    charge = NewCharge(
        person_id=message.person_id,
        kind=ChargeKind.UNWELCOME,
        channel=message.channel,
        at=at,
        reason="too_much",
        source_id=message.pk,
    )
    half_life = rules_of(message.workspace_id).attention_half_life_hours
    charge_attention(workspace_id=message.workspace_id, charges=[charge], half_life_hours=half_life)


def withdraw(
    message: Message, terms: Iterable[Terms], *, at: datetime, source: str, evidence: dict[str, Any]
) -> list[ConsentEntry]:
    """Take these consents back and publish PersonOptedOut for each. What is withdrawn already stays as it is."""
    rows = Consent.objects.filter(workspace_id=message.workspace_id, person_id=message.person_id)
    withdrawn = {(row.purpose, row.channel) for row in rows.filter(state=ConsentState.WITHDRAWN)}
    entries = []
    for purpose, channel in terms:
        if (purpose, channel) in withdrawn:
            continue
        entries.append(
            withdraw_consent(
                person=message.person, channel=channel, purpose=purpose, at=at, source=source, evidence=evidence
            )
        )
        bus.publish(
            facts.PersonOptedOut(
                workspace_id=message.workspace_id,
                person_id=message.person_id,
                purpose=purpose,
                channel=channel,
                message_id=message.pk,
            )
        )
    return entries


def _note_opt_out(message: Message, *, at: datetime, evidence: dict[str, Any]) -> None:
    record_reaction(
        workspace_id=message.workspace_id,
        message_id=message.pk,
        kind=ReactionKind.OPTED_OUT,
        at=at,
        evidence=evidence,
        machine=0.0,
    )


def _before(consent: Consent) -> ConsentEntry | None:
    """Return the last given line before the one that stands, if that is what it took back."""
    earlier = (
        ConsentEntry.objects.filter(
            workspace_id=consent.workspace_id,
            person_id=consent.person_id,
            purpose=consent.purpose,
            channel=consent.channel,
            at__lte=consent.at,
        )
        .exclude(pk=consent.entry_id)
        .order_by("-at", "-pk")
        .first()
    )
    return earlier if earlier is not None and earlier.state == ConsentState.GIVEN else None


def _advertising() -> list[Terms]:
    return [(Purpose.MARKETING.value, channel.value) for channel in Channel]
