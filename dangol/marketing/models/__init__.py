"""Campaigns, whom they reached, and whom they left alone."""

from dangol.marketing.models.campaign import Campaign, CampaignCancellation, CampaignLaunch
from dangol.marketing.models.recipient import Recipient

__all__ = ["Campaign", "CampaignCancellation", "CampaignLaunch", "Recipient"]
