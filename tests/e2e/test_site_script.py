"""Our own script on somebody else's website, in a browser: what it tells, and what it must not."""

import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

import pytest
from django.db import connections
from playwright.sync_api import Page

from dangol.kit import tenancy
from dangol.tracking.models import DeadLetter, Event
from dangol.tracking.operations import create_source, process_workspace
from tests.e2e.conftest import Site
from tests.e2e.faulty_proxy import Fault, faulty_proxy
from tests.e2e.shop import Shop, shop
from tests.factories import NOW

pytestmark = pytest.mark.browser

PATIENCE = 60.0
Open = Callable[..., AbstractContextManager[Shop]]
STORED_NAMES = "() => Object.keys(localStorage).sort()"


@pytest.fixture
def key(site: Site) -> str:
    with tenancy.workspace(site.cast.workspace.pk):
        _source, key = create_source(member=site.cast.admin, name="Web shop", now=NOW)
    connections.close_all()
    return key


def tag(address: str, key: str, attributes: str = "") -> str:
    return f'<script src="{address}/v1/dangol.js" data-key="{key}" {attributes} defer></script>'


@pytest.fixture
def opened(site: Site, key: str) -> Open:
    """Return a function that opens a shop with the one line that installs the script."""
    return lambda attributes="": shop(tag(site.address, key, attributes), allowed=site.address)


@pytest.fixture
def events(site: Site) -> Callable[[int], list[Event]]:
    """Return a function that waits for so many events and returns all of them, in the order they happened."""

    def arrived(count: int) -> list[Event]:
        deadline = time.monotonic() + PATIENCE
        while time.monotonic() < deadline:
            process_workspace(site.cast.workspace.pk)
            with tenancy.workspace(site.cast.workspace.pk):
                assert list(DeadLetter.objects.values_list("code", "detail")) == []
                found = list(Event.objects.select_related("person").order_by("occurred_at", "id"))
            if len(found) >= count:
                return found
            time.sleep(0.1)
        raise AssertionError(f"only {[event.name for event in found]} arrived")

    return arrived


@pytest.fixture
def sent(page: Page) -> list[str]:
    """Return what the browser has sent to the product, as it goes on."""
    bodies: list[str] = []
    page.context.on(
        "request", lambda request: bodies.append(request.post_data or "") if request.method == "POST" else None
    )
    return bodies


def told(found: list[Event]) -> list[tuple[str, Any]]:
    return [(event.name, event.properties) for event in found]


def wait_until_acknowledged(page: Page) -> None:
    """Wait from here: the page's policy forbids scripts made of text."""
    deadline = time.monotonic() + PATIENCE
    while any(name.startswith("dangol.queue") for name in page.evaluate(STORED_NAMES)):
        assert time.monotonic() < deadline
        page.wait_for_timeout(50)


def test_pages_clicks_and_forms_are_told_and_secrets_are_not(
    page: Page, opened: Open, events: Callable[[int], list[Event]]
) -> None:
    with opened() as site:
        page.goto(f"{site.address}/tea?x=1")
        page.evaluate("history.pushState({}, '', '/tea/green'); history.replaceState({}, '', '/tea/green')")
        page.click("#quiet")
        page.click("#buy")
        page.click("#send")
        page.wait_for_url("**/thanks?*")
        found = events(6)
    # Several requests tell of one moment, and which comes first is the network's doing.
    clicks = {one.properties["id"]: one.properties for one in found if one.name == "Element Clicked"}
    (form,) = (one for one in found if one.name == "Form Submitted")
    views = {one.properties["path"]: one for one in found if one.name == "Page Viewed"}
    assert sorted(views) == ["/tea", "/tea/green", "/thanks"]
    first = views["/tea"]
    assert first.properties | {"referrer": ""} == {
        "url": f"{site.address}/tea?x=1",
        "path": "/tea",
        "search": "?x=1",
        "title": "찻집",
        "referrer": "",
    }
    assert sorted(clicks) == ["buy", "send"]
    assert clicks["buy"] == {"element": "button", "id": "buy", "name": "buy", "text": "구매"}
    assert form.properties == {"id": "order", "name": "order", "fields": {"size": "large"}}
    assert len({event.anonymous_id for event in found}) == 1
    assert first.context["locale"] == "ko-KR"


def test_nothing_is_stored_or_sent_before_consent(
    page: Page, opened: Open, events: Callable[[int], list[Event]], sent: list[str]
) -> None:
    with opened('data-consent="required"') as site:
        page.goto(site.address)
        page.click("#buy")
        page.wait_for_timeout(1000)
        assert (page.evaluate(STORED_NAMES), page.context.cookies(), sent) == ([], [], [])
        page.evaluate("dangol.grantConsent()")
        assert [event.name for event in events(2)] == ["Page Viewed", "Element Clicked"]
        other = page.context.new_page()
        other.goto(site.address)
        assert events(3)[-1].name == "Page Viewed"
        wait_until_acknowledged(other)
        before = len(sent)
        page.evaluate("dangol.denyConsent()")
        other.wait_for_timeout(500)
        for tab in (page, other):
            tab.click("#buy")
            tab.reload()
        page.wait_for_timeout(1000)
        assert (page.evaluate(STORED_NAMES), len(sent)) == (["dangol.consent"], before)


