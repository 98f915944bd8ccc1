"""Rights that are bounded by a condition reach whom the condition describes, and nobody when it no longer says whom."""

from typing import Any
from uuid import UUID

import pytest
from django.db.models import QuerySet

from dangol.customers.models import FieldDefinition, Person, Tag, Tagging
from dangol.customers.operations import FieldDetails, archive_field, define_field, fill_field_index
from dangol.customers.queries.seen import Seen
from dangol.kit.masking import masking
from dangol.segments.contracts import InvalidDefinition, Offers
from dangol.segments.contracts.builder import first_row, lay_out
from dangol.segments.models import Segment, SegmentMember
from dangol.segments.permissions import may_edit_segments
from dangol.segments.queries import checked_bound, people_matching
from dangol.segments.queries.bounds import test_of_bounds as bounded
from dangol.tracking.permissions import may_explore
from dangol.tracking.queries.events import events_visible
from dangol.workspaces.enums import Kind
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.rows import attribute, bought, did, event, group

TAG, SEGMENT = UUID(int=7), UUID(int=8)
WHOLESALE = {"kind": "tag", "operator": "has", "tags": [str(TAG)]}
RETAIL = {"kind": "tag", "operator": "has_none", "tags": [str(TAG)]}
IN_SEGMENT = {"kind": "segment", "segment": str(SEGMENT)}
BIG = {"kind": "order_total", "operator": "at_least", "value": 1_000_000, "currency": "KRW"}
SMALL = BIG | {"operator": "at_most", "value": 999_999}
BUSAN = attribute("city", "is", value="부산")
GOLD = attribute("fields.grade", "is", value="Gold")
NOT_GOLD = attribute("fields.grade", "is_not", value="Gold")
VISITS = attribute("fields.visits", "more_than", value=2)

BOUNDS: list[tuple[dict[str, Any], set[str]]] = [
    (BUSAN, {"a", "b"}),
    (attribute("city", "is_empty"), {"d"}),
    (WHOLESALE, {"b", "c"}),
    (RETAIL, {"a", "d"}),
    (IN_SEGMENT, {"c"}),
    (BIG, {"a"}),
    (SMALL, {"b", "c", "d"}),
    ({"kind": "order_count", "operator": "at_least", "count": 1}, {"a", "b"}),
    (GOLD, {"a", "c"}),
    (NOT_GOLD, {"b", "d"}),
    (VISITS, {"b"}),
    (group("all", BUSAN, WHOLESALE), {"b"}),
    (group("any", BUSAN, WHOLESALE), {"a", "b", "c"}),
    (group("not", BUSAN, IN_SEGMENT), {"d"}),
    (group("not", group("any", BUSAN, IN_SEGMENT), RETAIL), set()),
    (group("any", group("not", group("any", WHOLESALE, BIG)), IN_SEGMENT), {"c", "d"}),
]


@pytest.fixture
def town(inside: Cast, request: pytest.FixtureRequest) -> Cast:
    """Return a town of four people, whose own fields are looked up in the side table where the test says so."""
    is_filterable = getattr(request, "param", True)
    for details in (
        FieldDetails(key="grade", label="등급", kind="choice", choices=("Gold", "은"), is_filterable=is_filterable),
        FieldDetails(key="visits", label="방문", kind="number", is_filterable=is_filterable),
    ):
        defined = define_field(member=inside.admin, object="person", details=details, now=NOW)
        if is_filterable:
            fill_field_index(workspace_id=inside.workspace.pk, definition_id=defined.pk)
    told: dict[str, Any] = {
        "a": ("부산", "Gold", 1),
        "b": ("부산", "은", 3),
        "c": ("서울", "Gold", 2),
        "d": ("", None, None),
    }
    people = {
        name: make_person(
            inside.admin, name=name, city=city, owner=inside.jieun,
            fields={"grade": grade, "visits": visits} if grade else {},
        )
        for name, (city, grade, visits) in told.items()
    }  # fmt: skip
    tag = Tag.objects.create(pk=TAG, workspace=inside.workspace, name="도매")
    for name in "bc":
        Tagging.objects.create(workspace=inside.workspace, tag=tag, person=people[name], at=NOW)
    segment = Segment.objects.create(
        pk=SEGMENT, workspace=inside.workspace, name="가까운", definition={"kind": "everyone"}, created_by=inside.admin
    )
    SegmentMember.objects.create(workspace=inside.workspace, segment=segment, person=people["c"], entered_at=NOW)
    for amount in ("400000", "600000"):
        bought(people["a"], amount)
    bought(people["b"], "999999")
    return inside


