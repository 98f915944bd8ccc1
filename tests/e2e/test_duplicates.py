"""The queue of duplicates worked by keyboard alone: choose, open, merge, tell apart, take back."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dangol.customers.models import DuplicatePair, Person
from dangol.customers.operations import give_consent, withdraw_consent
from dangol.kit import tenancy
from tests.e2e.conftest import Site, sign_in
from tests.factories import NOW, make_person

pytestmark = pytest.mark.browser

EVIDENCE = [
    {"field": "phone", "level": "same", "bits": 12.6},
    {"field": "given", "level": "alike", "bits": 7.0},
    {"field": "city", "level": "different", "bits": -2.1},
]


@pytest.fixture
def pairs(site: Site) -> None:
    cast = site.cast
    with tenancy.workspace(cast.workspace.pk):
        for number, score in enumerate((0.99, 0.8)):
            one = make_person(cast.jieun, name=f"김하늘{number}", city="서울", phone="+821012345678")
            other = make_person(cast.jieun, name=f"Haneul Kim {number}", city="부산", phone="+821012345678")
            give_consent(person=one, channel="email", purpose="marketing", at=NOW, source="web")
            withdraw_consent(person=other, channel="email", purpose="marketing", at=NOW, source="web")
            DuplicatePair.objects.create(
                workspace=cast.workspace, person=one, other_person=other, score=score, evidence=EVIDENCE, found_at=NOW
            )


def picture(page: Page, name: str) -> None:
    """Keep a picture where the environment names a folder for pictures."""
    if folder := os.environ.get("DANGOL_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def count_of_people(site: Site) -> int:
    with tenancy.workspace(site.cast.workspace.pk):
        return Person.objects.count()


def test_the_queue_is_worked_without_a_mouse(site: Site, page: Page, pairs: None) -> None:
    sign_in(page, site.cast.jieun)
    page.goto("/duplicates/person/")
    picture(page, "duplicates")
    page.keyboard.press("j")
    page.keyboard.press("Enter")
    expect(page.locator("[data-key=m]")).to_be_visible()
    picture(page, "duplicate")
    page.keyboard.press("j")
    expect(page.locator("[data-key=k]")).to_be_visible()
    page.keyboard.press("k")
    expect(page.locator("[data-key=j]")).to_be_visible()
    page.keyboard.press("m")
    expect(page.locator("[data-key=n]")).to_be_visible()
    expect(page.locator("main")).to_contain_text("Haneul Kim 1")
    page.keyboard.press("n")
    page.wait_for_url("**/duplicates/person/")
    assert count_of_people(site) == 3

    page.goto("/merges/")
    picture(page, "merges")
    page.locator("main form button").click()
    page.wait_for_url("**/merges/")
    expect(page.locator("main form button")).to_have_count(0)
    assert count_of_people(site) == 4
