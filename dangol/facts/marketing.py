"""Facts about campaigns."""

from dataclasses import dataclass
from uuid import UUID

from dangol.kit.fact import Fact


@dataclass(frozen=True, kw_only=True)
class CampaignLaunched(Fact):
    """A campaign's audience was fixed and its messages may leave."""

    campaign_id: UUID


@dataclass(frozen=True, kw_only=True)
class CampaignFinished(Fact):
    """Every member of the audience has an outcome: sent, refused, failed or left alone."""

    campaign_id: UUID
