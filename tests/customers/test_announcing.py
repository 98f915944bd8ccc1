"""Whatever the house changes about people is looked at again by the segments."""

from typing import Any

from procrastinate.contrib.django.models import ProcrastinateJob

from dangol.customers.models import Person
from dangol.customers.operations import (
    FieldDetails,
    PersonDetails,
    change_field_of_many,
    change_own_field,
    change_person,
    change_row_field,
    create_person,
    define_field,
    details_of,
)
from dangol.kit.ids import uuid7
from tests.factories import NOW, make_person
from tests.people import Cast


def told() -> list[list[str]]:
    jobs = ProcrastinateJob.objects.filter(task_name__endswith=".refresh_segments_of_people").order_by("id")
    found = [job.args["person_ids"] for job in jobs]
    jobs.delete()
    return found


def test_every_way_of_changing_people_is_told(inside: Cast) -> None:
    member = inside.admin
    person = create_person(member=member, details=PersonDetails(name="김하늘", city="서울"), now=NOW)
    assert told() == [[str(person.pk)]]
    change_person(person=person, member=member, details=details_of(person), now=NOW)
    assert told() == []
    change_row_field(row=person, field="city", value="부산", seen="서울", member=member, now=NOW)
    assert told() == [[str(person.pk)]]
    field = define_field(
        member=member, object="person", details=FieldDetails(label="등급", kind="text", key="g"), now=NOW
    )
    change_own_field(row=person, definition=field, value="금", seen="", member=member, now=NOW)
    assert told() == [[str(person.pk)]]


def test_many_who_are_changed_are_told_together_and_those_who_stay_are_not(inside: Cast) -> None:
    people = [make_person(inside.jieun, name=f"손님{number}") for number in range(3)]
    Person.objects.filter(pk=people[0].pk).update(city="제주")
    ids = [*(person.pk for person in people), uuid7()]
    same: dict[str, Any] = {"workspace_id": inside.workspace.pk, "field": "city", "value": "제주", "now": NOW}
    assert change_field_of_many(listed="people", ids=ids, **same) == 2
    assert [set(part) for part in told()] == [{str(person.pk) for person in people[1:]}]
    assert change_field_of_many(listed="companies", ids=ids, **same) == 0
    assert told() == []
