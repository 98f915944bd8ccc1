"""From a new source to its first event: copy the line, paste it into a site, and see that it arrives."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e.conftest import Site, sign_in
from tests.e2e.shop import shop

pytestmark = pytest.mark.browser


def test_the_copied_line_brings_the_first_event(site: Site, page: Page) -> None:
    site.start_worker()
    sign_in(page, site.cast.admin)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"], origin=site.address)
    page.goto("/sources/new/")
    page.fill("input[name=name]", "Web shop")
    page.click("main form.form button:not([type=button])")
    page.click("copy-text[for=web] button")
    line = page.evaluate("navigator.clipboard.readText()")
    assert line.startswith(f'<script src="{site.address}/v1/dangol.js" data-key="dk_')
    expect(page.locator(".notice time")).to_have_count(0)
    with shop(line, allowed=site.address) as visited:
        visitor = page.context.new_page()
        visitor.goto(visited.address)
        expect(page.locator(".notice time")).to_be_visible(timeout=60_000)
