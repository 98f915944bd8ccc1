"""Fields from the settings to the page of a customer, in a real browser."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dangol.customers.models import CustomRecord, FieldDefinition, Person
from dangol.customers.operations import fill_field_index
from dangol.kit import tenancy
from tests.e2e.conftest import Site, sign_in
from tests.factories import make_person

pytestmark = pytest.mark.browser


def picture(page: Page, name: str) -> None:
    """Keep a picture where the environment names a folder for pictures."""
    if folder := os.environ.get("DANGOL_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def test_a_field_is_made_prepared_and_filled_in(site: Site, page: Page) -> None:
    cast = site.cast
    with tenancy.workspace(cast.workspace.pk):
        friend = make_person(cast.jieun, name="이보라", email="bora@example.com")
        person = make_person(cast.jieun, name="김하늘", email="haneul@example.com")
    sign_in(page, cast.admin)
    page.goto("/settings/fields/of/person/new/")
    page.locator("#id_label").fill("회원 등급")
    page.locator("#id_kind").select_option("choice")
    choices = page.locator("#id_choices")
    expect(choices).to_be_visible()
    expect(page.locator("#id_label")).to_have_value("회원 등급")
    choices.fill("골드\n실버")
    page.locator("#id_is_filterable").check()
    picture(page, "field-form")
    page.locator("main form button.button-primary").click()
    expect(page.locator("#fields[hx-get]")).to_be_visible()
    with tenancy.workspace(cast.workspace.pk):
        field = FieldDefinition.objects.get()
    fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    expect(page.locator("#fields:not([hx-get])")).to_be_visible()
    page.goto("/settings/fields/of/person/new/?kind=person")
    page.locator("#id_label").fill("소개한 사람")
    page.locator("main form button.button-primary").click()
    expect(page.locator("tbody tr")).to_have_count(2)
    page.locator("form[action$='/up/'] button").click()
    expect(page.locator("tbody tr").nth(0)).to_contain_text("소개한 사람")
    picture(page, "fields")

    page.goto(f"/people/{person.pk}/edit/")
    page.locator("select[name='field-회원_등급']").select_option("골드")
    link = page.locator("input[name='field-소개한_사람']")
    link.press_sequentially("이보")
    option = page.locator(f"datalist option[value='이보라 ({friend.pk})']")
    expect(option).to_be_attached()
    link.fill(f"이보라 ({friend.pk})")
    picture(page, "person-form-with-fields")
    page.locator("main form button.button-primary").click()
    expect(page.locator("#fields")).to_contain_text("골드")
    page.locator("#fields").get_by_role("link", name="이보라").click()
    expect(page.locator("h1")).to_have_text("이보라")
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.get(pk=person.pk).fields == {"회원_등급": "골드", "소개한_사람": str(friend.pk)}


def test_an_own_object_is_made_and_its_records_stand_on_their_people(site: Site, page: Page) -> None:
    cast = site.cast
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.admin, name="김하늘", email="haneul@example.com")
    sign_in(page, cast.admin)
    page.goto("/settings/objects/")
    picture(page, "objects-empty")
    page.goto("/settings/objects/new/")
    page.locator("#id_label").fill("차량")
    page.locator("#id_plural").fill("차량")
    page.locator("main form button.button-primary").click()
    page.goto("/records/of/차량/")
    picture(page, "records-empty")
    page.goto("/records/of/차량/new/")
    page.locator("#id_name").fill("흰 트럭")
    page.locator("#id_people").fill("haneul@example.com")
    picture(page, "record-form")
    page.locator("main form button.button-primary").click()
    expect(page.locator("h1")).to_have_text("흰 트럭")
    picture(page, "record")
    page.goto(f"/people/{person.pk}/")
    page.get_by_role("link", name="흰 트럭").click()
    page.locator("form[action$='/deletion/'] button").click()
    expect(page.locator("#records")).to_be_visible()
    with tenancy.workspace(cast.workspace.pk):
        assert CustomRecord.objects.count() == 0
