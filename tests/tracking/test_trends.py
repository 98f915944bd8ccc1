"""Trends: what is counted, by which step, broken down, against the period before, as a page and as a file."""

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from dangol.kit import tenancy
from dangol.tracking.enums import Grain, Measure
from dangol.tracking.lake import current
from dangol.tracking.models import Source
from dangol.tracking.queries import TooMuch, TrendQuestion, trend, trends
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.rows import did
from tests.tracking.test_catalogue_pages import define, happen, source
from tests.tracking.test_lake import Lakeside, lake

__all__ = ["lake", "source"]
ClientOf = Callable[[Member], MemberClient]
SEOUL = ZoneInfo("Asia/Seoul")
TODAY = date(2026, 11, 22)


@pytest.fixture
def week(inside: Cast, source: Source) -> Cast:
    """Three days: today two views by one person, yesterday one; three days ago one by another, of the days before."""
    inside.marketer.user.language = "en"
    inside.marketer.user.save()
    define(inside, "Product Viewed")
    one, other = make_person(inside.jieun), make_person(inside.jieun)
    happen(inside, source, "Product Viewed", NOW, one, sku="tea", price=10)
    happen(inside, source, "Product Viewed", NOW - timedelta(hours=13), one, sku="=cup", price=2.5)
    happen(inside, source, "Product Viewed", NOW - timedelta(minutes=1), one, sku="tea", price="a lot")
    happen(inside, source, "Product Viewed", NOW - timedelta(days=2), other, sku="pot", price=100)
    happen(inside, source, "Product Viewed", NOW, None)
    return inside


def ask(week: Cast, **told: Any) -> TrendQuestion:
    days = {"first": TODAY - timedelta(days=1), "last": TODAY}
    return TrendQuestion(week.workspace.pk, "Product Viewed", SEOUL, **(days | told))


@pytest.mark.parametrize(
    ("told", "values", "before"),
    [
        ({}, [1, 3], [0, 1]),
        ({"measure": Measure.PEOPLE}, [1, 1], [0, 1]),
        ({"measure": Measure.SUM, "amount": "price"}, [Decimal("2.5"), 10], [0, 100]),
        ({"grain": Grain.WEEK}, [4], [1]),
    ],
)
def test_steps_are_local_and_compared_with_those_before(
    week: Cast, told: dict[str, Any], values: list[Any], before: list[Any]
) -> None:
    whole = trend(ask(week, **told)).whole
    assert (whole.values, whole.before) == (values, before)


def test_people_are_counted_once_in_the_total(week: Cast) -> None:
    whole = trend(ask(week, measure=Measure.PEOPLE)).whole
    assert (int(whole.total), int(whole.total_before), whole.signed_change) == (1, 1, "+0%")


def test_hours(week: Cast) -> None:
    values = trend(ask(week, grain=Grain.HOUR)).whole.values
    assert {hour: int(value) for hour, value in enumerate(values) if value} == {23: 1, 35: 1, 36: 2}


