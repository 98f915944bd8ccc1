"""@segment/analytics-next, unmodified, on a shop's website in a browser, through a bad network: stored = sent."""

import time
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Page

from dangol.kit import tenancy
from dangol.tracking.models import Event
from dangol.tracking.operations import create_source, process_workspace
from tests.e2e.conftest import Site
from tests.e2e.faulty_proxy import Fault, faulty_proxy
from tests.e2e.shop import shop
from tests.e2e.test_client_libraries import address_of, restart_web
from tests.factories import NOW
from tools import build_assets, client_libraries

pytestmark = pytest.mark.browser

FAULTS = (None, Fault.KILL_AFTER, None, Fault.ERROR, None, Fault.BUSY, None, Fault.CUT_BEFORE, None, Fault.CUT_AFTER)
PATIENCE = 120.0
VIEWS = 12


@pytest.fixture
def bundled(tmp_path: Path) -> bytes:
    """Bundle the library as a website does."""
    assert client_libraries.main() == 0
    out = tmp_path / "client.js"
    esbuild = str(build_assets.MODULES / ".bin" / "esbuild")
    options = ("--bundle", "--format=iife", "--log-level=error", f"--outfile={out}")
    build_assets.find_node().run(esbuild, "browser.mjs", *options, folder=client_libraries.NODE_FOLDER)
    return out.read_bytes()


def test_the_browser_library_arrives_whole_and_once(page: Page, site: Site, bundled: bytes) -> None:
    with tenancy.workspace(site.cast.workspace.pk):
        _source, key = create_source(member=site.cast.admin, name="Web shop", now=NOW)
    connections.close_all()
    with faulty_proxy(address_of(site), FAULTS, kill=lambda _fault: restart_web(site)) as proxy:
        head = f'<script src="/client.js" data-key="{key}" data-host="{proxy.address}" defer></script>'
        with shop(head, allowed=proxy.address, script=bundled) as visited:
            page.goto(f"{visited.address}/tea")
            page.evaluate("analytics.page('Tea')")
            page.evaluate(f"for (let n = 0; n < {VIEWS}; n++) analytics.track('Product Viewed', {{ n, sku: '차' }})")
            page.evaluate("analytics.identify('u1', { name: '하늘', email: 'haneul@example.com' })")
            found = arrived(site, VIEWS + 2)
            assert sorted(proxy.applied) == sorted(fault for fault in FAULTS if fault)
    views = [event.properties for event in found if event.name == "Product Viewed"]
    assert sorted(views, key=lambda told: int(told["n"])) == [{"n": n, "sku": "차"} for n in range(VIEWS)]
    assert sorted({event.name for event in found}) == ["Identified", "Page Viewed", "Product Viewed"]
    assert {(event.person and event.person.name, bool(event.anonymous_id)) for event in found} == {("하늘", True)}
    assert len({event.anonymous_id for event in found}) == 1
    assert len({event.message_id for event in found}) == len(found) == VIEWS + 2


def arrived(site: Site, count: int) -> list[Event]:
    deadline = time.monotonic() + PATIENCE
    found: list[Event] = []
    while len(found) < count and time.monotonic() < deadline:
        time.sleep(0.2)
        process_workspace(site.cast.workspace.pk)
        with tenancy.workspace(site.cast.workspace.pk):
            found = list(Event.objects.select_related("person"))
    return found