def kept_within(member: Member, people: dict[str, Any]) -> Member:
    """Return a member as the next page sees them, bounded by a condition."""
    Member.objects.filter(pk=member.pk).update(people=people)
    return Member.objects.get(pk=member.pk)


def seen_by(member: Member) -> set[str]:
    return set(Person.objects.visible_to(member).values_list("name", flat=True))


@pytest.mark.shows("8.3.1", "AC-04")
@pytest.mark.parametrize("town", [True, False], indirect=True, ids=["indexed", "in the row"])
@pytest.mark.parametrize(("condition", "whom"), BOUNDS)
def test_a_bounded_right_reaches_whom_the_condition_describes(
    town: Cast, condition: dict[str, Any], whom: set[str]
) -> None:
    checked_bound(condition)
    described = people_matching(condition, workspace_id=town.workspace.pk, now=NOW)
    assert set(described.values_list("name", flat=True)) == whom
    assert seen_by(kept_within(town.marketer, condition)) == whom
    assert seen_by(kept_within(town.minsu, condition)) == whom
    assert seen_by(kept_within(town.dana, condition)) == set()


@pytest.mark.parametrize(("condition", "_whom"), BOUNDS)
def test_it_is_asked_of_the_row_itself(town: Cast, condition: dict[str, Any], _whom: set[str]) -> None:
    """A second look at the table of people would bring another row of that name into the test."""
    member = kept_within(town.minsu, condition)
    asked = Person.objects.filter(bounded(member.bounds(Kind.PEOPLE), member))
    assert str(asked.query).replace('"', "").count("FROM customers_person") == 1


@pytest.mark.shows("16.5.3")
@pytest.mark.parametrize("condition", [RETAIL, WHOLESALE, NOT_GOLD, GOLD, group("not", IN_SEGMENT), {"kind": "moon"}])
def test_what_names_something_that_is_gone_reaches_nobody(town: Cast, condition: dict[str, Any]) -> None:
    member = kept_within(town.marketer, condition)
    Tagging.objects.all().delete()
    Tag.objects.all().delete()
    Segment.objects.all().delete()
    archive_field(field=FieldDefinition.objects.get(key="grade"), member=town.admin, now=NOW)
    assert seen_by(member) == set()


def test_a_read_that_is_compiled_once_keeps_bounds_apart(town: Cast) -> None:
    def build(member: Member, *, after: str) -> QuerySet[Person]:
        return Person.objects.visible_to(member).filter(name__gt=after).order_by("name")

    found: Seen[Person] = Seen(build)
    for _time in range(2):
        for condition, whom in ((BUSAN, "ab"), ({}, "abcd"), (NOT_GOLD, "bd"), (WHOLESALE, "bc")):
            member = kept_within(town.marketer, condition)
            assert "".join(person.name for person in found(member, after="")) == whom
    archive_field(field=FieldDefinition.objects.get(key="grade"), member=town.admin, now=NOW)
    assert found(kept_within(town.marketer, NOT_GOLD), after="") == []


def test_a_field_that_is_masked_bounds_all_the_same(town: Cast) -> None:
    member = kept_within(town.marketer, GOLD)
    with masking(["field:grade"]):
        assert seen_by(member) == {"a", "c"}


@pytest.mark.shows("AC-04")
def test_who_is_bounded_neither_counts_nor_explores_everybody(town: Cast) -> None:
    for name in "abcd":
        did(Person.objects.get(name=name), "opened")
    assert may_edit_segments(town.marketer)
    assert events_visible(town.marketer).count() == 4
    member = kept_within(town.marketer, BUSAN)
    assert not may_edit_segments(member)
    assert not may_explore(member)
    assert {one.person.name for one in events_visible(member) if one.person} == {"a", "b"}


@pytest.mark.parametrize(
    "condition",
    [
        attribute("email", "is", value="a@example.com"),
        attribute("created_at", "in_last", days=3),
        attribute("owner", "is_me"),
        event("opened"),
        BIG | {"days": 30},
        {"kind": "household", "conditions": [BUSAN]},
        group("all", BUSAN, event("opened")),
        {"kind": "everyone"},
        {},
    ],
)
def test_what_moves_with_the_clock_or_asks_about_others_bounds_no_right(condition: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinition):
        checked_bound(condition)


def test_the_builder_offers_what_can_bound_a_right() -> None:
    rows = first_row()
    lay_out(rows, Offers(bounds_rights=True))
    assert [kind.value for kind in rows.rows[0].kinds] == ["attribute", "tag", "order_count", "order_total", "segment"]
    assert [one.value for one in rows.rows[0].shown[0].input.choices] == ["city", "language", "country"]
    assert list(rows.across) == []
