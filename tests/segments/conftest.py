"""The people of the segments' tests."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.utils import translation

from dangol.customers.models import Person
from tests.factories import NOW, make_person
from tests.people import Cast


@pytest.fixture(autouse=True)
def _in_english() -> Iterator[None]:
    """Let messages be English, whatever a page before left behind."""
    with translation.override("en"):
        yield


@dataclass(frozen=True)
class Town:
    """Four people who differ in everything, and one in another workspace who has it all."""

    haneul: Person
    bada: Person
    john: Person
    nobody: Person


@pytest.fixture
def town(inside: Cast) -> Town:
    """Return 하늘 (서울), 바다 (부산), John (Seoul, GB) and one of whom nothing is known."""
    day = timedelta(days=1)
    haneul = make_person(
        inside.jieun, name="하늘", email="haneul@example.com", owner=inside.jieun, city="서울", country="KR",
        phone="+82101", born_on=date(1990, 5, 1), origin="import:list.csv", last_seen_at=NOW - day,
        fields={"grade": "VIP", "visits": 12},
    )  # fmt: skip
    bada = make_person(
        inside.jieun, name="바다", email="bada@example.com", owner=inside.dana, city="부산", country="KR",
        language="ja", born_on=date(2001, 1, 31), last_seen_at=NOW - 40 * day, fields={"grade": "new", "visits": "3.5"},
    )  # fmt: skip
    john = make_person(
        inside.jieun, name="John", email="john@shop.example.com", city="Seoul", country="GB", language="en",
        last_seen_at=NOW - 30 * day, fields={"renewal": "2026-11-20", "visits": "many"},
    )  # fmt: skip
    nobody = make_person(inside.jieun, name="아무개", email="x@example.com", language="", time_zone="")
    Person.objects.filter(pk=nobody.pk).update(email="")
    Person.objects.filter(pk=haneul.pk).update(created_at=NOW - 400 * day)
    Person.objects.exclude(pk=haneul.pk).update(created_at=NOW - 2 * day)
    return Town(haneul, bada, john, nobody)
