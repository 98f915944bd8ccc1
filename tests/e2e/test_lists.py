"""A list worked by keyboard alone: walk, edit in place, meet another editor, change many, undo, keep a view, go on."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dangol.customers.models import Person
from dangol.kit import tenancy
from tests.e2e.conftest import Site, sign_in
from tests.factories import make_person

pytestmark = pytest.mark.browser


@pytest.fixture
def people(site: Site) -> list[Person]:
    cast = site.cast
    with tenancy.workspace(cast.workspace.pk):
        return [
            make_person(cast.jieun, name=f"손님{number}", owner=cast.jieun, city="서울" if number % 2 else "부산")
            for number in range(6)
        ]


def city_of(site: Site, person: Person) -> str:
    with tenancy.workspace(site.cast.workspace.pk):
        return Person.objects.values_list("city", flat=True).get(pk=person.pk)


def picture(page: Page, name: str) -> None:
    """Keep a picture where the environment names a folder for pictures."""
    if folder := os.environ.get("DANGOL_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_list_is_worked_without_a_mouse(site: Site, page: Page, people: list[Person]) -> None:
    sign_in(page, site.cast.jieun)
    page.goto("/people/?sort=name")
    cells = page.locator("tbody tr").nth(0).locator("td[data-edit-url]")
    city = cells.nth(2)
    page.keyboard.press("j")
    for _step in range(3):
        page.keyboard.press("ArrowRight")
    expect(city).to_have_attribute("data-here", "")
    page.keyboard.press("Enter")
    expect(city.locator("input[name=value]")).to_be_focused()
    page.keyboard.type("대전")
    page.keyboard.press("Enter")
    expect(city.locator(".copyable")).to_have_text("대전")
    assert city_of(site, people[0]) == "대전"

    page.keyboard.press("Enter")
    expect(city.locator("input[name=value]")).to_be_focused()
    with tenancy.workspace(site.cast.workspace.pk):
        Person.objects.filter(pk=people[0].pk).update(city="광주")
    page.keyboard.type("울산")
    page.keyboard.press("Enter")
    expect(city.get_by_role("alert")).to_contain_text("광주")
    picture(page, "conflict")
    assert city_of(site, people[0]) == "광주"
    page.keyboard.press("Escape")
    expect(city).to_have_text("광주")


def test_many_rows_are_changed_and_given_back(site: Site, page: Page, people: list[Person]) -> None:
    sign_in(page, site.cast.jieun)
    page.goto("/people/?sort=name")
    bar = page.locator("[data-bulk]")
    expect(bar).to_be_hidden()
    for _row in range(2):
        page.keyboard.press("j")
        page.keyboard.press("x")
    expect(bar).to_be_visible()
    bar.locator("[data-act]").select_option("change:city")
    bar.locator("[name=value_city]").fill("제주")
    picture(page, "bulk")
    bar.get_by_role("button").click()
    expect(page.locator("#bulk-change")).to_be_visible()
    assert [city_of(site, person) for person in people[:3]] == ["제주", "제주", "부산"]
    picture(page, "changed")
    page.locator("#bulk-change").get_by_role("button").click()
    expect(page.locator(".notice-good")).to_be_visible()
    assert [city_of(site, person) for person in people[:3]] == ["부산", "서울", "부산"]


def test_a_view_is_kept_and_leads_from_person_to_person(site: Site, page: Page, people: list[Person]) -> None:
    sign_in(page, site.cast.jieun)
    page.goto("/lists/people/views/new/")
    page.fill("#view-name", "서울 손님")
    page.locator("[data-act=add]").last.click()
    page.locator("[id='c.0:kind']").wait_for()
    with page.expect_response("**/views/new/"):
        page.locator("[name='c.0:attribute']").select_option("city")
    page.locator("[name='c.0:value']").fill("서울")
    page.locator("#view-group").select_option("owner")
    picture(page, "view-form")
    page.locator("[name=save]").first.click()
    expect(page.locator("tbody tr")).to_have_count(3)
    picture(page, "view")
    page.keyboard.press("j")
    page.keyboard.press("o")
    page.wait_for_url(f"**/people/{people[5].pk}/**")
    page.keyboard.press("j")
    page.wait_for_url(f"**/people/{people[3].pk}/**")
    page.keyboard.press("k")
    page.wait_for_url(f"**/people/{people[5].pk}/**")
