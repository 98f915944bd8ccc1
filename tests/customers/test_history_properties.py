"""Whatever happens to a record, it can become again what it was at any moment."""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol.customers.models import Person
from dangol.customers.operations import move_to_trash, restore_from_trash, restore_record_to, undo_batch
from dangol.kit import tenancy
from dangol.kit.authorship import act_as
from dangol.kit.ids import uuid7
from tests.factories import NOW, make_person
from tests.people import Cast

WORDS = st.sampled_from(["", "서울", "부산", "O'Brien", "{}", "null", "\\", "가 나"])
VALUES = st.one_of(st.none(), st.booleans(), st.integers(-3, 3), WORDS, st.lists(WORDS, max_size=2))
COLUMNS = st.fixed_dictionaries(
    {},
    optional={
        "name": WORDS,
        "city": WORDS,
        "address": WORDS,
        "born_on": st.sampled_from([None, "1990-12-31", "2000-02-29"]),
        "fields": st.dictionaries(st.sampled_from(["a", "b", "c.d"]), VALUES, max_size=3),
    },
)
STEPS = st.lists(st.one_of(COLUMNS, st.just("trash"), st.just("restore")), min_size=1, max_size=8)


def state() -> list[dict[str, Any]]:
    """Everything of substance that stands in the table, the trash included."""
    with tenancy.open_trash(), connection.cursor() as cursor:
        cursor.execute("SELECT to_jsonb(p) - 'updated_at' - 'bigrams' - 'initials' FROM customers_person p ORDER BY id")
        return [row for (row,) in cursor.fetchall()]


def act(cast: Cast, person: Person, step: Any) -> None:
    if step == "trash":
        move_to_trash(workspace_id=cast.workspace.pk, kind="person", ids=[person.pk], member=cast.jieun, now=NOW)
    elif step == "restore":
        restore_from_trash(workspace_id=cast.workspace.pk, kind="person", ids=[person.pk], member=cast.jieun, now=NOW)
    elif step:
        with tenancy.open_trash():
            Person.objects.filter(pk=person.pk).update(**step)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_record_returns_to_every_moment(inside: Cast, steps: list[Any]) -> None:
    with transaction.atomic():
        point = transaction.savepoint()
        person = make_person(inside.jieun)
        moments = []
        for step in steps:
            moments.append((timezone.now(), state()))
            act(inside, person, step)
        moments.append((timezone.now(), state()))
        for at, stood in reversed(moments):
            restore_record_to(
                workspace_id=inside.workspace.pk,
                kind="person",
                record_id=person.pk,
                at=at,
                member=inside.jieun,
                now=NOW,
            )
            assert state() == stood
        transaction.savepoint_rollback(point)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(steps=STEPS)
def test_a_batch_leaves_no_trace_when_it_is_undone(inside: Cast, steps: list[Any]) -> None:
    with transaction.atomic():
        point = transaction.savepoint()
        people = [make_person(inside.jieun, name=name, email=f"{name}@example.com") for name in ("A", "B")]
        before, batch = state(), uuid7()
        with act_as(member_id=inside.jieun.pk, batch=batch):
            for number, step in enumerate(steps):
                act(inside, people[number % 2], step)
            make_person(inside.jieun, name="C", email="C@example.com")
        after = state()
        result = undo_batch(workspace_id=inside.workspace.pk, batch=batch, member=inside.jieun, now=NOW)
        assert result.left == []
        assert state() == before
        again = undo_batch(workspace_id=inside.workspace.pk, batch=result.batch, member=inside.jieun, now=NOW)
        assert (again.left, state()) == ([], after)
        transaction.savepoint_rollback(point)
