"""Compose, change, schedule, launch, cancel: what each leaves behind and when each refuses."""

from datetime import timedelta

import pytest
from procrastinate.contrib.django.models import ProcrastinateJob

from dangol.marketing.enums import CampaignState
from dangol.marketing.models import CampaignCancellation, CampaignLaunch
from dangol.marketing.operations import (
    UnableToCancel,
    UnableToChange,
    UnableToCompose,
    UnableToLaunch,
    cancel,
    change,
    compose,
    launch,
    schedule,
)
from dangol.workspaces.models import AuditEntry
from tests.factories import NOW
from tests.marketing.making import make_campaign, make_plan, make_sender
from tests.people import Cast


def waiting_jobs(name: str) -> int:
    return ProcrastinateJob.objects.filter(task_name__endswith=name, status="todo").count()


def test_composing_leaves_a_draft(inside: Cast) -> None:
    campaign = make_campaign(inside.marketer)
    assert (campaign.state, campaign.holdout_percent, campaign.created_by) == (
        CampaignState.DRAFT,
        10,
        inside.marketer,
    )


def test_a_name_is_taken_once(inside: Cast) -> None:
    make_campaign(inside.marketer)
    with pytest.raises(UnableToCompose, match="exists"):
        compose(plan=make_plan(inside.marketer), by=inside.marketer)


def test_leaving_nobody_alone_needs_a_reason(inside: Cast) -> None:
    with pytest.raises(UnableToCompose, match="nobody is left alone"):
        compose(plan=make_plan(inside.marketer, holdout_percent=0), by=inside.marketer)
    kept = compose(plan=make_plan(inside.marketer, holdout_percent=0, reason="첫 시험"), by=inside.marketer)
    assert kept.no_holdout_reason == "첫 시험"


def test_launching_leaves_who_and_when_and_queues_the_audience(inside: Cast) -> None:
    make_sender(inside.marketer)
    campaign = make_campaign(inside.marketer)
    record = launch(campaign=campaign, by=inside.marketer, now=NOW)
    assert isinstance(record, CampaignLaunch)
    assert (record.by, record.at) == (inside.marketer, NOW)
    assert campaign.state == CampaignState.SENDING
    assert campaign.template_version is not None
    assert waiting_jobs("fix_audience") == 1
    assert AuditEntry.objects.filter(verb="CampaignLaunched").count() == 1


def test_launching_needs_a_sender(inside: Cast) -> None:
    with pytest.raises(UnableToLaunch, match="sender"):
        launch(campaign=make_campaign(inside.marketer), by=inside.marketer, now=NOW)


def test_launching_twice_is_refused(inside: Cast) -> None:
    make_sender(inside.marketer)
    campaign = make_campaign(inside.marketer)
    launch(campaign=campaign, by=inside.marketer, now=NOW)
    with pytest.raises(UnableToLaunch, match="before"):
        launch(campaign=campaign, by=inside.admin, now=NOW)
    assert CampaignLaunch.objects.count() == 1


def test_scheduling_in_the_past_is_refused(inside: Cast) -> None:
    make_sender(inside.marketer)
    with pytest.raises(UnableToLaunch, match="future"):
        schedule(campaign=make_campaign(inside.marketer), at=NOW, by=inside.marketer, now=NOW)


def test_a_launched_campaign_is_not_changed(inside: Cast) -> None:
    make_sender(inside.marketer)
    campaign = make_campaign(inside.marketer)
    launch(campaign=campaign, by=inside.marketer, now=NOW)
    with pytest.raises(UnableToChange, match="draft"):
        change(campaign=campaign, plan=make_plan(inside.marketer, name="다른 이름"))


def test_cancelling_says_why_and_only_once(inside: Cast) -> None:
    make_sender(inside.marketer)
    campaign = make_campaign(inside.marketer)
    schedule(campaign=campaign, at=NOW + timedelta(days=1), by=inside.marketer, now=NOW)
    with pytest.raises(UnableToCancel, match="Say why"):
        cancel(campaign=campaign, by=inside.marketer, reason=" ", now=NOW)
    cancel(campaign=campaign, by=inside.marketer, reason="가격 오류", now=NOW)
    assert CampaignCancellation.objects.get().reason == "가격 오류"
    with pytest.raises(UnableToCancel, match="ended"):
        cancel(campaign=campaign, by=inside.marketer, reason="또", now=NOW)
