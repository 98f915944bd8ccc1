"""⌘K in a browser, as somebody types Korean into it."""

import pytest
from playwright.sync_api import Page, expect

from dangol.kit import tenancy
from dangol.kit.korean import initials
from tests.e2e.conftest import Site, sign_in
from tests.factories import make_person

pytestmark = pytest.mark.browser


def test_people_are_found_while_a_syllable_is_still_composed(site: Site, page: Page) -> None:
    with tenancy.workspace(site.cast.workspace.pk):
        for name in ("김하늘", "이도윤"):
            make_person(site.cast.admin, name=name, initials=initials(name))
    sign_in(page, site.cast.admin)
    page.keyboard.press("Control+k")
    expect(page.locator("dialog [role=option]").first).to_be_visible()
    keyboard = page.context.new_cdp_session(page)
    options = page.locator("dialog .palette-choice:has(.palette-reason)")
    for composed in ("ㅎ", "하", "한", "하느"):
        keyboard.send(
            "Input.imeSetComposition",
            {"text": composed, "selectionStart": len(composed), "selectionEnd": len(composed)},
        )
    expect(options).to_have_count(1)
    expect(options.locator(".palette-label")).to_have_text("김하늘")
    keyboard.send("Input.insertText", {"text": "하늘"})
    expect(options.locator("mark")).to_have_text("하늘")
    expect(options.locator(".palette-reason")).to_have_text("이름")
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*-*/")
    page.keyboard.press("Control+k")
    expect(page.locator("dialog [role=group]").first.locator(".palette-label")).to_have_text(["김하늘"])
