"""What became of a campaign: outcomes per person, human answers, and what machines did."""

from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Q

from dangol.marketing.models import Campaign, Recipient
from dangol.messaging.enums import MessageState, Outcome, ReactionKind, Stage
from dangol.messaging.models import Message, PolicyDecision, Reaction
from dangol.messaging.queries.reasons import deciding_reason, reason_label

HUMAN = 0.5
"""Reactions whose probability of being a machine's is below this count as a person's."""


@dataclass(frozen=True)
class Answers:
    """People (not events) who reacted; `machine_opens` and `machine_clicks` are kept apart and never count."""

    opened: int
    clicked: int
    replied: int
    opted_out: int
    complained: int
    bounced: int
    machine_opens: int
    machine_clicks: int


@dataclass(frozen=True)
class Report:
    """Counts of people."""

    audience: int
    left_alone: int
    sent: int
    held: int
    waiting: int
    failed: int
    unknown: int
    refused: int
    refused_why: list[tuple[str, str, int]]
    answers: Answers


def report(campaign: Campaign) -> Report:
    """Count a campaign's outcomes; four aggregate queries whatever its size."""
    states = _message_states(campaign)
    reasons = _refusals(campaign)
    left_alone = reasons.pop("holdout", 0)
    return Report(
        audience=Recipient.objects.filter(workspace_id=campaign.workspace_id, campaign=campaign).count(),
        left_alone=left_alone,
        sent=states[MessageState.SENT],
        held=states[MessageState.HELD],
        waiting=states[MessageState.QUEUED] + states[MessageState.HANDING_OFF],
        failed=states[MessageState.FAILED],
        unknown=states[MessageState.UNKNOWN],
        refused=sum(reasons.values()) + states[MessageState.REFUSED],
        refused_why=[(code, reason_label(code), people) for code, people in reasons.most_common()],
        answers=_answers(campaign),
    )


def _message_states(campaign: Campaign) -> Counter[str]:
    counted = (
        Message.objects.filter(workspace_id=campaign.workspace_id, origin_id=campaign.pk)
        .values_list("state")
        .annotate(people=Count("pk"))
    )
    return Counter(dict(counted))


def _refusals(campaign: Campaign) -> Counter[str]:
    """Count refused people by the reason that decided; somebody stopped by the holdout alone is `holdout`."""
    refused = (
        PolicyDecision.objects.filter(
            workspace_id=campaign.workspace_id,
            origin_id=campaign.pk,
            stage=Stage.ENQUEUE,
            outcome=Outcome.REFUSE,
        )
        .values_list("reasons")
        .annotate(people=Count("pk"))
    )
    counted: Counter[str] = Counter()
    for reasons, people in refused:
        counted[deciding_reason(reasons)] += people
    return counted


def _answers(campaign: Campaign) -> Answers:
    human, machine = Q(machine__lt=HUMAN), Q(machine__gte=HUMAN)

    def people(kind: ReactionKind, who: Q) -> Count:
        return Count("person_id", filter=Q(kind=kind) & who, distinct=True)

    counted = Reaction.objects.filter(
        workspace_id=campaign.workspace_id,
        message__workspace_id=campaign.workspace_id,
        message__origin_id=campaign.pk,
    ).aggregate(
        opened=people(ReactionKind.OPENED, human),
        clicked=people(ReactionKind.CLICKED, human),
        replied=people(ReactionKind.REPLIED, human),
        opted_out=people(ReactionKind.OPTED_OUT, human),
        complained=people(ReactionKind.COMPLAINED, Q()),
        bounced=people(ReactionKind.BOUNCED, Q()),
        machine_opens=people(ReactionKind.OPENED, machine),
        machine_clicks=people(ReactionKind.CLICKED, machine),
    )
    return Answers(**counted)
