"""Rows that go in as one JSON text are those that Django would have written."""

from datetime import UTC, datetime
from decimal import Decimal

from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.customers.models import Person
from dangol.kit.ids import uuid7
from dangol.kit.new_rows import insert_rows
from dangol.tracking.models import Order
from tests.factories import NOW, make_person
from tests.people import Cast

NAME = "지우 \"하늘\" \\ 'O''Brien'\n\t%s {}"
OWN = {"memo": NAME, "count": 3, "share": 0.1, "tags": ["a", None], "is_new": True}


def test_rows_are_what_django_would_have_written(inside: Cast) -> None:
    told = {"workspace": inside.workspace, "name": NAME, "fields": OWN, "first_seen_at": NOW}
    mine, theirs = Person(id=uuid7(), **told), Person(id=uuid7(), **told)
    insert_rows([mine])
    Person.objects.bulk_create([theirs])
    rows = Person.objects.filter(pk__in=(mine.pk, theirs.pk)).values()
    assert len(rows) == 2
    one, other = ({name: value for name, value in row.items() if name not in LIVING} for row in rows)
    assert one == other
    assert all(row["created_at"] <= datetime.now(UTC) for row in rows)


LIVING = {"id", "created_at", "updated_at"}


def test_amounts_stay_exact_and_many_rows_are_one_statement(inside: Cast) -> None:
    person = make_person(inside.jieun)
    orders = [
        Order(
            id=uuid7(), workspace=inside.workspace, person=person, number=f"O-{number}", placed_at=NOW,
            amount=Decimal("9999999999.99"), currency="KRW", item_count=1, is_gift=False, event_id=uuid7(),
            recorded_at=NOW,
        )
        for number in range(3)
    ]  # fmt: skip
    with CaptureQueriesContext(connection) as asked:
        insert_rows(orders)
        insert_rows([])
    assert len(asked) == 1
    assert list(Order.objects.values_list("amount", flat=True)) == [Decimal("9999999999.99")] * 3
