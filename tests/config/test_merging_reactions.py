"""What is derived from rows follows when two people become one, and two again."""

import datetime as dt
from typing import Any

import pytest

from dangol import facts
from dangol.config.reactions import REACTIONS
from dangol.customers.models import Person
from dangol.customers.operations import merge_people, unmerge
from dangol.kit.fact import Fact
from dangol.relations.enums import ChargeKind
from dangol.relations.models import Attention, Strength
from dangol.relations.operations import NewCharge, charge_attention, measure
from dangol.segments.models import SegmentMember
from dangol.segments.operations import compute_membership, create_segment
from dangol.tracking.models import Order
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db

HALF_LIFE = 168.0


def react(cast: Cast, fact: type[Fact], people: list[Person]) -> None:
    """Run what follows the fact, as the worker would."""
    told: dict[str, Any] = {"workspace_id": cast.workspace.pk, "person_ids": tuple(person.pk for person in people)}
    for job in REACTIONS[fact]:
        job(**{name: value for name, value in told.items() if name in job._types})


def loads() -> dict[Any, float]:
    return {row.person_id: round(row.load, 6) for row in Attention.objects.all()}


def test_derived_numbers_follow_a_merge_and_its_undoing(inside: Cast) -> None:
    keep, other = (make_person(inside.jieun, name="김하늘", city=city) for city in ("부산", "서울"))
    for person in (keep, other):
        charge = NewCharge(
            person_id=person.pk, kind=ChargeKind.CONTACT, channel="email", at=NOW, reason="contact", points=3.0,
            source_id=person.pk,
        )  # fmt: skip
        charge_attention(workspace_id=inside.workspace.pk, charges=[charge], half_life_hours=HALF_LIFE)
        Order.objects.create(
            workspace=inside.workspace, person=person, number=str(person.pk), placed_at=NOW - dt.timedelta(days=9),
            amount=1000, currency="KRW", event_id=person.pk,
        )  # fmt: skip
    measure(workspace_id=inside.workspace.pk, person_ids=[keep.pk, other.pk], now=NOW)
    definition = {"kind": "attribute", "attribute": "city", "operator": "is", "value": "서울"}
    segment = create_segment(by=inside.marketer, name="서울", definition=definition, now=NOW)
    compute_membership(workspace_id=inside.workspace.pk, segment_id=segment.pk, version=segment.version, now=NOW)
    assert set(SegmentMember.objects.values_list("person_id", flat=True)) == {other.pk}

    merged = merge_people(keep=keep, merge=other, choices={"city": "merge"}, member=inside.jieun, now=NOW)
    react(inside, facts.PeopleMerged, [keep, other])
    assert loads() == {keep.pk: 6.0}
    assert set(SegmentMember.objects.values_list("person_id", flat=True)) == {keep.pk}
    assert set(Strength.objects.values_list("person_id", flat=True)) == {keep.pk}

    unmerge(merge=merged, member=inside.jieun, now=NOW)
    react(inside, facts.PeopleUnmerged, [keep, other])
    assert loads() == {keep.pk: 3.0, other.pk: 3.0}
    assert set(SegmentMember.objects.values_list("person_id", flat=True)) == {other.pk}
    assert set(Strength.objects.values_list("person_id", flat=True)) == {keep.pk, other.pk}
