"""The timeline of one person: story and events in the order of time, narrowed down, page by page."""

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.customers.models import Person
from dangol.desk.queries import timeline as timelines
from dangol.desk.queries.timeline import TimelineFilter, timeline
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.relations.models import StoryEntry
from dangol.tracking.models import DailyCount, Source
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.tracking.test_catalogue_pages import happen, source

__all__ = ["source"]
ClientOf = Callable[[Member], MemberClient]
SEOUL = ZoneInfo("Asia/Seoul")


def tell(person: Person, days_ago: int) -> None:
    StoryEntry.objects.create(
        workspace_id=person.workspace_id, person=person, kind="first_seen", chapter="meeting",
        at=NOW - timedelta(days=days_ago), source_table="customers_person", source_id=uuid7(),
        details={"origin": "import"},
    )  # fmt: skip


@pytest.fixture
def person(cast: Cast, source: Source) -> Person:
    """Somebody whose story has an entry two days ago; today they looked, three days ago they bought."""
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, owner=cast.jieun)
        happen(cast, source, "Product Viewed", NOW, person, sku="tea", lines=[1])
        happen(cast, source, "Order Completed", NOW - timedelta(days=3), person, order_id="A-1")
        happen(cast, source, "Product Viewed", NOW, make_person(cast.jieun), sku="somebody else's")
        DailyCount.objects.create(
            workspace=cast.workspace, person=person, name="Product Viewed", day=NOW.date(), count=1, amount=0
        )
        tell(person, 2)
    return person


def seen(cast: Cast, person: Person, after: str | None = None, **wanted: Any) -> list[str]:
    with tenancy.workspace(cast.workspace.pk):
        page = timeline(person, TimelineFilter(**wanted), zone=SEOUL, language="en", now=NOW, after=after)
    return [one.event.name if one.event else "story" for one in page.items]


@pytest.mark.parametrize(
    ("wanted", "shown"),
    [
        ({}, ["Product Viewed", "story", "Order Completed"]),
        ({"kind": "story"}, ["story"]),
        ({"kind": "events"}, ["Product Viewed", "Order Completed"]),
        ({"name": "Order Completed"}, ["Order Completed"]),
        ({"first": date(2026, 11, 20)}, ["Product Viewed", "story"]),
        ({"last": date(2026, 11, 20)}, ["story", "Order Completed"]),
        ({"text": "a-1"}, ["Order Completed"]),
        ({"text": "nothing"}, []),
    ],
)
def test_the_timeline_is_narrowed_down(cast: Cast, person: Person, wanted: dict[str, Any], shown: list[str]) -> None:
    assert seen(cast, person, **wanted) == shown


def test_pages_follow_each_other_without_a_gap(cast: Cast, person: Person, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timelines, "SIZE", 1)
    shown, after = [], None
    for _page in range(3):
        with tenancy.workspace(cast.workspace.pk):
            page = timeline(person, TimelineFilter(), zone=SEOUL, language="en", now=NOW, after=after)
        shown += [one.id for one in page.items]
        after = page.next_after
    assert len(set(shown)) == 3
    assert after is None
    assert seen(cast, person, after="nonsense") == ["Product Viewed"]


def test_the_page_shows_what_events_carry(cast: Cast, person: Person, client_of: ClientOf) -> None:
    path = f"/people/{person.pk}/timeline/"
    page = client_of(cast.minsu).get(path).content.decode()
    assert "sku: tea" in page
    assert "somebody else" not in page
    assert [client_of(member).get(path).status_code for member in (cast.jieun, cast.dana, cast.lee)] == [200, 404, 404]
    assert "A-1" in client_of(cast.jieun).get(f"{path}?first=yesterday").content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_timeline_costs_the_same_for_one_and_three(
    cast: Cast, person: Person, source: Source, client_of: ClientOf, rows: int
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for number in range(rows):
            happen(cast, source, "Cart Viewed", NOW, person)
            tell(person, number)
    client = client_of(cast.jieun)
    with CaptureQueriesContext(connection) as asked:
        assert client.get(f"/people/{person.pk}/timeline/").status_code == 200
    assert len(asked) == 17, "\n".join(one["sql"][:160] for one in asked)
