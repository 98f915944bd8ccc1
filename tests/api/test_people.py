"""People through the API."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.customers.models import Person
from dangol.kit import tenancy
from tests.api.conftest import ProgramOf
from tests.factories import make_person
from tests.people import Cast


def test_a_member_sees_what_the_pages_would_show(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        own = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
        free = make_person(cast.jieun, name="박서준")
        danas = make_person(cast.dana, name="Ann Lee", owner=cast.dana)
    assert names(program_of(cast.admin)) == ["Ann Lee", "박서준", "김하늘"]
    assert names(program_of(cast.minsu)) == ["박서준", "김하늘"]
    assert names(program_of(cast.dana)) == ["Ann Lee", "박서준"]
    assert names(program_of(cast.lee)) == []
    assert program_of(cast.minsu).get(f"people/{danas.pk}").status_code == 404
    assert program_of(cast.dana).get(f"people/{own.pk}").status_code == 404
    assert program_of(cast.lee).get(f"people/{free.pk}").status_code == 404


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_however_long_it_is(cast: Cast, program_of: ProgramOf, rows: int) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for number in range(rows):
            make_person(cast.jieun, name=f"손님{number}")
    program = program_of(cast.jieun)
    program.get("people")
    with CaptureQueriesContext(connection) as queries:
        assert len(program.get("people").json()["items"]) == rows
    assert len([q for q in queries if "SAVEPOINT" not in q["sql"]]) == 10


def test_adding_a_person(cast: Cast, program_of: ProgramOf) -> None:
    answer = program_of(cast.jieun).post("people", {"name": "김하늘", "phone": "010-1234-5678"})
    assert answer.status_code == 201
    with tenancy.workspace(cast.workspace.pk):
        person = Person.objects.get()
    assert answer["Location"] == f"/api/v1/people/{person.pk}"
    assert answer.json()["phone"] == "+821012345678"
    assert (person.name, person.phone) == ("김하늘", "+821012345678")


def names(program: object) -> list[str]:
    return [one["name"] for one in program.get("people").json()["items"]]  # type: ignore[attr-defined] # a Program