@pytest.mark.parametrize("signal", ["globalPrivacyControl", "doNotTrack"])
def test_a_browser_that_asks_for_privacy_is_left_alone(
    page: Page, opened: Open, events: Callable[[int], list[Event]], sent: list[str], signal: str
) -> None:
    value = "true" if signal == "globalPrivacyControl" else "'1'"
    page.add_init_script(f"Object.defineProperty(navigator, '{signal}', {{ get: () => {value} }})")
    with opened() as site:
        page.goto(site.address)
        page.click("#buy")
        page.wait_for_timeout(1000)
        assert (page.evaluate(STORED_NAMES), sent) == ([], [])
        page.evaluate("dangol.grantConsent(); dangol.track('Chosen')")
        assert [event.name for event in events(1)] == ["Chosen"]


def test_nothing_is_lost_or_doubled_offline_and_through_a_bad_network(
    page: Page, site: Site, key: str, events: Callable[[int], list[Event]]
) -> None:
    faults = (None, Fault.ERROR, Fault.BUSY, Fault.CUT_BEFORE, Fault.CUT_AFTER)
    host, port = site.address.removeprefix("http://").split(":")
    with faulty_proxy((host, int(port)), faults, kill=lambda _fault: None) as proxy:
        head = tag(site.address, key, f'data-host="{proxy.address}" data-off="clicks"')
        with shop(head, allowed=f"{site.address} {proxy.address}") as visited:
            page.goto(visited.address)
            assert len(events(1)) == 1
            page.context.set_offline(True)
            page.evaluate("for (let n = 0; n < 120; n++) dangol.track('Counted', { n })")
            page.wait_for_timeout(500)
            page.context.set_offline(False)
            found = events(121)
            wait_until_acknowledged(page)
        assert sorted(proxy.applied) == sorted(fault for fault in faults if fault)
    assert [event.properties["n"] for event in found if event.name == "Counted"] == list(range(120))
    assert len(events(121)) == 121


def test_two_tabs_at_once_lose_nothing(page: Page, opened: Open, events: Callable[[int], list[Event]]) -> None:
    each = 60
    with opened('data-off="pages clicks forms"') as site:
        tabs = [page, page.context.new_page()]
        for tab in tabs:
            tab.goto(site.address)
        for number in range(each):
            for tab in tabs:
                tab.evaluate(f"dangol.track('Tapped {number}')")
        found = events(each * len(tabs))
        for tab in tabs:
            wait_until_acknowledged(tab)
    names = [event.name for event in found]
    assert sorted(names) == sorted(f"Tapped {number}" for number in range(each) for _tab in tabs)


def test_what_happens_just_before_leaving_arrives(
    page: Page, opened: Open, events: Callable[[int], list[Event]]
) -> None:
    with opened() as site:
        page.goto(site.address)
        page.evaluate("dangol.track('Last Words'); location.href = 'about:blank'")
        page.wait_for_url("about:blank")
        assert [event.name for event in events(2)] == ["Page Viewed", "Last Words"]


def test_two_people_at_one_browser_stay_two(page: Page, opened: Open, events: Callable[[int], list[Event]]) -> None:
    with opened('data-off="clicks pages"') as site:
        page.goto(site.address)
        page.evaluate(
            """() => {
              dangol.track("Looked");
              dangol.identify("u1", { name: "하늘", email: "haneul@example.com" });
              dangol.reset();
              dangol.track("Looked Again");
              dangol.identify("u2", { name: "바다" });
              dangol.identify("u3", { name: "구름" });
            }"""
        )
        found = events(5)
        page.reload()
        page.evaluate("dangol.track('Came Back')")
        back = events(6)[-1]
    people = {event.name: [e.person and e.person.name for e in found if e.name == event.name] for event in found}
    assert people == {"Looked": ["하늘"], "Looked Again": ["바다"], "Identified": ["하늘", "바다", "구름"]}
    assert len({event.anonymous_id for event in found}) == 3
    assert back.person is not None
    assert (back.person.name, back.anonymous_id) == ("구름", found[-1].anonymous_id)


def test_calls_made_before_the_script_has_loaded_are_kept(
    page: Page, site: Site, key: str, events: Callable[[int], list[Event]]
) -> None:
    head = '<script src="/client.js"></script>' + tag(site.address, key, 'data-off="pages"')
    early = b"(window.dangol ??= []).push((dangol) => dangol.track('Early'))"
    with shop(head, allowed=site.address, script=early) as visited:
        page.goto(visited.address)
        assert told(events(1)) == [("Early", {})]
