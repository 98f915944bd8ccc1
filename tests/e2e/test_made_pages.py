"""Pages about something: a person with a history, an import, a campaign in each state, a letter's own pages."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from dangol.customers.models import Person
from dangol.customers.operations import check_people_import, upload_people
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.marketing.models import Campaign
from dangol.messaging import links
from dangol.relations.operations import make_promise, open_hurt
from dangol.tracking.models import Order
from dangol.workspaces.models import Member
from tests.e2e.conftest import Site, sign_in
from tests.e2e.test_pages import faults
from tests.factories import NOW, make_person
from tests.marketing.making import make_campaign, make_sender
from tests.messaging.letters import agree, make_letter
from tests.people import Cast

pytestmark = pytest.mark.browser

LONG = "남궁아름다운나래황보선우제갈공명독고영재"
FILE = """이름,이메일,휴대폰,생년월일,메모
김하늘,haneul@example.com,010-1234-5678,1990-01-02,단골
이도윤,nope@@,12,1990-13-40,
"""


def person_with_a_history(member: Member) -> Person:
    """Somebody with purchases, a late promise, a hurt, a consent and a letter, under a very long name and address."""
    person = make_person(member, name=LONG, email=f"{'long.address.' * 4}@example.com", owner=member)
    for days in (400, 90, 30, 3):
        Order.objects.create(
            workspace_id=member.workspace_id,
            person=person,
            number=f"A-{days}",
            placed_at=timezone.now() - timedelta(days=days),
            amount=1_234_567_890,
            currency="KRW",
            event_id=uuid7(),
        )
    past = timezone.now() - timedelta(days=9)
    make_promise(
        person=person, sentence="다음 주에 전화드리겠습니다.", due_at=past + timedelta(days=2), by=member, now=past
    )
    open_hurt(person=person, reason="상자가 찢어진 채로 왔습니다.", now=past, by=member)
    agree(person, night=True)
    return person


def pages_about_a_person(cast: Cast) -> list[str]:
    person = person_with_a_history(cast.admin)
    return [f"/people/{person.pk}/", f"/people/{person.pk}/edit/", f"/settings/members/{cast.jieun.pk}/password/"]


def pages_of_an_import(member: Member) -> list[str]:
    uploaded = upload_people(member=member, file_name=f"{LONG * 3}.csv", content=FILE.encode(), now=NOW)
    before = f"/people/import/{uploaded.pk}/"
    checked = upload_people(member=member, file_name="명단.csv", content=FILE.encode(), now=NOW)
    check_people_import(people_import=checked, now=NOW)
    return [before, f"/people/import/{checked.pk}/"]


def pages_of_campaigns(member: Member) -> list[str]:
    make_sender(member)
    shown = []
    for state in ("draft", "scheduled", "sending", "waiting", "finished", "cancelled"):
        campaign = make_campaign(member, name=f"{state}: {LONG * 2}")
        at = timezone.now() + timedelta(days=1)
        Campaign.objects.filter(pk=campaign.pk).update(state=state, scheduled_at=at if state == "scheduled" else None)
        shown += [f"/campaigns/{campaign.pk}/"]
    pages = [f"/segments/{campaign.segment_id}/", f"/segments/{campaign.segment_id}/edit/"]
    return [*shown, f"{shown[0]}forecast/", f"{shown[2]}progress/", *pages, f"/templates/{campaign.template_id}/"]


def pages_of_letters(member: Member) -> list[str]:
    letter = make_letter(member, make_person(member, email="reader@example.com"), reasons=["segment"])
    for state in ("held", "failed", "unknown", "queued", "refused"):
        make_letter(member, state=state)
    urls = links.public_urls(letter)
    public = [urlsplit(urls[name]).path for name in ("unsubscribe_url", "preferences_url", "why_url") if name in urls]
    return [*public, *(f"/messages/?in={state}" for state in ("held", "failed", "unknown", "queued", "sent"))]


@pytest.mark.parametrize("language", ["ko", "en"])
def test_pages_about_something_fit_and_name_their_controls(site: Site, page: Page, language: str) -> None:
    member = site.cast.admin
    member.user.language = language
    member.user.save()
    with tenancy.workspace(member.workspace_id):
        paths = pages_about_a_person(site.cast) + pages_of_an_import(member)
        paths += pages_of_campaigns(member) + pages_of_letters(member)
    sign_in(page, member)
    assert faults(page, paths) == []


def test_a_row_opens_where_it_is_clicked_and_lets_an_address_be_copied(site: Site, page: Page) -> None:
    with tenancy.workspace(site.cast.workspace.pk):
        make_person(site.cast.admin, name="김하늘", email="haneul@example.com")
    sign_in(page, site.cast.admin)
    page.goto("/people/")
    page.dblclick("td .copyable")
    address = page.locator("td input[name=value]")
    expect(address).to_have_value("haneul@example.com")
    expect(address).to_be_focused()
    page.keyboard.press("Escape")
    expect(address).to_have_count(0)
    assert page.url.endswith("/people/")
    row = page.locator("tbody tr")
    box = row.bounding_box()
    assert box is not None
    page.mouse.click(box["x"] + box["width"] - 8, box["y"] + box["height"] / 2)
    page.wait_for_url("**/people/*-*/**")
    assert page.inner_text("h1") == "김하늘"


def test_a_button_in_a_row_does_its_own_work(site: Site, page: Page) -> None:
    with tenancy.workspace(site.cast.workspace.pk):
        make_letter(site.cast.admin, state="held")
    sign_in(page, site.cast.admin)
    page.goto("/messages/")
    page.click("tbody tr button")
    page.wait_for_load_state()
    assert "/messages/" in page.url
    expect(page.locator("tbody tr")).to_have_count(0)


def test_a_new_segment_complains_of_nothing_until_somebody_types(site: Site, page: Page) -> None:
    sign_in(page, site.cast.admin)
    page.goto("/segments/new/")
    estimate = page.locator("#estimate")
    expect(estimate.locator("p")).to_have_count(1)
    page.click("[data-act=add]")
    expect(estimate.locator("p")).to_have_count(2)
