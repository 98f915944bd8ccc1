"""Asking the contact policy. Every outgoing contact goes through here."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

import msgspec

from dangol.messaging.contracts import ContactFacts, Holdout
from dangol.messaging.enums import Stage
from dangol.messaging.models import PolicyDecision
from dangol.messaging.policy import Answer, ask
from dangol.messaging.queries.contact_facts import Contact, load_facts


def decide(
    *,
    workspace_id: UUID,
    person_ids: Sequence[UUID],
    channel: str,
    purpose: str,
    origin_id: UUID,
    stage: Stage,
    now: datetime,
    holdout: Holdout | None = None,
) -> list[PolicyDecision]:
    """
    Ask all rules about these people, in a constant number of queries.

    :param origin_id: what wants to write to them, such as a campaign
    :param holdout: who is left alone; without it nobody is
    :returns: unsaved decisions in the order of the people asked for; people outside of the workspace are left out
    """
    contacts = [
        Contact(person_id=person_id, channel=channel, purpose=purpose, origin_id=origin_id) for person_id in person_ids
    ]
    return [
        decision_of(contact, facts, ask(facts), workspace_id=workspace_id, stage=stage)
        for contact, facts in load_facts(contacts, workspace_id=workspace_id, now=now, holdout=holdout)
    ]


def decision_of(
    contact: Contact, facts: ContactFacts, answer: Answer, *, workspace_id: UUID, stage: Stage
) -> PolicyDecision:
    """Return the policy's answer to one contact as an unsaved record that holds all it was decided from."""
    return PolicyDecision(
        workspace_id=workspace_id,
        person_id=contact.person_id,
        channel=contact.channel,
        purpose=contact.purpose,
        stage=stage,
        outcome=answer.outcome,
        hold_until=answer.hold_until,
        reasons=list(answer.reasons),
        facts=msgspec.to_builtins(facts),
        origin_id=contact.origin_id,
        at=facts.now,
    )


def replay(decision: PolicyDecision) -> Answer:
    """Ask the rules again about the facts that a decision was made from. The answer is the same."""
    return ask(msgspec.convert(decision.facts, ContactFacts, strict=False))
