"""A restored database knows that it is one, whoever restored it and however."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone
from pytest_django import Settings

from dangol.config.restored import settle_if_restored
from dangol.kit import tenancy
from dangol.marketing.enums import CampaignState
from dangol.marketing.models import Campaign
from dangol.marketing.operations import launch, schedule
from dangol.messaging.models import Message
from dangol.workspaces.models import DatabaseLife
from tests.factories import NOW, make_person
from tests.marketing.making import make_campaign
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.people import Cast


@pytest.fixture
def waiting(cast: Cast, settings: Settings, tmp_path: Path) -> Cast:
    """A message waits; nobody but us has served this database."""
    settings.DATA_DIRECTORY = tmp_path
    settle_if_restored()
    with tenancy.workspace(cast.workspace.pk):
        make_sender(cast.admin)
        person = make_person(cast.admin)
        agree(person)
        queue(make_version(cast.admin), [person])
    return cast


def states(cast: Cast) -> list[str]:
    with tenancy.workspace(cast.workspace.pk):
        return list(Message.objects.values_list("state", flat=True))


def test_a_restart_changes_nothing(waiting: Cast) -> None:
    settle_if_restored()

    assert states(waiting) == ["queued"]
    assert DatabaseLife.objects.count() == 1


@pytest.mark.parametrize("then", [{"timeline": "00000000"}, {"cluster": "another"}])
def test_another_timeline_or_cluster_holds_what_waits_once(waiting: Cast, then: dict[str, str]) -> None:
    DatabaseLife.objects.update(**then)

    settle_if_restored()

    assert states(waiting) == ["unknown"]
    with tenancy.workspace(waiting.workspace.pk):
        Message.objects.update(state="queued")
    settle_if_restored()
    assert states(waiting) == ["queued"]


def test_the_runtime_role_sees_the_timeline_that_the_server_writes(cast: Cast) -> None:
    settle_if_restored()

    with connection.cursor() as cursor:
        cursor.execute("SELECT timeline_id FROM pg_control_checkpoint()")
        ((timeline,),) = cursor.fetchall()
    assert int(DatabaseLife.objects.get().timeline, 16) == timeline


def test_campaigns_that_began_since_are_stopped(waiting: Cast) -> None:
    now = timezone.now()
    with tenancy.workspace(waiting.workspace.pk):
        due, later, under_way, draft = (
            make_campaign(waiting.marketer, name=name) for name in ("due", "later", "under way", "draft")
        )
        schedule(campaign=due, at=now + timedelta(days=1), by=waiting.marketer, now=now)
        schedule(campaign=later, at=now + timedelta(days=1), by=waiting.marketer, now=now)
        launch(campaign=under_way, by=waiting.marketer, now=now)
        Campaign.objects.filter(pk=due.pk).update(scheduled_at=NOW)
    DatabaseLife.objects.update(timeline="00000000")

    settle_if_restored()

    with tenancy.workspace(waiting.workspace.pk):
        found = {campaign.name: campaign.state for campaign in Campaign.objects.all()}
    assert found == {
        "due": CampaignState.CANCELLED,
        "later": CampaignState.SCHEDULED,
        "under way": CampaignState.CANCELLED,
        "draft": CampaignState.DRAFT,
    }
    assert draft.state == CampaignState.DRAFT
