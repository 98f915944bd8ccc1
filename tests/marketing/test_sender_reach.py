"""A campaign is sent to those of its segment whom its sender sees at that moment, and to nobody else."""

from typing import Any

import pytest
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext

from dangol.customers.models import Person
from dangol.customers.operations import share
from dangol.kit import tenancy
from dangol.marketing import queries
from dangol.marketing.models import Campaign, CampaignLaunch, Recipient
from dangol.marketing.operations import fix_audience, launch
from dangol.messaging.models import Message
from dangol.workspaces.enums import Level, Role
from dangol.workspaces.models import Approval, CustomRole, Member
from tests.conftest import signed_in
from tests.desk.test_approvals import rule
from tests.factories import NOW
from tests.marketing.making import make_campaign, make_reader, make_sender
from tests.people import Cast

BUSAN = {"kind": "attribute", "attribute": "city", "operator": "is", "value": "부산"}
LOST = {"kind": "tag", "tag": "00000000-0000-0000-0000-000000000000", "has": False}


def who_sends(cast: Cast, member: Member, level: Level, people: dict[str, Any] | None = None) -> Member:
    """Return the member with a role that sends campaigns and sees people as far as this."""
    levels = {"people.see": level, "campaigns.send": Level.ALL}
    role = CustomRole.objects.create(
        workspace=cast.workspace, name=f"지점 {member.pk}", levels=levels, people=people or {}
    )
    Member.objects.filter(pk=member.pk).update(role=Role.CUSTOM, custom_role=role)
    return Member.objects.get(pk=member.pk)


@pytest.fixture
def readers(inside: Cast) -> dict[str, Person]:
    """Return three who agreed: one of 지은 in 부산, one of 민수 and one of Dana in 서울; Lee has one of her own."""
    with tenancy.workspace(inside.other_workspace.pk):
        make_reader(inside.lee, name="이웃", city="부산", owner=inside.lee)
    told = {"jieun": "부산", "minsu": "서울", "dana": "서울"}
    return {
        name: make_reader(inside.admin, name=name, city=city, owner=getattr(inside, name))
        for name, city in told.items()
    }


@pytest.fixture
def campaign(inside: Cast, readers: dict[str, Person]) -> Campaign:
    make_sender(inside.marketer)
    return make_campaign(inside.marketer, holdout_percent=0)


def sent_to(campaign: Campaign, by: Member) -> list[str]:
    """Let it go, and return who is written to."""
    assert isinstance(launch(campaign=campaign, by=by, now=NOW), CampaignLaunch)
    fix_audience(workspace_id=campaign.workspace_id, campaign_id=campaign.pk)
    reached = sorted(Recipient.objects.values_list("person__name", flat=True))
    assert sorted(Message.objects.values_list("person__name", flat=True)) == reached
    assert CampaignLaunch.objects.get().audience_count == len(reached)
    return reached


def test_who_sees_everybody_writes_to_everybody(inside: Cast, campaign: Campaign) -> None:
    assert sent_to(campaign, inside.marketer) == ["dana", "jieun", "minsu"]


@pytest.mark.parametrize(
    "name, level, reached",
    [
        ("jieun", Level.TEAM, ["jieun", "minsu"]),
        ("minsu", Level.OWN, ["minsu"]),
        ("dana", Level.TEAM, ["dana"]),
        ("dana", Level.NONE, []),
    ],
)
def test_the_level_narrows_whom_a_campaign_reaches(
    inside: Cast, campaign: Campaign, name: str, level: Level, reached: list[str]
) -> None:
    assert sent_to(campaign, who_sends(inside, getattr(inside, name), level)) == reached


@pytest.mark.shows("8.3.1")
def test_a_bound_narrows_and_what_was_shared_is_reached(
    inside: Cast, campaign: Campaign, readers: dict[str, Person]
) -> None:
    minsu = who_sends(inside, inside.minsu, Level.ALL, BUSAN)
    share(
        row=readers["dana"],
        member=inside.minsu,
        team=None,
        may_change=False,
        days=1,
        by=inside.admin,
        now=timezone.now(),
    )
    forecast = queries.forecast(campaign, member=minsu, now=NOW)
    assert (forecast.audience, forecast.is_narrowed) == (2, True)
    assert sent_to(campaign, minsu) == ["dana", "jieun"]


def test_a_bound_that_cannot_be_read_reaches_nobody(inside: Cast, campaign: Campaign) -> None:
    assert sent_to(campaign, who_sends(inside, inside.jieun, Level.ALL, LOST)) == []


@pytest.mark.shows("AC-32")
def test_the_rights_of_the_moment_hold(inside: Cast, campaign: Campaign) -> None:
    launch(campaign=campaign, by=inside.marketer, now=NOW)
    Member.objects.filter(pk=inside.marketer.pk).update(people=BUSAN)
    fix_audience(workspace_id=campaign.workspace_id, campaign_id=campaign.pk)
    assert [one.person.name for one in Recipient.objects.all()] == ["jieun"]


def test_who_left_writes_to_nobody(inside: Cast, campaign: Campaign) -> None:
    launch(campaign=campaign, by=inside.marketer, now=NOW)
    Member.objects.filter(pk=inside.marketer.pk).update(ended_at=NOW)
    fix_audience(workspace_id=campaign.workspace_id, campaign_id=campaign.pk)
    assert not Recipient.objects.exists()


def test_the_page_says_that_only_a_part_is_reached(inside: Cast, campaign: Campaign) -> None:
    with translation.override("ko"):
        said = gettext("Only people of the segment whom the sender's rights reach get it.")
    path = reverse("marketing:forecast", args=[campaign.pk])
    pages = {
        member: signed_in(member).get(path).content.decode().replace("&#x27;", "'")
        for member in (who_sends(inside, inside.minsu, Level.ALL, BUSAN), inside.marketer)
    }
    assert [said in page for page in pages.values()] == [True, False]
    assert signed_in(inside.lee).get(path).status_code == 404


def test_an_approval_for_a_part_is_not_used_for_everybody(inside: Cast, campaign: Campaign) -> None:
    rule(inside, "campaign")
    minsu = who_sends(inside, inside.minsu, Level.ALL, BUSAN)
    now = timezone.now()
    asked = launch(campaign=campaign, by=minsu, now=now)
    assert isinstance(asked, Approval)
    assert asked.amount == 1
    other = launch(campaign=campaign, by=inside.marketer, now=now)
    assert isinstance(other, Approval)
    asked.refresh_from_db()
    assert (asked.state, other.amount) == ("void", 3)
