"""
The house at a million people, a hundred thousand companies, some five million entries of stories, and what people did
in a year: ten million events.

Pages: p95 of the server's time in milliseconds through the whole Django stack, against the 100 they may take. Search
from ⌘K: the same, against 50. A change of 10,000 rows: rows a second, against one bare UPDATE of as many rows.
"""

import time
from typing import TYPE_CHECKING, Any
from uuid import UUID

import psycopg

from benchmarks import shop, shop_events
from benchmarks.harness import Bench
from benchmarks.pages import make_member, measure_pages, signed_in, the_marketer
from benchmarks.people_list import page_after

if TYPE_CHECKING:
    from dangol.desk.models import SavedView
    from dangol.workspaces.models import Member

REPEATS = 40
SEARCH_LIMIT = 50
EVENTS = 10_000_000
PAGES_BEFORE = 1000
MANY = 10_000
SEARCHES = {
    "initials": "ㄱㅅㅈ",
    "two-syllables": "서준",
    "rare-name": "채린율",
    "phone-tail": "4242",
    "email-prefix": "person12",
    "typo": "김서쥰",
    "company": "김서준 상사",
}
FILTERS: dict[str, dict[str, Any]] = {
    "broad": {"kind": "attribute", "attribute": "city", "operator": "is", "value": "서울"},
    "narrow": {
        "kind": "all",
        "conditions": [
            {"kind": "attribute", "attribute": "city", "operator": "is", "value": "제주"},
            {"kind": "attribute", "attribute": "name", "operator": "contains", "value": "채린"},
        ],
    },
}


def run(bench: Bench) -> None:
    """Fill the house, then look through it and change it."""
    size = shop.city(bench)
    member = the_marketer() if bench.again else _filled(bench, size)
    client = signed_in(member)
    pages = {"list-first": "/people/", "list-by-name": "/people/?sort=name", "companies-first": "/companies/"}
    pages["list-page-1000"] = page_after(member, "newest", bench.sized(PAGES_BEFORE))
    pages |= {f"view-{label}": f"/people/?view={_view(member, label).pk}" for label in FILTERS}
    pages["view-grouped"] = f"{pages['view-broad']}&group=city"
    pages["view-groups"] = f"/lists/people/groups/?view={_view(member, 'broad').pk}&group=city"
    pages["count"] = "/lists/people/count/"
    pages |= _pages_of_events(member)
    pages["view-broad-count"] = f"/lists/people/count/?view={_view(member, 'broad').pk}"
    for label, path in pages.items():
        measure_pages(bench, client, label, [path] * REPEATS, people=size.people)
    people = _people(member, REPEATS)
    measure_pages(bench, client, "person", [f"/people/{key}/" for key in people], people=size.people)
    measure_pages(bench, client, "timeline", [f"/people/{key}/timeline/" for key in people], people=size.people)
    for label, question in SEARCHES.items():
        paths = [f"/search/?q={question}"] * REPEATS
        measure_pages(bench, client, f"search-{label}", paths, people=size.people, limit=SEARCH_LIMIT)
    _change_many(bench, member, bench.sized(MANY, least=100))


def _filled(bench: Bench, size: shop.ShopSize) -> "Member":
    member = make_member()
    began = time.perf_counter()
    shop.open_shop(bench, member.workspace_id, size)
    shop_events.have_events(bench, member.workspace_id, people=size.people, events=bench.sized(EVENTS))
    print(f"filled in {time.perf_counter() - began:.0f} s", flush=True)
    return member


def _pages_of_events(member: "Member") -> dict[str, str]:
    """Return the pages that look at everybody's events, of the month that is the fullest."""
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now
    from dangol.tracking.models import EventDefinition  # noqa: PLC0415 - Django is set up by now

    with tenancy.workspace(member.workspace_id):
        event = EventDefinition.objects.get(workspace_id=member.workspace_id, name="Product Viewed")
    month = f"/sources/trends/?event={event.pk}&first=2026-10-24&last=2026-11-22"
    return {
        "catalogue": "/sources/catalogue/",
        "event": f"/sources/catalogue/{event.pk}/",
        "stream": "/sources/events/",
        "stream-of-name": "/sources/events/?name=Signed+In",
        "trend": month,
        "trend-people-by-property": f"{month}&measure=people&by=branch",
        "trend-sum-by-property": f"{month}&measure=sum&amount=price&by=sku",
    }


def _view(member: "Member", label: str) -> "SavedView":
    from dangol.desk.enums import Listed  # noqa: PLC0415 - Django is set up by now
    from dangol.desk.models import SavedView  # noqa: PLC0415 - Django is set up by now
    from dangol.desk.operations import ViewDetails, save_view  # noqa: PLC0415 - Django is set up by now
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now

    with tenancy.workspace(member.workspace_id):
        kept = SavedView.objects.filter(workspace_id=member.workspace_id, name=label).first()
        details = ViewDetails(name=label, definition=FILTERS[label])
        return kept or save_view(member=member, listed=Listed.PEOPLE, details=details)


def _people(member: "Member", count: int) -> list[UUID]:
    from dangol.customers.models import Person  # noqa: PLC0415 - Django is set up by now
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now

    with tenancy.workspace(member.workspace_id):
        newest = Person.objects.filter(workspace_id=member.workspace_id).order_by("-created_at", "-id")
        return list(newest.values_list("pk", flat=True)[: count * 97 : 97])


def _change_many(bench: Bench, member: "Member", count: int) -> None:
    """Give rows a city by the product, with its history and its way back, and beside it by one bare UPDATE."""
    from dangol.desk.enums import BulkAction, Listed  # noqa: PLC0415 - Django is set up by now
    from dangol.desk.operations import change_many, run_bulk_change  # noqa: PLC0415 - Django is set up by now
    from dangol.kit import tenancy  # noqa: PLC0415 - Django is set up by now

    ids = _people(member, count)
    began = time.perf_counter()
    with tenancy.workspace(member.workspace_id):
        change = change_many(
            member=member, listed=Listed.PEOPLE, action=BulkAction.CHANGE, ids=ids, now=shop.NOW,
            detail={"field": "city", "value": "세종"},
        )  # fmt: skip
    run_bulk_change(workspace_id=member.workspace_id, change_id=change.pk)
    ours = time.perf_counter() - began
    with psycopg.connect(bench.superuser_url(), autocommit=True) as superuser:
        superuser.execute("SET session_replication_role = replica")
        began = time.perf_counter()
        superuser.execute("UPDATE customers_person SET city = '세종시' WHERE id = ANY(%s)", [ids])
        bare = time.perf_counter() - began
    bench.report(ours=len(ids) / ours, limit=len(ids) / bare, rows=len(ids), label="change-many")
