"""A customer reads why a campaign was for them, in both languages; another house's campaign has no reason here."""

from dangol.kit import tenancy
from dangol.marketing.origin import CampaignOrigin
from tests.marketing.making import make_campaign
from tests.people import Cast


def test_the_segment_says_why(inside: Cast) -> None:
    campaign = make_campaign(inside.marketer)
    reason = CampaignOrigin().reason(workspace_id=campaign.workspace_id, origin_id=campaign.pk, language="en")
    assert reason is not None
    assert reason.topic_id == campaign.segment_id
    assert reason.sentence.startswith("You are one of the people whom this message is for: ")


def test_another_house_knows_nothing_of_it(inside: Cast) -> None:
    campaign = make_campaign(inside.marketer)
    with tenancy.workspace(inside.lee.workspace_id):
        origin = CampaignOrigin()
        assert origin.reason(workspace_id=inside.lee.workspace_id, origin_id=campaign.pk, language="en") is None