def test_parts_are_the_most_frequent_values(week: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    parts = trend(ask(week, by="sku")).parts
    assert [(part.part, [int(value) for value in part.values], int(part.total_before)) for part in parts] == [
        ("tea", [0, 2], 0),
        ("=cup", [1, 0], 0),
        (None, [0, 1], 1),
    ]
    monkeypatch.setattr(trends, "TOP", 1)
    parts = trend(ask(week, by="sku", measure=Measure.SUM, amount="price")).parts
    assert [(part.part, part.total) for part in parts] == [("tea", 10), (None, Decimal("2.5"))]


@pytest.fixture
def long_answer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let every trend take longer than anybody waits."""
    monkeypatch.setattr(trends, "FROM_HOURS", "SELECT true, now(), pg_sleep(5)::text::int, NULL")
    monkeypatch.setattr(trends, "PATIENCE_MS", 20)


@pytest.mark.usefixtures("long_answer")
def test_what_takes_too_long_is_refused(week: Cast) -> None:
    with pytest.raises(TooMuch):
        trend(ask(week))


@pytest.mark.usefixtures("long_answer")
def test_a_file_that_takes_too_long_is_refused(week: Cast, client_of: ClientOf) -> None:
    tenancy.leave_workspace()
    answer = client_of(week.marketer).get("/sources/trends/export.csv")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/sources/trends/")


WHAT_COMES: list[dict[str, Any]] = [
    {"sku": "tea", "price": 10},
    {"sku": "tea", "price": "2.50"},
    {"sku": 7, "price": "a lot"},
    {"sku": None, "price": 1e5},
    {"sku": {"deep": [1, "둘"]}, "price": -3.125},
    {"sku": "x" * 120, "price": True},
    {},
]


def test_the_lake_and_the_database_tell_the_same(lake: Lakeside, monkeypatch: pytest.MonkeyPatch) -> None:
    seoul = NOW.astimezone(SEOUL).replace(hour=0)
    asked = (lake.workspace_id, "Visited", SEOUL, TODAY - timedelta(days=9), TODAY)
    questions = [
        TrendQuestion(*asked, grain, measure, by, "price")
        for grain, measure, by in product((Grain.DAY, Grain.WEEK), Measure, ("", "sku"))
    ]
    with tenancy.workspace(lake.workspace_id):
        people = [make_person(lake.cast.jieun) for _number in range(3)]
    for written in (True, False):
        with tenancy.workspace(lake.workspace_id):
            for number in range(5 * len(WHAT_COMES)):
                properties = WHAT_COMES[number % len(WHAT_COMES)]
                did(people[number % 3], "Visited", seoul - number * timedelta(hours=13), **properties)
        if written:
            lake.write()
    with tenancy.workspace(lake.workspace_id):
        said = [trend(question) for question in questions]
        monkeypatch.setattr(current, "FROM_ROWS", 0)
        assert [trend(question) for question in questions] == said
        monkeypatch.setattr(trends, "_rows_of_database", None)
        assert trend(questions[-1]).parts[0].total > 0


def test_the_page_and_its_file(week: Cast, client_of: ClientOf) -> None:
    tenancy.leave_workspace()
    asked = f"first={TODAY - timedelta(days=1)}&last={TODAY}&by=sku"
    client = client_of(week.marketer)
    page = client.get(f"/sources/trends/?{asked}").content.decode()
    assert "+300% against 1 in the period before" in page
    assert page.count('<rect class="bar"') == 2 * 4
    answer = client.get(f"/sources/trends/export.csv?{asked}")
    assert answer.content.decode().splitlines()[1:] == [
        "2026-11-21T00:00:00,1,0,0,1,0",
        "2026-11-22T00:00:00,3,1,2,0,1",
    ]
    assert "'=cup" in answer.content.decode().splitlines()[0]


@pytest.mark.parametrize(
    ("asked", "told"),
    [
        ("first=2026-11-22&last=2026-11-21", "The last day is before the first."),
        ("first=2026-01-01&last=2026-11-21&grain=hour", "With these steps choose at most 14 days."),
        ("measure=sum", "Which property is to be added up?"),
    ],
)
def test_what_cannot_be_asked_is_told(week: Cast, client_of: ClientOf, asked: str, told: str) -> None:
    tenancy.leave_workspace()
    client = client_of(week.marketer)
    assert told in client.get(f"/sources/trends/?{asked}").content.decode()
    assert client.get(f"/sources/trends/export.csv?{asked}").status_code == 302


def test_trends_are_for_those_who_see_everybody(week: Cast, client_of: ClientOf) -> None:
    tenancy.leave_workspace()
    assert client_of(week.dana).get("/sources/trends/").status_code == 403
    assert client_of(week.dana).get("/sources/trends/export.csv").status_code == 403
    page = client_of(week.lee).get("/sources/trends/").content.decode()
    assert "Product Viewed" not in page
