"""The rows of a filter are drawn again by the server: nothing typed meanwhile is lost, nor the place of the caret."""

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e.conftest import Site, sign_in

pytestmark = pytest.mark.browser

CARET = "[document.activeElement.id, document.activeElement.selectionStart]"


@pytest.fixture
def builder(site: Site, page: Page) -> Page:
    """Open a new view of companies with two rows, both asking for words."""
    sign_in(page, site.cast.jieun)
    page.goto("/lists/companies/views/new/")
    for number in range(2):
        page.locator("[data-act=add]").last.click()
        page.locator(f"[id='c.{number}:value']").wait_for()
    page.locator("[id='c.0:value']").fill("제조")
    return page


def held_answers(page: Page) -> list[Route]:
    """Let every answer that draws the rows again wait until the test lets it go."""
    held: list[Route] = []
    page.route("**/views/new/", lambda route: held.append(route))  # noqa: PLW0108 - a builtin cannot be wrapped
    return held


def let_go(page: Page, held: list[Route], count: int) -> None:
    """Wait until so many answers are held, and let them go."""
    while len(held) < count:
        page.wait_for_timeout(20)
    for _number in range(count):
        held.pop(0).continue_()


def test_what_is_typed_while_the_rows_are_drawn_stays(builder: Page) -> None:
    first, second = builder.locator("[id='c.0:value']"), builder.locator("[id='c.1:value']")
    held = held_answers(builder)
    with builder.expect_request("**/views/new/"):
        builder.locator("[id='c.0:attribute']").select_option("domain")
    second.fill("서울 강남")
    second.evaluate("input => input.setSelectionRange(2, 2)")
    with builder.expect_response("**/views/new/"):
        let_go(builder, held, 1)
    expect(builder.locator("[id='c.0:attribute']")).to_have_value("domain")
    expect(second).to_be_focused()
    assert builder.evaluate(CARET) == ["c.1:value", 2]
    builder.keyboard.type("시 ")
    expect(second).to_have_value("서울시  강남")
    expect(first).to_have_value("제조")


def test_a_second_choice_made_meanwhile_is_drawn_too(builder: Page) -> None:
    held = held_answers(builder)
    with builder.expect_request("**/views/new/"):
        builder.locator("[id='c.0:attribute']").select_option("domain")
    with builder.expect_request("**/views/new/"):
        builder.locator("[id='c.1:kind']").select_option("tag")
    let_go(builder, held, 1)
    let_go(builder, held, 2)
    expect(builder.locator("[id='c.1:tags.0']")).to_be_visible()
    expect(builder.locator("[id='c.0:attribute']")).to_have_value("domain")
    expect(builder.locator("[id='c.0:value']")).to_have_value("제조")


def test_a_half_typed_syllable_is_finished_first(builder: Page) -> None:
    second = builder.locator("[id='c.1:value']")
    held = held_answers(builder)
    with builder.expect_request("**/views/new/"):
        builder.locator("[id='c.0:attribute']").select_option("domain")
    second.focus()
    keyboard = builder.context.new_cdp_session(builder)
    keyboard.send("Input.imeSetComposition", {"text": "하", "selectionStart": 1, "selectionEnd": 1})
    second.evaluate("input => { window.before = input }")
    with builder.expect_response("**/views/new/"):
        let_go(builder, held, 1)
    builder.wait_for_timeout(200)
    assert second.evaluate("input => input === window.before")
    keyboard.send("Input.insertText", {"text": "한"})
    expect(second).to_have_value("한")
    builder.wait_for_function("!window.before.isConnected")
    expect(second).to_be_focused()
    expect(second).to_have_value("한")
