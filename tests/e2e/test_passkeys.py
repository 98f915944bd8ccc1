"""Passkeys in a real browser, with Chromium's own virtual authenticator in place of a finger."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, expect

from tests.e2e.conftest import Site, sign_in

pytestmark = [pytest.mark.browser]
FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture
def browser_context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Open a session at a name: browsers keep passkeys for names, not for numbers."""
    context = browser.new_context(base_url=site.address.replace("127.0.0.1", "localhost"), locale="en")
    yield context
    context.close()


def lay_finger_on(page: Page) -> None:
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    session.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.click("main button[type=submit]")


def test_a_passkey_opens_the_door_alone_and_besides_the_password(page: Page, site: Site) -> None:
    lay_finger_on(page)
    sign_in(page, site.cast.dana)
    page.goto("/accounts/second-factor/webauthn/add/")
    page.fill("input[name=name]", "My laptop")
    page.click("passkey-form button[type=submit]")
    expect(page.locator("h1")).to_have_text("Recovery codes")
    page.goto("/accounts/second-factor/")
    expect(page.locator("main")).to_contain_text("My laptop")

    sign_out(page)
    page.goto("/accounts/login/")
    page.click("passkey-form button")
    page.wait_for_url(lambda url: "/accounts/" not in url)

    sign_out(page)
    page.goto("/accounts/login/")
    page.fill("input[name=login]", site.cast.dana.user.email)
    page.fill("input[name=password]", "correct horse battery")
    page.click("main form.form button[type=submit]")
    expect(page.locator("h1")).to_have_text("The second factor")
    page.click("passkey-form button")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def test_without_a_passkey_the_page_says_so(page: Page, site: Site) -> None:
    lay_finger_on(page)
    page.goto("/accounts/login/")
    page.click("passkey-form button")
    expect(page.locator("[data-failed]")).to_be_visible()
