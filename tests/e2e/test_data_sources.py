"""A data source from the first step to the people it brings, in a real browser on a phone's screen."""

import os
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from dangol.customers.models import Person
from dangol.kit import tenancy
from tests.e2e.conftest import Site, sign_in
from tests.integrations.data_sources.sources import PASSWORD, foreign_database

pytestmark = pytest.mark.browser


def picture(page: Page, name: str) -> None:
    """Keep a picture where the environment names a folder for pictures."""
    if folder := os.environ.get("DANGOL_PICTURES"):
        page.screenshot(path=Path(folder) / f"{name}.png", full_page=True)


def fits(page: Page) -> bool:
    """Whether nothing but tables and tabs, which scroll by themselves, is wider than the screen."""
    return bool(page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"))


def go_on(page: Page) -> None:
    page.locator("main form button.button-primary").click()


def test_a_database_is_connected_and_read(site: Site, page: Page) -> None:
    with foreign_database(f"e2e_{os.getpid()}") as (place, owner):
        owner.execute("CREATE TABLE members (id int, name text, email text, changed int)")
        owner.execute("INSERT INTO members VALUES (1, '김하늘', 'a@example.com', 1), (2, '이도윤', 'nobody', 2)")
        page.set_viewport_size({"width": 390, "height": 844})
        sign_in(page, site.cast.admin)
        page.goto("/settings/data-sources/")
        picture(page, "sources-empty")
        page.locator("main a.button-primary").click()
        page.locator("#id_name").fill("본점 회원")
        go_on(page)
        for name in ("host", "port", "database", "user"):
            page.locator(f"#id_{name}").fill(str(place[name]))
        page.locator("#id_password").fill(PASSWORD)
        page.locator("#id_encryption").select_option("none")
        go_on(page)
        expect(page.locator(".notice-bad")).to_be_visible()
        page.locator("#id_is_private_allowed").check()
        page.locator("#id_password").fill(PASSWORD)
        picture(page, "sources-connection")
        assert fits(page)
        go_on(page)
        page.locator("#id_table").select_option("members")
        go_on(page)
        expect(page.locator("#column-2")).to_have_value("email")
        picture(page, "sources-columns")
        assert fits(page)
        go_on(page)
        page.locator("input[name=load][value=incremental]").check()
        page.locator("#id_cursor_column").select_option("changed")
        picture(page, "sources-schedule")
        assert fits(page)
        go_on(page)
        page.locator("form[action$='/run/'] button").click()
        site.start_worker()
        expect(page.locator("#state:not([hx-get]) .badge-good").first).to_be_visible(timeout=60_000)
        picture(page, "sources-source")
        assert fits(page)
        page.locator("#state tbody a").first.click()
        expect(page.locator("#problems")).to_be_visible()
        picture(page, "sources-run")
        assert fits(page)
    with tenancy.workspace(site.cast.workspace.pk):
        assert Person.objects.get().name == "김하늘"
