"""Imported lists, households, and dates that come round."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from django.utils.translation import gettext

from dangol.customers.models import Household, Identity, Person, Relation
from dangol.kit import tenancy
from dangol.segments import operations, queries
from dangol.segments.models import ImportedList, ListedPerson
from dangol.workspaces.models import Member
from tests.conftest import MemberClient
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.conftest import Town
from tests.segments.rows import attribute, group, names
from tests.segments.test_operations import compute, people_in

PASTED = """Haneul@example.com, 하늘
010-2345-6789
"C-1"
nobody-has@example.com
haneul@example.com

02-000
"""


def known(person: Person, kind: str, value: str) -> None:
    Identity.objects.create(workspace_id=person.workspace_id, person=person, kind=kind, value=value, origin="test")


def test_a_pasted_list_becomes_a_segment(inside: Cast, town: Town) -> None:
    known(town.bada, "phone", "+821023456789")
    known(town.john, "external_id", "C-1")
    brought, segment = operations.import_list(by=inside.marketer, name="행사 손님", text=PASTED, now=NOW)
    assert (brought.given, brought.unknown) == (6, ["02-000", "nobody-has@example.com"])
    assert people_in(compute(segment)) == {"하늘", "바다", "John"}
    assert queries.describe(segment.definition, "en") == "People who are on the list “행사 손님”"
    both = group("all", {"kind": "listed", "list": str(brought.pk)}, attribute("city", "is", value="서울"))
    assert names(both, inside.workspace.pk) == {"하늘"}


def test_strangers_of_other_workspaces_are_not_found(inside: Cast, town: Town) -> None:
    with tenancy.workspace(inside.other_workspace.pk):
        make_person(inside.lee, name="남", email="lee@example.com")
    brought, _segment = operations.import_list(by=inside.marketer, name="남", text="lee@example.com", now=NOW)
    assert (brought.unknown, ListedPerson.objects.count()) == (["lee@example.com"], 0)


def test_lists_are_refused(inside: Cast) -> None:
    with pytest.raises(operations.UnableToImportList, match="at least one"):
        operations.import_list(by=inside.marketer, name="x", text=" \n,\n", now=NOW)
    operations.import_list(by=inside.marketer, name="x", text="a", now=NOW)
    with pytest.raises(operations.UnableToImportList, match="exists already"):
        operations.import_list(by=inside.marketer, name="x", text="b", now=NOW)


def living(person: Person, household: Household, until: date | None = None) -> None:
    Relation.objects.create(
        workspace_id=person.workspace_id, kind="lives_in", source_person=person, target_household=household,
        until=until, origin="test",
    )  # fmt: skip


def test_those_who_live_with_somebody(inside: Cast, town: Town) -> None:
    home = Household.objects.create(workspace=inside.workspace, name="집")
    living(town.haneul, home)
    living(town.bada, home)
    living(town.john, home, until=date(2026, 1, 1))
    seoul = group("household", attribute("city", "is", value="서울"))
    assert names(seoul, inside.workspace.pk) == {"하늘", "바다"}
    assert names(group("not", seoul), inside.workspace.pk) == {"John", "아무개"}
    assert names(group("household", attribute("city", "is", value="Seoul")), inside.workspace.pk) == set()
    assert queries.describe(seoul, "en") == "People who live with somebody whose city is 서울"


def seoul_noon(year: int, month: int, day: int) -> datetime:
    return datetime(year, month, day, 3, tzinfo=UTC)


BIRTHDAYS: list[tuple[datetime, int, set[str]]] = [
    (seoul_noon(2026, 4, 30), 1, set()),
    (seoul_noon(2026, 4, 30), 2, {"하늘"}),
    (seoul_noon(2026, 5, 1), 1, {"하늘"}),
    (seoul_noon(2026, 5, 2), 365, {"하늘", "바다", "John"}),
    (seoul_noon(2026, 5, 2), 364, {"바다", "John"}),
    (seoul_noon(2026, 12, 30), 33, {"바다"}),
    (seoul_noon(2026, 12, 30), 32, set()),
    (seoul_noon(2027, 2, 28), 1, {"John"}),
    (seoul_noon(2028, 2, 28), 1, set()),
    (seoul_noon(2028, 2, 29), 1, {"John"}),
    (seoul_noon(2027, 3, 1), 1, set()),
    (datetime(2026, 4, 30, 15, tzinfo=UTC), 1, {"하늘"}),
    (datetime(2026, 4, 30, 14, 59, 59, tzinfo=UTC), 1, set()),
]


@pytest.mark.parametrize(("now", "days", "expected"), BIRTHDAYS)
def test_birthdays(inside: Cast, town: Town, now: datetime, days: int, expected: set[str]) -> None:
    """하늘 was born on May 1, 바다 on January 31, John on February 29."""
    Person.objects.filter(pk=town.john.pk).update(born_on=date(1992, 2, 29))
    asked = attribute("born_on", "anniversary_in_next_days", days=days)
    assert names(asked, inside.workspace.pk, now) == expected


NEXT: list[tuple[str, dict[str, Any], set[str]]] = [
    ("fields.renewal", {"days": 1}, set()),
    ("fields.renewal", {"days": 8}, set()),
    ("fields.renewal", {"days": 9}, {"하늘"}),
    ("last_seen_at", {"days": 2}, {"바다"}),
    ("last_seen_at", {"days": 1}, set()),
    ("born_on", {"days": 1}, {"John"}),
]


@pytest.mark.parametrize(("key", "operand", "expected"), NEXT)
def test_days_to_come(inside: Cast, town: Town, key: str, operand: dict[str, Any], expected: set[str]) -> None:
    Person.objects.filter(pk=town.haneul.pk).update(fields={"renewal": "2026-11-30"})
    Person.objects.filter(pk=town.bada.pk).update(last_seen_at=seoul_noon(2026, 11, 24))
    Person.objects.filter(pk=town.john.pk).update(born_on=date(2026, 11, 22))
    assert names(attribute(key, "in_next_days", **operand), inside.workspace.pk) == expected


def test_lists_are_shown_with_what_asks_for_them(
    inside: Cast, town: Town, client_of: Callable[[Member], MemberClient]
) -> None:
    operations.import_list(by=inside.marketer, name="행사 손님", text=PASTED, now=NOW)
    page = client_of(inside.marketer).get("/segments/lists/").content.decode()
    assert page.count("행사 손님") == 2
    assert "nobody-has@example.com" in page
    assert "행사 손님" not in client_of(inside.lee).get("/segments/lists/").content.decode()
    for name in ("jieun", "minsu", "dana"):
        assert client_of(getattr(inside, name)).get("/segments/lists/").status_code == 403


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_of_lists_costs_the_same_for_one_and_three(
    inside: Cast, client_of: Callable[[Member], MemberClient], rows: int
) -> None:
    for number in range(rows):
        operations.import_list(by=inside.marketer, name=f"List {number}", text="C-1", now=NOW)
    client = client_of(inside.marketer)
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/segments/lists/").status_code == 200
    assert len(captured) == 13


@pytest.mark.shows("5.2.1", "5.2.2")
@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"C-1\n" * (5 * 1024**2 + 1), "Choose a file that has at most %(most)s MB."),
        (b"PK\x03\x04", "The file is not what its name says. Save it anew in the right format."),
    ],
)
def test_a_list_that_is_too_large_or_no_text_is_refused_whole(
    inside: Cast, client_of: Callable[[Member], MemberClient], content: bytes, words: str
) -> None:
    file = SimpleUploadedFile("list.csv", content)
    page = client_of(inside.marketer).post("/segments/lists/new/", {"name": "행사 손님", "file": file})
    with translation.override("ko"):
        assert gettext(words) % {"most": 20} in page.content.decode()
    assert not ImportedList.objects.exists()
