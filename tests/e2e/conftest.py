"""
A running product and a browser.

`site` is the product's own web process on a free port, with a committed database of its own; `site.start_worker()` adds
the worker. `page` is a tab of Debian's Chromium that fails the test on any violation of the content security policy.
"""

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from django.db import connections
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright

from dangol.workspaces.models import Member
from tests.conftest import free_port
from tests.people import Cast, make_cast
from tools import build_assets, messages

CHROMIUM = os.environ.get("DANGOL_CHROMIUM", "/usr/bin/chromium")
CHROMIUM_OPTIONS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
PASSWORD = "correct horse battery"
WEB = "import sys; from dangol.config.web import serve; serve(host='127.0.0.1', port=int(sys.argv[1]))"
WORKER = "import django; django.setup(); from dangol.config.worker import work; work()"
LONGEST_START = 60.0

# The browser's driver keeps an event loop in this thread, until after the last fixture has used the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"


@dataclass
class Site:
    """The product as it runs during one test."""

    address: str
    cast: Cast
    environment: dict[str, str]
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(self, program: str, *arguments: str) -> None:
        """Run a process of the product until the test ends."""
        command = [sys.executable, "-c", program, *arguments]
        self.processes.append(subprocess.Popen(command, env=self.environment))

    def start_worker(self) -> None:
        """Let jobs, inbox and outbox run."""
        self.start(WORKER)

    def stop(self) -> None:
        """End every process and wait for it."""
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@pytest.fixture(scope="session")
def built() -> None:
    """Build the front end and the messages once."""
    assert build_assets.main([]) == 0
    assert messages.main(["compile"]) == 0


@pytest.fixture
def beside_a_loop(monkeypatch: pytest.MonkeyPatch) -> None:
    """Allow the database in this thread, although the browser's driver keeps an event loop in it."""
    monkeypatch.setenv("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


@pytest.fixture
def site(beside_a_loop: None, committed_db: str, built: None, tmp_path: Path) -> Iterator[Site]:
    """Run the product with the cast in its database."""
    port = free_port()
    address = f"http://127.0.0.1:{port}"
    environment = os.environ | {
        "DJANGO_SETTINGS_MODULE": "tests.e2e.settings",
        "DANGOL_DATA": str(tmp_path),
        "DANGOL_PUBLIC_URL": address,
    }
    running = Site(address, make_cast(), environment)
    connections.close_all()
    running.start(WEB, str(port))
    try:
        _wait_for(f"{address}/accounts/login/", running.processes[0])
        yield running
    finally:
        running.stop()


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Start one browser for all tests."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=CHROMIUM_OPTIONS)
        yield chromium
        chromium.close()


@pytest.fixture
def browser_context(browser: Browser, site: Site) -> Iterator[BrowserContext]:
    """Open a browser session of its own, in Korean, on a desk's screen."""
    context = browser.new_context(base_url=site.address, locale="ko-KR", viewport={"width": 1440, "height": 900})
    yield context
    context.close()


@pytest.fixture
def page(browser_context: BrowserContext) -> Iterator[Page]:
    """Open one tab. Errors in its console fail the test."""
    tab = browser_context.new_page()
    complaints: list[str] = []
    tab.on("console", lambda message: complaints.extend(_complaint(message)))
    tab.on("pageerror", lambda error: complaints.append(str(error)))
    yield tab
    assert complaints == []


def sign_in(page: Page, member: Member) -> None:
    """Sign a member of the cast in through the front door."""
    page.goto("/accounts/login/")
    page.fill("input[name=login]", member.user.email)
    page.fill("input[name=password]", PASSWORD)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/" not in url)


def _complaint(message: ConsoleMessage) -> list[str]:
    """Errors and policy violations; answers such as 404 and 422 are for the test to judge."""
    if message.type != "error" or message.text.startswith("Failed to load resource"):
        return []
    return [message.text]


def _wait_for(url: str, process: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + LONGEST_START
    while time.monotonic() < deadline:
        assert process.poll() is None, "the web process ended while it started"
        try:
            with urllib.request.urlopen(url, timeout=5):  # noqa: S310 - our own address
                return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.1)
    raise AssertionError(f"no answer from {url}")
