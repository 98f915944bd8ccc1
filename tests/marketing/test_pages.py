"""The campaign pages, for those who may send, those who may not, and those of another house."""

from collections.abc import Callable
from contextlib import AbstractContextManager

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.marketing.enums import CampaignState
from dangol.marketing.models import Campaign
from dangol.marketing.operations import launch
from dangol.messaging.models import PolicyDecision
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW
from tests.marketing.making import make_campaign, make_plan, make_reader, make_sender
from tests.messaging.letters import make_letter
from tests.people import Cast

Clients = Callable[[Member], MemberClient]
Inside = Callable[[Member], AbstractContextManager[None]]


@pytest.fixture
def campaign(cast: Cast, in_workspace: Inside) -> Campaign:
    with in_workspace(cast.marketer):
        make_sender(cast.marketer)
        make_reader(cast.marketer)
        return make_campaign(cast.marketer, holdout_percent=0)


def test_the_empty_list_says_what_to_do(cast: Cast, client_of: Clients) -> None:
    page = client_of(cast.marketer).get("/campaigns/")
    assert "아직 캠페인이 없습니다" in page.content.decode() or "No campaign yet" in page.content.decode()


@pytest.mark.parametrize("count", [1, 3])
def test_the_list_asks_the_same_few_questions_for_any_number(
    cast: Cast, client_of: Clients, in_workspace: Inside, count: int
) -> None:
    with in_workspace(cast.marketer):
        for number in range(count):
            make_campaign(cast.marketer, name=f"캠페인 {number}")
    client = client_of(cast.marketer)
    client.get("/campaigns/")
    with CaptureQueriesContext(
        connection,
    ) as queries:
        page = client.get("/campaigns/")
    assert page.content.decode().count("data-row-link") == count
    asked = [query for query in queries if "marketing_campaign" in query["sql"]]
    assert len(asked) == 1


def test_dana_sees_but_does_not_send(campaign: Campaign, cast: Cast, client_of: Clients) -> None:
    dana = client_of(cast.dana)
    assert dana.get(f"/campaigns/{campaign.pk}/").status_code == 200
    assert dana.get("/campaigns/new/").status_code == 403
    assert dana.post(f"/campaigns/{campaign.pk}/launch/").status_code == 403


def test_lee_finds_nothing(campaign: Campaign, cast: Cast, client_of: Clients) -> None:
    lee = client_of(cast.lee)
    for path in ("", "edit/", "forecast/", "progress/"):
        assert lee.get(f"/campaigns/{campaign.pk}/{path}").status_code == 404
    for path in ("launch/", "schedule/", "cancellation/"):
        assert lee.post(f"/campaigns/{campaign.pk}/{path}").status_code == 404


def test_composing_by_the_form(cast: Cast, client_of: Clients, in_workspace: Inside) -> None:
    with in_workspace(cast.marketer):
        plan = make_plan(cast.marketer)
    fields = {
        "name": "겨울 인사",
        "segment": plan.segment.pk,
        "template": plan.template.pk,
        "intended_feeling": "thanked",
        "holdout_percent": 0,
        "no_holdout_reason": "",
    }
    client = client_of(cast.marketer)
    refused = client.post("/campaigns/new/", fields)
    assert refused.status_code == 200
    saved = client.post("/campaigns/new/", fields | {"holdout_percent": 10})
    with in_workspace(cast.marketer):
        assert saved.headers["Location"] == f"/campaigns/{Campaign.objects.get(name='겨울 인사').pk}/"


def test_a_segment_of_another_house_cannot_be_chosen(cast: Cast, client_of: Clients, in_workspace: Inside) -> None:
    with in_workspace(cast.lee):
        foreign = make_plan(cast.lee)
    with in_workspace(cast.marketer):
        own = make_plan(cast.marketer)
    answer = client_of(cast.marketer).post(
        "/campaigns/new/",
        {
            "name": "훔친 대상",
            "segment": foreign.segment.pk,
            "template": own.template.pk,
            "intended_feeling": "thanked",
            "holdout_percent": 10,
        },
    )
    assert answer.status_code == 200
    with in_workspace(cast.marketer):
        assert not Campaign.objects.exists()


def test_launching_by_the_button(campaign: Campaign, cast: Cast, client_of: Clients, in_workspace: Inside) -> None:
    answer = client_of(cast.marketer).post(f"/campaigns/{campaign.pk}/launch/", follow=True)
    assert answer.status_code == 200
    with in_workspace(cast.marketer):
        campaign.refresh_from_db()
    assert campaign.state == CampaignState.SENDING


def test_the_forecast_and_the_progress_answer_as_pages_and_as_fragments(
    campaign: Campaign, cast: Cast, client_of: Clients
) -> None:
    client = client_of(cast.dana)
    for path, tag in (("forecast", b"Get it now"), ("progress", b"have an outcome")):
        whole = client.get(f"/campaigns/{campaign.pk}/{path}/")
        part = client.get(f"/campaigns/{campaign.pk}/{path}/", headers={"HX-Request": "true"})
        assert tag in whole.content
        assert tag in part.content
        assert b"<html" in whole.content
        assert b"<html" not in part.content


def test_a_campaign_that_waits_says_how_many_until_when_and_why(
    campaign: Campaign, cast: Cast, client_of: Clients, in_workspace: Inside
) -> None:
    client = client_of(cast.dana)
    with in_workspace(cast.marketer):
        launch(campaign=campaign, by=cast.marketer, now=NOW)
        for _nth in range(2):
            make_letter(cast.marketer, state="held", origin_id=campaign.pk)
        PolicyDecision.objects.filter(origin_id=campaign.pk).update(outcome="hold", reasons=["legal_night"])
        Campaign.objects.update(state=CampaignState.WAITING)
    page = client.get(f"/campaigns/{campaign.pk}/").content.decode()
    assert "Waiting for the right time" in page
    assert "2 people wait for the right time." in page
    assert "Advertising rests between 21:00 and 08:00 in Seoul" in page
    poll = f"/campaigns/{campaign.pk}/progress/?state="
    same = client.get(f"{poll}waiting", headers={"HX-Request": "true"})
    assert "HX-Refresh" not in same
    moved = client.get(f"{poll}sending", headers={"HX-Request": "true"})
    assert moved["HX-Refresh"] == "true"
