"""
The list of people at 100,000: p95 of the server's time in milliseconds through the whole Django stack against the 100
it may take.

First page, one in the middle, one near the end, every order, and searches that hit few, some and very many people. How
fast a file of people comes in is measured by `people_import`.
"""

import re
from typing import TYPE_CHECKING

from benchmarks import shop
from benchmarks.harness import Bench
from benchmarks.pages import make_member, measure_pages, signed_in

if TYPE_CHECKING:
    from django.test import Client

REPEATS = 40
WALK = {"middle": 500, "end": 1900}
"""How many pages of 50 lie before the pages that are measured, at full scale."""

SEARCHES = {
    "rare": "채린율",
    "two-syllables": "서준",
    "surname-and-syllable": "김서",
    "one-syllable": "김",
    "western": "clara diaz",
    "initials": "ㄱㅅㅈ",
    "one-initial": "ㄱ",
    "email-prefix": "person1",
    "email-short-prefix": "per",
    "phone-tail": "4242",
    "customer-number": "C-777",
    "nobody": "없는사람",
}


def run(bench: Bench) -> None:
    """Fill the house, then look through its people."""
    member = make_member()
    size = shop.town(bench)
    shop.open_shop(bench, member.workspace_id, size)
    client = signed_in(member)
    for label, path in _pages(bench, client).items():
        measure_pages(bench, client, label, [path] * REPEATS, people=size.people)


def _pages(bench: Bench, client: "Client") -> dict[str, str]:
    pages = {"first": "/people/", "by-name": "/people/?sort=name", "by-seen": "/people/?sort=seen"}
    for label, before in WALK.items():
        pages |= {f"{label}-by-{sort}": walked(client, sort, bench.sized(before)) for sort in ("newest", "seen")}
    return pages | {f"search-{label}": f"/people/?q={question}" for label, question in SEARCHES.items()}


def walked(client: "Client", sort: str, pages: int) -> str:
    """Follow "next page" so many times, and return where that led."""
    path = f"/people/?sort={sort}"
    for _page in range(pages):
        following = re.search(r'rel="next" href="([^"]+)"', client.get(path).content.decode())
        assert following is not None
        path = "/people/" + following[1].replace("&amp;", "&")
    return path
