"""Tells the catalogue of events which campaigns are built on an event."""

from collections.abc import Sequence

from django.utils.translation import gettext as _

from dangol.marketing.models import Campaign
from dangol.segments.queries import segments_with_event
from dangol.tracking.contracts import EventUse, EventUser
from dangol.workspaces.models import Member


class CampaignsOnEvents(EventUser):
    """Campaigns that go to segments which ask for the event."""

    def uses_of(self, event_name: str, member: Member) -> Sequence[EventUse]:
        segments = [segment.pk for segment in segments_with_event(event_name, member)]
        campaigns = Campaign.objects.filter(workspace_id=member.workspace_id, segment_id__in=segments)
        return [
            EventUse(_("Campaign"), campaign.name, campaign.get_absolute_url())
            for campaign in campaigns.order_by("-created_at", "-id")
        ]


CampaignsOnEvents().register()
