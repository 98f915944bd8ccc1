"""Whom a campaign would reach: its segment, as far as the rights of who sends it go."""

from datetime import datetime

from dangol.customers.models.person import PersonQuerySet
from dangol.marketing.models import Campaign
from dangol.segments.queries import people_matching
from dangol.workspaces.models import Member


def audience_of(campaign: Campaign, *, sender: Member, now: datetime) -> PersonQuerySet:
    """Whom of the campaign's segment the sender sees, as the segment and the sender's rights are now."""
    matching = people_matching(campaign.segment.definition, workspace_id=campaign.workspace_id, now=now)
    return matching.visible_to(sender)
