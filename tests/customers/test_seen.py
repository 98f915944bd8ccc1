"""A read that is compiled once for each way of seeing shows each member what they may see, and nothing else."""

from uuid import UUID

from django.db.models import QuerySet

from dangol.customers.models import Person
from dangol.customers.queries.seen import Seen
from dangol.workspaces.enums import Kind
from dangol.workspaces.models import Member
from tests.factories import make_person
from tests.people import Cast


def test_each_member_sees_their_own(inside: Cast) -> None:
    free, of_team = make_person(inside.jieun, name="가"), make_person(inside.jieun, name="나", owner=inside.jieun)
    of_other = make_person(inside.minsu, name="다", owner=inside.minsu)
    built: list[Member] = []

    def build(member: Member, *, after: str) -> QuerySet[Person]:
        built.append(member)
        return Person.objects.visible_to(member).filter(name__gt=after).order_by("name")

    found: Seen[Person] = Seen(build)
    everybody = {"admin": [free, of_team, of_other], "marketer": [free, of_team, of_other]}
    for _time in range(2):
        for name in ("admin", "marketer", "jieun", "minsu"):
            member = getattr(inside, name)
            expected = list(Person.objects.visible_to(member).order_by("name"))
            assert found(member, after="") == expected == everybody.get(name, expected)
        assert found(inside.minsu, after="나") == [of_other]
    sights = {member.reach(Kind.PEOPLE) for member in (inside.admin, inside.marketer, inside.jieun, inside.minsu)}
    assert len(built) == len(sights)


def test_the_shape_and_what_is_given_are_part_of_the_way(inside: Cast) -> None:
    person = make_person(inside.jieun, name="가", city="서울")

    def build(member: Member, column: str, **told: str | UUID) -> QuerySet[Person]:
        return Person.objects.visible_to(member).filter(**{f"{column}__gte": "", **told})

    found: Seen[Person] = Seen(build)
    assert found(inside.admin, "name", city="서울") == [person]
    assert found(inside.admin, "city", pk=person.pk) == [person]
    assert found(inside.admin, "name", city="부산") == []
