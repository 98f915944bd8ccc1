"""What the demo did, counted from the database and from the mail that arrived."""

import email
from collections import Counter
from pathlib import Path
from typing import Any

from dangol.config.demo.house import House
from dangol.customers.models import ConsentEntry, Person
from dangol.kit import tenancy
from dangol.marketing.models import Campaign
from dangol.marketing.queries import report
from dangol.messaging.enums import MessageState
from dangol.messaging.models import Message
from dangol.relations.models import StoryEntry, Strength
from dangol.tracking.models import Event, Order


def counts(house: House, mail_directory: Path) -> dict[str, Any]:
    """Count everything; `delivered` and `delivered_twice` come from the mail server's own files."""
    arrived = _arrived(mail_directory)
    with tenancy.workspace(house.workspace.pk):
        campaign = Campaign.objects.filter(workspace=house.workspace).latest("created_at")
        campaign_report = report(campaign)
        answers = campaign_report.answers
        return {
            "people": Person.objects.filter(workspace=house.workspace).count(),
            "events": Event.objects.filter(workspace=house.workspace).count(),
            "orders": Order.objects.filter(workspace=house.workspace).count(),
            "story_entries": StoryEntry.objects.filter(workspace=house.workspace).count(),
            "strengths": Strength.objects.filter(workspace=house.workspace).count(),
            "audience": campaign_report.audience,
            "left_alone": campaign_report.left_alone,
            "held_back": _held_back(campaign, dict_of_reasons(campaign_report.refused_why)),
            "sent": campaign_report.sent,
            "failed": campaign_report.failed,
            "unknown": campaign_report.unknown,
            "delivered": len(arrived),
            "delivered_twice": sum(1 for times in arrived.values() if times > 1),
            "bounced": answers.bounced,
            "answers": {"opened": answers.opened, "clicked": answers.clicked, "opted_out": answers.opted_out},
            "consents_withdrawn": ConsentEntry.objects.filter(state="withdrawn").count(),
        }


def dict_of_reasons(refused_why: list[tuple[str, str, int]]) -> dict[str, int]:
    """Return people by reason code."""
    return {code: people for code, _label, people in refused_why}


def _held_back(campaign: Campaign, refused: dict[str, int]) -> dict[str, int]:
    waiting = Message.objects.filter(
        workspace_id=campaign.workspace_id,
        origin_id=campaign.pk,
        state__in=[MessageState.HELD, MessageState.QUEUED, MessageState.REFUSED],
    ).select_related("decision")
    held = Counter(message.decision.reasons[0] for message in waiting if message.decision.reasons)
    return dict(Counter(refused) + held)


def _arrived(mail_directory: Path) -> Counter[str]:
    heads = (_head(path) for path in mail_directory.rglob("*.eml"))
    return Counter(str(head["Message-ID"]) for head in heads)


def _head(path: Path) -> email.message.Message:
    with path.open("rb") as file:
        return email.message_from_binary_file(file)
