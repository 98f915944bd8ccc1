"""
Take pictures of pages at two widths, in both languages and themes, into shots/ (not committed).

`python tools/shots.py --address http://127.0.0.1:8000 --email you@example.com --password … / /people/ /ui/`
Paths under /accounts/ are taken signed out. It changes the language and theme of the account that it signs in with.
"""

import argparse
import os
import sys
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from typing import Literal

from playwright.sync_api import Browser, BrowserContext, sync_playwright

SHOTS = Path(__file__).resolve().parent.parent / "shots"
CHROMIUM = os.environ.get("DANGOL_CHROMIUM", "/usr/bin/chromium")
WIDTHS = (1440, 390)
LANGUAGES = ("ko", "en")
THEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")


def main(arguments: list[str]) -> int:
    """Take the pictures; return 1 if a page is wider than its screen or does not answer 200."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--address", default="http://127.0.0.1:8000")
    parser.add_argument("--email", required=True)
    parser.add_argument("--password", required=True)
    parser.add_argument("--only", default="", help="take only shots whose name contains this, such as 390-ko-dark")
    parser.add_argument("paths", nargs="+")
    chosen = parser.parse_args(arguments)
    SHOTS.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        faults = list(_take_all(browser, chosen))
        browser.close()
    print("\n".join(faults) or f"pictures are in {SHOTS.name}/")
    return 1 if faults else 0


def _take_all(browser: Browser, chosen: argparse.Namespace) -> Iterator[str]:
    for language, theme in product(LANGUAGES, THEMES):
        stranger, context = (
            browser.new_context(base_url=chosen.address, locale=language, color_scheme=theme) for _context in range(2)
        )
        _sign_in(context, chosen.email, chosen.password, language=language, theme=theme)
        for path, width in product(chosen.paths, WIDTHS):
            name = f"{path.strip('/').replace('/', '_').replace('?', '_') or 'home'}-{width}-{language}-{theme}"
            if chosen.only in name:
                seen_by = stranger if path.startswith("/accounts/") else context
                yield from _take(seen_by, path, width, SHOTS / f"{name}.png")
        stranger.close()
        context.close()


def _sign_in(context: BrowserContext, email: str, password: str, *, language: str, theme: str) -> None:
    page = context.new_page()
    page.goto("/accounts/login/")
    page.fill("input[name=login]", email)
    page.fill("input[name=password]", password)
    page.click("main button[type=submit]")
    page.wait_for_url(lambda url: "/accounts/" not in url)
    token = next(cookie["value"] for cookie in context.cookies() if cookie["name"] == "csrf")
    for choice, value in (("language", language), ("theme", theme)):
        context.request.post(f"/{choice}/", form={choice: value}, headers={"x-csrftoken": token})
    page.close()


def _take(context: BrowserContext, path: str, width: int, target: Path) -> Iterator[str]:
    page = context.new_page()
    page.set_viewport_size({"width": width, "height": 900})
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    answer = page.goto(path, wait_until="networkidle")
    page.screenshot(path=target, full_page=True)
    if answer is None or not answer.ok:
        yield f"{target.name}: answered {answer.status if answer else 'nothing'}"
    if page.evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth"):
        yield f"{target.name}: wider than the screen"
    yield from (f"{target.name}: {text}" for text in complaints)
    page.close()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
