"""Every page as a browser sees it: it fits its screen, keeps the security policy and can be used by keyboard."""

import pytest
from playwright.sync_api import Page, expect

from dangol.kit import tenancy
from tests.e2e.conftest import Site, sign_in
from tests.factories import make_person

pytestmark = pytest.mark.browser

PAGES = [
    "/",
    "/people/",
    "/people/new/",
    "/people/import/",
    "/companies/",
    "/companies/new/",
    "/lists/people/views/new/",
    "/lists/companies/views/new/",
    "/duplicates/person/",
    "/duplicates/company/",
    "/merges/",
    "/records/",
    "/trash/",
    "/segments/",
    "/segments/new/",
    "/campaigns/",
    "/campaigns/new/",
    "/templates/",
    "/templates/new/",
    "/messages/",
    "/approvals/",
    "/sources/",
    "/sources/new/",
    "/sources/events/",
    "/sources/dead-letters/",
    "/settings/",
    "/settings/members/",
    "/settings/approvals/",
    "/settings/approvals/new/",
    "/settings/sender/",
    "/settings/contact-rules/",
    "/settings/returned-mail/",
    "/settings/data-sources/",
    "/settings/data-sources/new/",
    "/settings/api-keys/",
    "/api/v1/docs",
    "/settings/fields/",
    "/settings/objects/",
    "/settings/objects/new/",
    "/settings/trust/",
    "/settings/rights/",
    "/settings/consent/",
    "/profile/",
    "/search/?q=ㄱ",
    "/ui/",
]
FAULTS = """() => {
  const said = [];
  const root = document.documentElement;
  if (root.scrollWidth > root.clientWidth) said.push(`scrolls sideways: ${root.scrollWidth} > ${root.clientWidth}`);
  if (document.querySelectorAll("h1").length !== 1) said.push("has not one h1");
  if (document.querySelectorAll("main").length !== 1) said.push("has not one main");
  const ids = [...document.querySelectorAll("[id]")].map((node) => node.id);
  for (const id of ids.filter((id, at) => ids.indexOf(id) !== at)) said.push(`id twice: ${id}`);
  const fields = document.querySelectorAll("input:not([type=hidden]), select, textarea");
  for (const field of fields) {
    const named = field.labels?.length || field.ariaLabel || field.getAttribute("aria-labelledby") || field.title;
    if (!named) said.push(`field without a name: ${field.outerHTML.slice(0, 120)}`);
  }
  for (const node of document.querySelectorAll("a[href], button")) {
    if (!node.innerText.trim() && !node.ariaLabel && !node.textContent.trim())
      said.push(`control without a name: ${node.outerHTML.slice(0, 120)}`);
  }
  let level = 1;
  for (const heading of document.querySelectorAll("main :is(h1, h2, h3, h4)")) {
    const next = Number(heading.tagName[1]);
    if (next > level + 1) said.push(`heading skips a level: ${heading.textContent}`);
    level = next;
  }
  if (!document.title.trim() || document.title.startsWith(" ·")) said.push("has no title");
  return said;
}"""


def faults(page: Page, paths: list[str]) -> list[str]:
    """What is wrong with each page at the width of a phone and of a desk."""
    found = []
    for path in paths:
        answer = page.goto(path)
        assert answer is not None
        if answer.status != 200:
            found.append(f"{path} answers {answer.status}")
        for width in (390, 1440):
            page.set_viewport_size({"width": width, "height": 900})
            found += [f"{path} at {width}: {fault}" for fault in page.evaluate(FAULTS)]
    return found


@pytest.mark.parametrize("language", ["ko", "en"])
def test_every_page_fits_and_names_its_controls(site: Site, page: Page, language: str) -> None:
    member = site.cast.admin
    member.user.language = language
    member.user.save()
    with tenancy.workspace(member.workspace_id):
        make_person(member, name="아주 긴 이름을 가진 고객 " * 5)
    assert faults(page, ["/accounts/login/", "/accounts/password/reset/", "/accounts/signup/"]) == []
    sign_in(page, member)
    assert faults(page, PAGES) == []
    assert page.locator("html").get_attribute("lang") == language


