"""Fixing the audience: everybody gets an arm and a decision once, whatever dies in between."""

from datetime import timedelta

import pytest
from django.utils import timezone
from django.utils.translation import override

from dangol.customers.operations import withdraw_consent
from dangol.marketing.enums import Arm, CampaignState
from dangol.marketing.models import Campaign, CampaignLaunch, Recipient
from dangol.marketing.operations import audience, cancel, continue_campaigns, fix_audience, launch, schedule
from dangol.marketing.queries import wait_of
from dangol.marketing.queries.campaigns import Wait
from dangol.messaging.contracts import in_holdout
from dangol.messaging.enums import MessageState
from dangol.messaging.models import Message, PolicyDecision
from dangol.messaging.operations import withdrawal
from dangol.messaging.policy import wording_of
from dangol.workspaces.models import AuditEntry
from tests.factories import NOW, make_person
from tests.marketing.making import make_campaign, make_reader, make_sender
from tests.people import Cast


def launched(cast: Cast, *, holdout_percent: int = 0) -> Campaign:
    make_sender(cast.marketer)
    campaign = make_campaign(cast.marketer, holdout_percent=holdout_percent)
    launch(campaign=campaign, by=cast.marketer, now=NOW)
    return campaign


def run(campaign: Campaign) -> None:
    fix_audience(workspace_id=campaign.workspace_id, campaign_id=campaign.pk)


def test_everybody_of_the_segment_gets_a_decision_and_the_consenting_a_message(inside: Cast) -> None:
    readers = {make_reader(inside.marketer).pk for _ in range(3)}
    stranger = make_person(inside.marketer)
    campaign = launched(inside)
    run(campaign)
    assert set(Recipient.objects.values_list("person_id", flat=True)) == readers | {stranger.pk}
    assert not Recipient.objects.filter(decision__isnull=True).exists()
    assert set(Message.objects.values_list("person_id", flat=True)) == readers
    assert Recipient.objects.get(person=stranger).decision.reasons[0] == "consent_missing"
    assert CampaignLaunch.objects.get().audience_count == 4


def test_running_again_changes_nothing(inside: Cast) -> None:
    make_reader(inside.marketer)
    campaign = launched(inside)
    run(campaign)
    before = (Recipient.objects.count(), Message.objects.count(), PolicyDecision.objects.count())
    run(campaign)
    assert (Recipient.objects.count(), Message.objects.count(), PolicyDecision.objects.count()) == before


def test_a_run_that_died_between_chunks_is_continued(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    for _ in range(5):
        make_reader(inside.marketer)
    campaign = launched(inside)
    monkeypatch.setattr(audience, "CHUNK", 2)
    audience._write_audience(campaign, now=NOW)
    audience._decide_chunk(workspace_id=campaign.workspace_id, campaign_id=campaign.pk, now=NOW)
    assert Recipient.objects.filter(decision__isnull=True).count() == 3
    run(campaign)
    assert Recipient.objects.filter(decision__isnull=True).count() == 0
    assert Message.objects.count() == 5


def test_the_arm_follows_from_salt_and_cluster_and_families_stay_together(inside: Cast) -> None:
    for number in range(40):
        make_reader(inside.marketer, address=f"서울 와우산로 {number // 2}")
    campaign = launched(inside, holdout_percent=50)
    run(campaign)
    recipients = list(Recipient.objects.all())
    assert len({recipient.cluster for recipient in recipients}) == 20
    for recipient in recipients:
        alone = in_holdout(campaign.salt, recipient.cluster, 50)
        assert recipient.arm == (Arm.HOLDOUT if alone else Arm.CONTACT)
    written_to = set(Message.objects.values_list("person_id", flat=True))
    assert written_to == {r.person_id for r in recipients if r.arm == Arm.CONTACT}


def test_a_scheduled_campaign_starts_when_it_is_due(inside: Cast) -> None:
    make_sender(inside.marketer)
    campaign = make_campaign(inside.marketer)
    now = timezone.now()
    schedule(campaign=campaign, at=now + timedelta(days=1), by=inside.marketer, now=now)
    continue_campaigns(workspace_id=campaign.workspace_id)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SCHEDULED
    Campaign.objects.update(scheduled_at=now - timedelta(seconds=1))
    continue_campaigns(workspace_id=campaign.workspace_id)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING


def test_a_campaign_is_finished_when_nothing_of_it_is_open(inside: Cast) -> None:
    make_reader(inside.marketer)
    campaign = launched(inside)
    run(campaign)
    Message.objects.update(state=MessageState.QUEUED)  # at night they are held
    continue_campaigns(workspace_id=campaign.workspace_id)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING
    Message.objects.update(state=MessageState.SENT, sent_at=NOW)
    continue_campaigns(workspace_id=campaign.workspace_id)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED
    assert AuditEntry.objects.filter(verb="CampaignFinished").count() == 1


def test_a_campaign_waits_when_all_that_is_left_is_held(inside: Cast) -> None:
    for _nth in range(2):
        make_reader(inside.marketer)
    campaign = launched(inside)
    run(campaign)
    later = timezone.now() + timedelta(hours=9)
    Message.objects.update(state=MessageState.HELD, due_at=later)
    PolicyDecision.objects.update(outcome="hold", reasons=["legal_night", "quiet_hours"], hold_until=later)
    continue_campaigns(workspace_id=campaign.workspace_id)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.WAITING
    night = wording_of("legal_night")
    assert night is not None
    with override("en"):
        assert wait_of(campaign) == Wait(2, later, later, [(night.staff_en, 2)])
    Message.objects.update(due_at=timezone.now() - timedelta(seconds=1))
    continue_campaigns(workspace_id=campaign.workspace_id)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING
    Message.objects.update(state=MessageState.SENT, sent_at=NOW)
    continue_campaigns(workspace_id=campaign.workspace_id)
    campaign.refresh_from_db()
    assert (campaign.state, wait_of(campaign)) == (CampaignState.FINISHED, None)


def test_an_empty_segment_finishes_too(inside: Cast) -> None:
    campaign = launched(inside)
    run(campaign)
    continue_campaigns(workspace_id=campaign.workspace_id)
    campaign.refresh_from_db()
    assert campaign.state == CampaignState.FINISHED


def test_cancelling_withdraws_what_has_not_left(inside: Cast) -> None:
    make_reader(inside.marketer)
    sent = make_reader(inside.marketer)
    campaign = launched(inside)
    run(campaign)
    Message.objects.filter(person=sent).update(state=MessageState.SENT)
    cancel(campaign=campaign, by=inside.marketer, reason="가격 오류", now=NOW)
    assert sorted(Message.objects.values_list("state", flat=True)) == [MessageState.REFUSED, MessageState.SENT]
    assert withdrawal.withdraw_messages(workspace_id=campaign.workspace_id, origin_id=campaign.pk, now=NOW) == 0


def test_the_next_campaign_holds_an_opted_out_person_back_with_the_reason(inside: Cast) -> None:
    reader = make_reader(inside.marketer)
    withdraw_consent(person=reader, channel="email", purpose="marketing", at=NOW, source="one-click")
    campaign = launched(inside)
    run(campaign)
    assert Recipient.objects.get().decision.reasons[0] == "consent_withdrawn"
    assert Message.objects.count() == 0
