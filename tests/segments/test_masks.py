"""Whoever may not read how to reach somebody does not find it out by asking who is described."""

from typing import Any

import pytest

from dangol.customers.models import Person
from dangol.kit.masking import masking
from dangol.segments.contracts import InvalidDefinition
from dangol.segments.models import ComputedTrait, Segment
from dangol.segments.operations import create_segment, edit_segment, save_trait
from dangol.segments.queries import estimate, traits_of
from dangol.workspaces.enums import Kind, Level, Role, Verb
from dangol.workspaces.models import CustomRole, Member
from dangol.workspaces.permissions import MASKED
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.rows import attribute, did, event, group


def asks(name: str, operator: str, value: Any) -> dict[str, Any]:
    return event("opened", where=[{"property": name, "operator": operator, "value": value}])


TELLING = [
    attribute("email", "is", value="haneul@example.com"),
    attribute("phone", "starts_with", value="+8210"),
    attribute("born_on", "is_set"),
    group("not", group("any", attribute("city", "is", value="서울"), attribute("email", "is_set"))),
    asks("ref", "is", "haneul@example.com"),
    asks("ref", "is_not", "010-1234-5678"),
    asks("ref", "contains", "han"),
    asks("ref", "starts_with", "0"),
    asks("user.email_address", "is", "h"),
    asks("휴대폰", "more_than", 1),
    asks("birthday", "is", "1990-05-01"),
]
PLAIN = [
    attribute("city", "is", value="서울"),
    attribute("name", "contains", value="하늘"),
    asks("total", "more_than", 10_000),
    asks("colour", "is", "red"),
    event("opened"),
]


@pytest.fixture
def clerk(inside: Cast) -> Member:
    """Return 지은 as an analyst would be: everything but how to reach somebody and when they were born."""
    levels = {f"{Kind.PEOPLE}.{Verb.SEE}": Level.ALL, f"{Kind.SEGMENTS}.{Verb.CHANGE}": Level.ALL}
    role = CustomRole.objects.create(workspace=inside.workspace, name="분석", levels=levels, fields=MASKED)
    Member.objects.filter(pk=inside.jieun.pk).update(role=Role.CUSTOM, custom_role=role)
    return Member.objects.get(pk=inside.jieun.pk)


@pytest.mark.shows("8.2.3", "AC-05")
@pytest.mark.parametrize("definition", TELLING)
def test_what_would_tell_is_neither_counted_nor_kept(inside: Cast, clerk: Member, definition: dict[str, Any]) -> None:
    with masking(clerk.rights.masked), pytest.raises(InvalidDefinition):
        estimate(definition, workspace_id=inside.workspace.pk, now=NOW)
    with pytest.raises(InvalidDefinition):
        create_segment(by=clerk, name="가", definition=definition, now=NOW)
    mine = create_segment(by=clerk, name="나", definition={"kind": "everyone"}, now=NOW)
    with pytest.raises(InvalidDefinition):
        edit_segment(segment=mine, by=clerk, name="나", definition=definition, now=NOW)
    assert Segment.objects.get().definition == {"kind": "everyone"}


@pytest.mark.parametrize("definition", PLAIN)
def test_what_tells_nothing_is_asked_and_kept(inside: Cast, clerk: Member, definition: dict[str, Any]) -> None:
    with masking(clerk.rights.masked):
        assert estimate(definition, workspace_id=inside.workspace.pk, now=NOW).size == 0
        create_segment(by=clerk, name="가", definition=definition, now=NOW)


@pytest.mark.parametrize("definition", TELLING)
def test_what_others_keep_stays_usable(inside: Cast, clerk: Member, definition: dict[str, Any]) -> None:
    theirs = create_segment(by=inside.marketer, name="가", definition=definition, now=NOW)
    with masking(clerk.rights.masked):
        edit_segment(segment=theirs, by=clerk, name="새 이름", definition=definition, now=NOW)
        own = create_segment(by=clerk, name="나", definition={"kind": "segment", "segment": str(theirs.pk)}, now=NOW)
        estimate(own.definition, workspace_id=inside.workspace.pk, now=NOW)


def test_traits_tell_no_more_than_events(inside: Cast, clerk: Member) -> None:
    person: Person = make_person(inside.admin, name="하늘")
    did(person, "opened", ref="haneul@example.com", birthday="1990-05-01")
    last = {"measure": "last", "event": "opened"}
    for name in ("ref", "birthday"):
        save_trait(by=clerk, name=name, question=last | {"property": name})
    assert [one.value for one in traits_of(person, now=NOW)] == ["1990-05-01", "haneul@example.com"]
    with masking(clerk.rights.masked):
        assert [one.shown for one in traits_of(person, now=NOW)] == ["****-**-**", "h***@e***"]
        trait = ComputedTrait.objects.get(name="ref")
        with pytest.raises(InvalidDefinition):
            estimate(
                attribute(f"traits.{trait.pk}", "contains", value="han"), workspace_id=inside.workspace.pk, now=NOW
            )
    where = {"where": [{"property": "ref", "operator": "contains", "value": "han"}]}
    with pytest.raises(InvalidDefinition):
        save_trait(by=clerk, name="셋", question={"measure": "count", "event": "opened", **where})
    save_trait(by=inside.marketer, name="셋", question={"measure": "count", "event": "opened", **where})
    with masking(clerk.rights.masked):
        assert len(traits_of(person, now=NOW)) == 3
