"""
The list of people at 100,000: p95 of the server's time in milliseconds through the whole Django stack against the 100
it may take.

First page, one in the middle, one near the end, every order, and searches that hit few, some and very many people. How
fast a file of people comes in is measured by `people_import`. The last line is what walls and audit record cost.
"""

import time
from contextlib import nullcontext
from statistics import median
from typing import TYPE_CHECKING

from benchmarks import shop
from benchmarks.harness import Bench
from benchmarks.pages import make_member, measure_pages, signed_in
from benchmarks.unprotected import unprotected

if TYPE_CHECKING:
    from django.test import Client

    from dangol.workspaces.models import Member

REPEATS = 40
BEFORE = {"middle": 500, "end": 1900}
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
    for label, path in _pages(bench, member).items():
        measure_pages(bench, client, label, [path] * REPEATS, people=size.people)
    _measure_protection(bench, client, size.people)


def _measure_protection(bench: Bench, client: "Client", people: int) -> None:
    """Report the median of the first page by that without walls and audit record: 1.15 at most."""
    waits: tuple[list[float], list[float]] = ([], [])
    for turn in range(2 * REPEATS):
        with unprotected(bench) if turn % 2 else nullcontext():
            client.get("/people/")  # connects
            began = time.perf_counter()
            client.get("/people/")
            waits[turn % 2].append(time.perf_counter() - began)
    ours, bare = (median(told) * 1000 for told in waits)
    bench.report(ours=ours, limit=bare, rows=people, waits=waits[0], label="protection")


def _pages(bench: Bench, member: "Member") -> dict[str, str]:
    pages = {"first": "/people/", "by-name": "/people/?sort=name", "by-seen": "/people/?sort=seen"}
    for label, before in BEFORE.items():
        pages |= {f"{label}-by-{sort}": page_after(member, sort, bench.sized(before)) for sort in ("newest", "seen")}
    return pages | {f"search-{label}": f"/people/?q={question}" for label, question in SEARCHES.items()}


def page_after(member: "Member", sort: str, pages: int) -> str:
    """Return the address to which "next page" leads after so many pages."""
    from django.db.models import F  # noqa: PLC0415 - Django is set up by now

    from dangol.desk.enums import Listed  # noqa: PLC0415 - Django is set up by now
    from dangol.desk.queries import lists, sorting  # noqa: PLC0415 - Django is set up by now
    from dangol.kit import pagination, tenancy  # noqa: PLC0415 - Django is set up by now

    order = sorting.SORTS[Listed.PEOPLE][sort]
    newest_first = [F(column.removeprefix("-")).desc(nulls_last=True) for column in order]
    with tenancy.workspace(member.workspace_id):
        rows = lists.visible_rows(Listed.PEOPLE, member)
        last = rows.order_by(*newest_first).values_list("pk", flat=True)[pages * lists.PAGE - 1 :][:2]
        cursor = pagination.keyset_page(rows.filter(pk__in=list(last)), order=order, size=1).next_after
    assert cursor is not None
    return f"/people/?sort={sort}&after={cursor}"
