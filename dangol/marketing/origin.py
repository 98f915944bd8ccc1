"""What a customer is told about why a campaign was for them."""

from uuid import UUID

from django.utils.translation import gettext as _
from django.utils.translation import override

from dangol.marketing.models import Campaign
from dangol.messaging.contracts import Origin, OriginReason
from dangol.segments.queries import describe


class CampaignOrigin(Origin):
    """Campaigns write to a segment: its sentence is the reason, and muting it mutes the whole segment."""

    def reason(self, *, workspace_id: UUID, origin_id: UUID, language: str) -> OriginReason | None:
        """Tell the segment's own sentence."""
        campaign = Campaign.objects.filter(workspace_id=workspace_id, pk=origin_id).select_related("segment").first()
        if campaign is None:
            return None
        with override(language):
            sentence = _("You are one of the people whom this message is for: %(description)s") % {
                "description": describe(campaign.segment.definition, language)
            }
        return OriginReason(sentence=sentence, topic_id=campaign.segment_id)
