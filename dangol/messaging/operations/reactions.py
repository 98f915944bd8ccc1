"""What people, and machines, did with our messages."""

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import QuerySet

from dangol import facts
from dangol.kit import bus
from dangol.messaging.enums import ReactionKind
from dangol.messaging.machines import BURST_SECONDS, HUMAN_BELOW, machine_probability
from dangol.messaging.models import Message, Reaction
from dangol.messaging.operations.bookkeeping import subject_of
from dangol.messaging.queries.contact_facts import rules_of
from dangol.relations.enums import ChargeKind
from dangol.relations.operations import NewCharge, NewEntry, charge_attention, write_story

KEPT_PER_KIND = 20
"""How many reactions of a kind are kept per message, of humans and of machines each."""

REFUNDS = frozenset({ReactionKind.CLICKED, ReactionKind.REPLIED})
COSTS = frozenset({ReactionKind.OPTED_OUT, ReactionKind.COMPLAINED})
TOLD = REFUNDS | COSTS | {ReactionKind.OPENED, ReactionKind.BOUNCED}


def record_open(*, message: Message, at: datetime, evidence: dict[str, Any]) -> Reaction | None:
    """Keep that the open pixel was fetched."""
    known = evidence | {"seconds": _seconds_since_sent(message, at)}
    return _record_judged(message=message, kind=ReactionKind.OPENED, at=at, evidence=known)


def record_click(*, message: Message, at: datetime, evidence: dict[str, Any]) -> Reaction | None:
    """
    Keep that a link was followed.

    :param evidence: `agent`, `method`, `ahead`, `network`, and `link`, the number of the link; or `hidden`
    """
    known = evidence | {"seconds": _seconds_since_sent(message, at)}
    others = _other_links_just_now(message, at, known.get("link"))
    if known.get("hidden") or others.exists():
        known["burst"] = True
        _judge_again(others, burst=True)
    return _record_judged(message=message, kind=ReactionKind.CLICKED, at=at, evidence=known)


def record_reply(*, message: Message, at: datetime, evidence: dict[str, Any]) -> Reaction | None:
    """Keep that the person wrote back. An automatic answer is not a reply: the caller tells them apart."""
    return record_reaction(
        workspace_id=message.workspace_id,
        message_id=message.pk,
        kind=ReactionKind.REPLIED,
        at=at,
        evidence=evidence,
        machine=0.0,
    )


def record_reaction(
    *, workspace_id: UUID, message_id: UUID, kind: str, at: datetime, evidence: dict[str, Any], machine: float
) -> Reaction | None:
    """
    Keep an answer to a message and, unless a machine gave it, let it count: once per message and kind.

    A human answer enters the story, gives attention back (a click, a reply) or costs more of it (an opt-out, a
    complaint), and is published as PersonAnswered.

    :param machine: the probability that no human did it; from a half on the answer is kept and counts for nothing
    :returns: None if the message is unknown, or if enough answers of its kind are kept already
    """
    related = ("person", "template_version__template")
    message = Message.objects.filter(workspace_id=workspace_id, pk=message_id).select_related(*related).first()
    if message is None or _is_enough(message, kind, machine):
        return None
    reaction = Reaction.objects.create(
        workspace_id=workspace_id,
        message=message,
        person_id=message.person_id,
        kind=kind,
        at=at,
        machine=machine,
        evidence=evidence,
    )
    if machine < HUMAN_BELOW:
        _let_count(reaction, message)
    return reaction


def _record_judged(*, message: Message, kind: str, at: datetime, evidence: dict[str, Any]) -> Reaction | None:
    return record_reaction(
        workspace_id=message.workspace_id,
        message_id=message.pk,
        kind=kind,
        at=at,
        evidence=evidence,
        machine=machine_probability(kind, evidence),
    )


def _let_count(reaction: Reaction, message: Message) -> None:
    if reaction.kind in TOLD and not _tell(reaction, message):
        return
    _charge(reaction, message)
    bus.publish(
        facts.PersonAnswered(
            workspace_id=reaction.workspace_id,
            person_id=reaction.person_id,
            message_id=message.pk,
            reaction_id=reaction.pk,
            kind=reaction.kind,
        )
    )


def _tell(reaction: Reaction, message: Message) -> bool:
    """Write the story entry; False if an earlier answer of this kind to this message was told already."""
    details = {"channel": message.channel, "purpose": message.purpose, "subject": subject_of(message)}
    if link := reaction.evidence.get("url"):
        details["url"] = str(link)
    entry = NewEntry(
        person_id=reaction.person_id,
        kind=reaction.kind,
        at=reaction.at,
        source_table="messaging_message",
        source_id=message.pk,
        details=details,
    )
    return write_story(workspace_id=reaction.workspace_id, entries=[entry]) == 1


def _charge(reaction: Reaction, message: Message) -> None:
    if reaction.kind not in REFUNDS | COSTS:
        return
    charge = NewCharge(
        person_id=reaction.person_id,
        kind=ChargeKind.WELCOME if reaction.kind in REFUNDS else ChargeKind.UNWELCOME,
        channel=message.channel,
        at=reaction.at,
        reason=str(reaction.kind),
        source_id=message.pk,
    )
    half_life = rules_of(reaction.workspace_id).attention_half_life_hours
    charge_attention(workspace_id=reaction.workspace_id, charges=[charge], half_life_hours=half_life)


def _judge_again(reactions: QuerySet[Reaction], *, burst: bool) -> None:
    """Judge stored reactions with what is known now. What had counted already stays told."""
    for reaction in reactions:
        reaction.evidence |= {"burst": burst}
        reaction.machine = machine_probability(reaction.kind, reaction.evidence)
        reaction.save(update_fields=["evidence", "machine"])


def _other_links_just_now(message: Message, at: datetime, link: object) -> QuerySet[Reaction]:
    window = timedelta(seconds=BURST_SECONDS)
    recent = Reaction.objects.filter(
        workspace_id=message.workspace_id,
        message=message,
        kind=ReactionKind.CLICKED,
        at__gte=at - window,
        at__lte=at + window,
    )
    return recent.exclude(evidence__link=link) if link is not None else recent


def _is_enough(message: Message, kind: str, machine: float) -> bool:
    kept = Reaction.objects.filter(workspace_id=message.workspace_id, message=message, kind=kind)
    alike = kept.filter(machine__gte=HUMAN_BELOW) if machine >= HUMAN_BELOW else kept.filter(machine__lt=HUMAN_BELOW)
    return alike.count() >= KEPT_PER_KIND


def _seconds_since_sent(message: Message, at: datetime) -> float | None:
    return round((at - message.sent_at).total_seconds(), 3) if message.sent_at else None