def test_pages_hold_at_twice_the_zoom_of_a_small_screen(site: Site, page: Page) -> None:
    sign_in(page, site.cast.admin)
    page.set_viewport_size({"width": 360, "height": 640})
    for path in ("/", "/settings/", "/people/"):
        page.goto(path)
        page.evaluate("document.documentElement.style.fontSize = '200%'")
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_the_palette_works_by_keyboard_alone(site: Site, page: Page) -> None:
    sign_in(page, site.cast.admin)
    page.keyboard.press("Control+k")
    page.wait_for_selector("dialog[open] [role=option][aria-selected=true]")
    page.keyboard.type("설")
    expect(page.locator("dialog [role=option]")).to_have_count(1)
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/")
    page.keyboard.press("/")
    page.wait_for_selector("dialog[open]")
    page.keyboard.type("ㄱ")
    page.keyboard.press("Escape")
    page.wait_for_selector("dialog:not([open])", state="attached")


def test_rows_are_chosen_with_j_and_k_and_opened_with_enter(site: Site, page: Page) -> None:
    with tenancy.workspace(site.cast.workspace.pk):
        for name in ("김하늘", "이도윤"):
            make_person(site.cast.admin, name=name)
    sign_in(page, site.cast.admin)
    page.goto("/people/")
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    chosen = page.locator("tr[data-chosen] .row-link")
    name = chosen.inner_text()
    page.keyboard.press("Enter")
    page.wait_for_url("**/people/*-*/**")
    assert name in page.inner_text("h1")


def test_the_menu_of_a_phone_opens_without_script_and_closes_with_escape(site: Site, page: Page) -> None:
    sign_in(page, site.cast.admin)
    page.set_viewport_size({"width": 390, "height": 800})
    page.goto("/")
    assert not page.is_visible("#sidebar")
    page.click("[popovertarget=sidebar]")
    assert page.is_visible("#sidebar")
    page.keyboard.press("Escape")
    assert not page.is_visible("#sidebar")


def test_keyboard_users_skip_to_the_content_first(site: Site, page: Page) -> None:
    sign_in(page, site.cast.admin)
    page.goto("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.className") == "skip-link"
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "content"


CONTRAST = """() => {
  const style = getComputedStyle(document.documentElement);
  const light = (name) => {
    const value = style.getPropertyValue(`--${name}`).trim().slice(1);
    const parts = [0, 2, 4].map((at) => parseInt(value.slice(at, at + 2), 16) / 255);
    const [red, green, blue] = parts.map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
  };
  const grounds = ["paper", "sheet", "sunken", "hover"];
  const inks = ["ink", "ink-soft", "accent-strong"];
  const pairs = grounds.flatMap((ground) => inks.map((ink) => [ink, ground, 4.5]));
  pairs.push(["on-accent", "accent", 4.5], ["accent-strong", "accent-wash", 4.5], ["ink", "accent-wash", 4.5]);
  for (const tone of ["good", "warn", "bad"]) {
    pairs.push([tone, `${tone}-wash`, 4.5], [tone, "sheet", 4.5], ["ink", `${tone}-wash`, 4.5]);
  }
  for (const ground of ["paper", "sheet"]) pairs.push(["line-strong", ground, 3], ["accent", ground, 3]);
  return pairs.map(([front, back, least]) => {
    const [bright, dark] = [light(front), light(back)].sort((a, b) => b - a);
    return [front, back, least, (bright + 0.05) / (dark + 0.05)];
  }).filter(([, , least, ratio]) => ratio < least).map((row) => row.join(" "));
}"""


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_colours_have_the_contrast_of_wcag_aa(site: Site, page: Page, theme: str) -> None:
    site.cast.admin.user.theme = theme
    site.cast.admin.user.save()
    sign_in(page, site.cast.admin)
    assert page.evaluate(CONTRAST) == []
