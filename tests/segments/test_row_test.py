"""A filter that is asked of the row itself finds whom the set of ids holds, wherever it stands."""

from typing import Any

import pytest

from dangol.customers.models import Company, Person, Relation
from dangol.segments.contracts import Subject
from dangol.segments.queries import matching_ids, matching_rows
from dangol.segments.queries.row_test import RowTest
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.conftest import Town
from tests.segments.rows import attribute, event, group
from tests.segments.test_conditions import ATTRIBUTES


@pytest.mark.parametrize(("name", "operator", "operand", "_members"), ATTRIBUTES)
def test_the_same_people_are_found(
    town: Town, inside: Cast, name: str, operator: str, operand: dict[str, Any], _members: set[str]
) -> None:
    definition = attribute(name, operator, **operand)
    test = matching_rows(definition, about=Subject.PERSON, reader=inside.admin, now=NOW)
    ids = matching_ids(definition, about=Subject.PERSON, reader=inside.admin, now=NOW)
    assert isinstance(test, RowTest)
    everybody = Person.objects.filter(is_anonymous=False)
    assert set(everybody.filter(test)) == set(everybody.filter(pk__in=ids))


def test_groups_are_asked_of_the_row_and_what_stands_elsewhere_is_not(town: Town, inside: Cast) -> None:
    plain = group("any", attribute("city", "is", value="서울"), group("not", attribute("name", "is_set")))
    test = matching_rows(plain, about=Subject.PERSON, reader=inside.admin, now=NOW)
    assert isinstance(test, RowTest)
    assert [one.city for one in Person.objects.filter(test)] == ["서울"]
    elsewhere = matching_rows(group("all", plain, event("opened")), about=Subject.PERSON, reader=inside.admin, now=NOW)
    assert not isinstance(elsewhere, RowTest)
    assert set(Person.objects.filter(elsewhere)) <= set(Person.objects.filter(test))


def test_it_keeps_to_its_row_inside_of_other_queries(inside: Cast) -> None:
    here, there = make_person(inside.jieun, city="서울"), make_person(inside.jieun, city="부산")
    test = matching_rows(attribute("city", "is", value="서울"), about=Subject.PERSON, reader=inside.admin, now=NOW)
    found = Person.objects.filter(test)
    assert list(Person.objects.filter(pk__in=found, city="부산")) == []
    assert list(Person.objects.exclude(pk__in=found)) == [there]
    assert found.count() == 1
    assert list(found.select_related("owner__user").order_by("-created_at", "-id")[:1]) == [here]
    assert not Relation.objects.filter(source_person__in=found).exists()


def test_companies_too(inside: Cast) -> None:
    for name in ("한빛상사", "다른회사"):
        Company.objects.create(workspace=inside.workspace, name=name)
    test = matching_rows(
        attribute("name", "contains", value="한빛"), about=Subject.COMPANY, reader=inside.admin, now=NOW
    )
    assert [one.name for one in Company.objects.filter(test)] == ["한빛상사"]
