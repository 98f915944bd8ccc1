"""Who would get a campaign now, who would be held back, and why: the contact policy asked without sending."""

import random
from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from dangol.customers.enums import Channel, Purpose
from dangol.customers.models import Person
from dangol.marketing.models import Campaign
from dangol.marketing.queries.audience import audience_of
from dangol.messaging.contracts import Holdout
from dangol.messaging.enums import Outcome, Stage
from dangol.messaging.models import PolicyDecision
from dangol.messaging.operations import decide
from dangol.messaging.queries.reasons import deciding_reason, reason_label
from dangol.workspaces.enums import Kind
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import may_send

EXACT_UP_TO = 20_000
SAMPLE = 5_000
EXAMPLES = 3


@dataclass(frozen=True)
class ReasonLine:
    """One reason, how many people it stops, and a few of them whom the member may see."""

    code: str
    label: str
    outcome: str
    people: int
    examples: list[Person]


@dataclass(frozen=True)
class Forecast:
    """
    Counts of people; `is_estimate` when only a random part of a large audience was asked about, `is_narrowed` when the
    sender sees only some people.
    """

    audience: int
    allowed: int
    held: int
    refused: int
    left_alone: int
    is_estimate: bool
    is_narrowed: bool
    reasons: list[ReasonLine]


def forecast(campaign: Campaign, *, member: Member, now: datetime) -> Forecast:
    """
    Ask the policy about the audience as it is now. Writes nothing.

    The audience is that of the member, or of who composed the campaign if the member may not send.
    """
    sender = member if may_send(member) else campaign.created_by
    people = list(audience_of(campaign, sender=sender, now=now).values_list("pk", flat=True))
    asked = people if len(people) <= EXACT_UP_TO else random.Random(campaign.pk.int).sample(people, SAMPLE)  # noqa: S311 - a sample, not a secret
    decisions = decide(
        workspace_id=campaign.workspace_id,
        person_ids=asked,
        channel=Channel(campaign.template.channel),
        purpose=Purpose(campaign.template.purpose),
        origin_id=campaign.pk,
        stage=Stage.PREVIEW,
        now=now,
        holdout=Holdout(salt=str(campaign.salt), percent=campaign.holdout_percent),
    )
    scale = len(people) / len(asked) if asked else 1.0
    is_narrowed = not sender.reaches_all(Kind.PEOPLE)
    return _summary(decisions, audience=len(people), scale=scale, is_narrowed=is_narrowed, member=member)


def _summary(
    decisions: list[PolicyDecision], *, audience: int, scale: float, is_narrowed: bool, member: Member
) -> Forecast:
    outcomes = Counter("alone" if is_left_alone(decision) else decision.outcome for decision in decisions)
    stopped: dict[tuple[str, str], list[PolicyDecision]] = {}
    for decision in decisions:
        if decision.outcome != Outcome.ALLOW:
            stopped.setdefault((deciding_reason(decision.reasons), decision.outcome), []).append(decision)
    return Forecast(
        audience=audience,
        allowed=round(outcomes[Outcome.ALLOW] * scale),
        held=round(outcomes[Outcome.HOLD] * scale),
        refused=round(outcomes[Outcome.REFUSE] * scale),
        left_alone=round(outcomes["alone"] * scale),
        is_estimate=scale != 1.0,
        is_narrowed=is_narrowed,
        reasons=_reason_lines(stopped, scale=scale, member=member),
    )


def is_left_alone(decision: PolicyDecision) -> bool:
    """Whether nothing but the holdout refuses this person."""
    return decision.outcome == Outcome.REFUSE and deciding_reason(decision.reasons) == "holdout"


def _reason_lines(
    stopped: dict[tuple[str, str], list[PolicyDecision]], *, scale: float, member: Member
) -> list[ReasonLine]:
    shown = {decision.person_id for group in stopped.values() for decision in group[: EXAMPLES * 4]}
    visible = {person.pk: person for person in Person.objects.visible_to(member).filter(pk__in=shown)}
    lines = [
        ReasonLine(
            code=code,
            label=reason_label(code),
            outcome=outcome,
            people=round(len(group) * scale),
            examples=[visible[d.person_id] for d in group[: EXAMPLES * 4] if d.person_id in visible][:EXAMPLES],
        )
        for (code, outcome), group in stopped.items()
    ]
    return sorted(lines, key=lambda line: -line.people)
