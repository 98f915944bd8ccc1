"""Which campaigns there are, and how far one is."""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Min, Q, QuerySet

from dangol.marketing.models import Campaign, Recipient
from dangol.messaging.enums import MessageState
from dangol.messaging.models import Message
from dangol.messaging.queries.reasons import deciding_reason, reason_label
from dangol.workspaces.models import Member

SETTLED = (MessageState.SENT, MessageState.REFUSED, MessageState.FAILED, MessageState.UNKNOWN)


def campaigns_visible_to(member: Member) -> QuerySet[Campaign]:
    """Campaigns are the whole workspace's: everybody sees what customers were told."""
    return Campaign.objects.filter(workspace_id=member.workspace_id).select_related("segment", "template", "workspace")


@dataclass(frozen=True)
class Progress:
    """How many people of the audience have been decided on, and how many messages wait or are settled."""

    audience: int
    decided: int
    messages: int
    settled: int
    held: int
    sent: int

    @property
    def done(self) -> int:
        """Return how many people have their outcome: decided against, or their message is settled."""
        return self.decided - self.messages + self.settled


@dataclass(frozen=True)
class Wait:
    """How many people are held, when the first and the last of them are looked at again, and for which reasons."""

    people: int
    first_at: datetime
    last_at: datetime
    why: list[tuple[str, int]]


def wait_of(campaign: Campaign) -> Wait | None:
    """Say whom a campaign still waits for and why, one query; None if it waits for nobody."""
    held = (
        Message.objects.filter(workspace_id=campaign.workspace_id, origin_id=campaign.pk, state=MessageState.HELD)
        .values_list("decision__reasons")
        .annotate(people=Count("pk"), first=Min("due_at"), last=Max("due_at"))
    )
    groups = list(held)
    if not groups:
        return None
    why: Counter[str] = Counter()
    for reasons, people, _first, _last in groups:
        why[deciding_reason(reasons)] += people
    return Wait(
        people=sum(people for _reasons, people, _first, _last in groups),
        first_at=min(first for _reasons, _people, first, _last in groups),
        last_at=max(last for _reasons, _people, _first, last in groups),
        why=[(reason_label(code), people) for code, people in why.most_common()],
    )


def progress_of(campaign: Campaign) -> Progress:
    """Count a campaign's recipients and messages; two index scans."""
    recipients = Recipient.objects.filter(workspace_id=campaign.workspace_id, campaign=campaign).aggregate(
        audience=Count("pk"), decided=Count("pk", filter=Q(decision__isnull=False))
    )
    messages = Message.objects.filter(workspace_id=campaign.workspace_id, origin_id=campaign.pk).aggregate(
        messages=Count("pk"),
        settled=Count("pk", filter=Q(state__in=SETTLED)),
        held=Count("pk", filter=Q(state=MessageState.HELD)),
        sent=Count("pk", filter=Q(state=MessageState.SENT)),
    )
    return Progress(**recipients, **messages)
