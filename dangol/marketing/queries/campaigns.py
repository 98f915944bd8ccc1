"""Which campaigns there are, and how far one is."""

from dataclasses import dataclass

from django.db.models import Count, Q, QuerySet

from dangol.marketing.models import Campaign, Recipient
from dangol.messaging.enums import MessageState
from dangol.messaging.models import Message
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
