"""Keyset pages, walked from the first row to the last in every kind of order."""

import base64
import json
from datetime import timedelta
from typing import Any

import pytest
from django.db.models import CharField, F, Value
from django.db.models.functions import Concat

from dangol.customers.models import Person
from dangol.kit.pagination import CappedCount, Page, capped_count, keyset_page, neighbour
from tests.factories import NOW, make_person
from tests.people import Cast


@pytest.fixture
def village(inside: Cast) -> Cast:
    for number in range(7):
        seen = None if number in {1, 4, 5} else NOW + timedelta(days=number % 3, microseconds=123456)
        make_person(
            inside.jieun, name=f"김{number % 2}", last_seen_at=seen, owner=inside.dana if number % 3 else inside.jieun
        )
    return inside


def walk(order: tuple[str, ...], size: int) -> list[Person]:
    rows: list[Person] = []
    after: str | None = None
    for _page in range(20):
        page: Page[Person] = keyset_page(Person.objects.all(), order=order, after=after, size=size)
        rows.extend(page.items)
        if page.next_after is None:
            return rows
        after = page.next_after
    raise AssertionError("the pages never end")


@pytest.mark.parametrize("size", [1, 2, 3, 6, 7, 50])
@pytest.mark.parametrize(
    ("order", "expected"),
    [
        (("-created_at", "-id"), ["-created_at", "-id"]),
        (("name", "id"), ["name", "id"]),
        (("-name", "id"), ["-name", "id"]),
        (("-last_seen_at", "-id"), [F("last_seen_at").desc(nulls_last=True), "-id"]),
        (("last_seen_at", "id"), [F("last_seen_at").asc(nulls_last=True), "id"]),
        (("name", "-last_seen_at", "id"), ["name", F("last_seen_at").desc(nulls_last=True), "id"]),
        (("owner__joined_at", "-id"), ["owner__joined_at", "-id"]),
    ],
)
def test_every_row_comes_once_and_in_order(
    village: Cast, order: tuple[str, ...], expected: list[Any], size: int
) -> None:
    assert walk(order, size) == list(Person.objects.order_by(*expected))


@pytest.mark.parametrize(
    "order", [("-created_at", "-id"), ("name", "id"), ("-last_seen_at", "-id"), ("name", "-last_seen_at", "id")]
)
def test_neighbours_lead_through_every_row_and_back(village: Cast, order: tuple[str, ...]) -> None:
    rows = walk(order, 50)
    for here, after in zip(rows, [*rows[1:], None], strict=True):
        assert neighbour(Person.objects.all(), here, order=order, forward=True) == after
    for here, before in zip(rows, [None, *rows[:-1]], strict=True):
        assert neighbour(Person.objects.all(), here, order=order, forward=False) == before


def test_annotations_can_be_ordered_by(village: Cast) -> None:
    rows = Person.objects.annotate(line=Concat("name", Value("/"), "email", output_field=CharField()))
    first = keyset_page(rows, order=("-line", "id"), size=3)
    second = keyset_page(rows, order=("-line", "id"), after=first.next_after, size=4)
    assert [*first, *second] == list(rows.order_by("-line", "id"))
    assert (first.is_first, second.is_first, second.next_after) == (True, False, None)


def test_a_row_that_comes_in_between_moves_nothing(village: Cast) -> None:
    first: Page[Person] = keyset_page(Person.objects.all(), size=3)
    make_person(village.jieun)
    second: Page[Person] = keyset_page(Person.objects.all(), after=first.next_after, size=50)
    assert len(second) == 4
    assert not set(first) & set(second)


def forged(*values: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(values).encode()).decode().rstrip("=")


@pytest.mark.parametrize(
    "cursor",
    [
        "", "x", "%%%", "é", forged(), forged(1), forged([]),
        forged(["created_at", "id"]), forged(["name", "id"], "a", "b"),
        forged(["created_at", "id"], "never", "b"), forged(["created_at", "id"], None, None),
        forged(["created_at", "id"], {"a": 1}, []), forged(["created_at", "id"], "2026-01-01T00:00:00Z", "not-an-id"),
        "W1tb" * 3000,
    ],
)  # fmt: skip
def test_what_is_no_cursor_gives_the_first_page(village: Cast, cursor: str) -> None:
    assert (
        keyset_page(Person.objects.all(), after=cursor, size=3).items == keyset_page(Person.objects.all(), size=3).items
    )


def test_a_zero_character_in_a_cursor_gives_the_first_page(village: Cast) -> None:
    page: Page[Person] = keyset_page(
        Person.objects.all(), order=("name", "id"), after=forged(["name", "id"], "\0", str(village.dana.pk)), size=3
    )
    assert page.is_first


def test_counting_stops_at_the_cap(village: Cast) -> None:
    assert capped_count(Person.objects.all()) == CappedCount(7, is_capped=False)
    assert capped_count(Person.objects.all(), cap=7) == CappedCount(7, is_capped=False)
    assert capped_count(Person.objects.all(), cap=6) == CappedCount(6, is_capped=True)
