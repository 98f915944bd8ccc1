"""Attention is charged once, decays exactly, and does not care in which order charges arrive."""

from datetime import timedelta
from itertools import permutations
from uuid import UUID

from django.db import transaction

from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.relations.enums import ChargeKind
from dangol.relations.models import Attention, AttentionCharge
from dangol.relations.operations import NewCharge, charge_attention
from dangol.relations.queries import attention_loads
from tests.factories import NOW, make_person
from tests.people import Cast

WEEK = 168.0


def charge_all(cast: Cast, *charges: NewCharge) -> None:
    charge_attention(workspace_id=cast.workspace.pk, charges=charges, half_life_hours=WEEK)


def load(person_id: UUID, *, weeks: int = 0) -> float:
    now = NOW + timedelta(weeks=weeks)
    return attention_loads(person_ids=[person_id], now=now, half_life_hours=WEEK)[person_id]


def charge(person_id: UUID, *, days_ago: float = 0, points: float | None = None, **fields: object) -> NewCharge:
    values: dict[str, object] = {
        "kind": ChargeKind.CONTACT,
        "channel": "email",
        "reason": "contact",
        "source_id": uuid7(),
    } | fields
    return NewCharge(person_id=person_id, at=NOW - timedelta(days=days_ago), points=points, **values)  # type: ignore[arg-type] # test fields


def test_the_load_halves_in_one_half_life(inside: Cast) -> None:
    person = make_person(inside.jieun)
    charge_all(inside, charge(person.pk, points=8.0))

    after = {weeks: load(person.pk, weeks=weeks) for weeks in (0, 1, 3)}

    assert after == {0: 8.0, 1: 4.0, 3: 1.0}


def test_somebody_never_contacted_has_no_load(inside: Cast) -> None:
    person = make_person(inside.jieun)
    assert attention_loads(person_ids=[person.pk], now=NOW, half_life_hours=WEEK) == {person.pk: 0.0}


def test_the_same_source_charges_once(inside: Cast) -> None:
    person = make_person(inside.jieun)
    once = charge(person.pk, points=2.0)
    for _run in range(2):
        charge_all(inside, once, once)

    assert attention_loads(person_ids=[person.pk], now=NOW, half_life_hours=WEEK) == {person.pk: 2.0}
    assert AttentionCharge.objects.count() == 1


def test_late_charges_end_in_the_same_load(inside: Cast) -> None:
    ends = set()
    for order in permutations([(14, 4.0), (7, 2.0), (0, 1.0), (7, -1.0)]):
        person = make_person(inside.jieun)
        for days_ago, points in order:
            charge_attention(
                workspace_id=inside.workspace.pk,
                charges=[charge(person.pk, days_ago=days_ago, points=points)],
                half_life_hours=WEEK,
            )
        ends.add(round(load(person.pk), 12))
        assert Attention.objects.get(person=person).at == NOW
    assert ends == {2.5}


def test_a_contact_costs_more_after_ignored_ones(inside: Cast) -> None:
    person = make_person(inside.jieun)
    for days_ago in (30, 20, 10, 1):
        charge_all(inside, charge(person.pk, days_ago=days_ago))

    points = list(AttentionCharge.objects.order_by("at").values_list("points", flat=True))

    assert points == [1.0, 1.25, 1.5, 1.75]


def test_a_welcome_answer_refunds_and_ends_the_surcharge(inside: Cast) -> None:
    person = make_person(inside.jieun)
    charges = [
        charge(person.pk, days_ago=30),
        charge(person.pk, days_ago=29, kind=ChargeKind.WELCOME, reason="replied"),
        charge(person.pk, days_ago=10, channel="phone"),
        charge(person.pk, days_ago=0, kind=ChargeKind.UNWELCOME, reason="complained"),
    ]
    for one in charges:
        charge_all(inside, one)

    assert list(AttentionCharge.objects.order_by("at").values_list("points", flat=True)) == [1.0, -1.0, 4.0, 6.0]


def test_a_load_is_never_shown_below_zero(inside: Cast) -> None:
    person = make_person(inside.jieun)
    charge_all(inside, charge(person.pk, points=-3.0))
    assert attention_loads(person_ids=[person.pk], now=NOW, half_life_hours=WEEK) == {person.pk: 0.0}


def test_charges_for_people_of_another_workspace_are_left_out(cast: Cast) -> None:
    with tenancy.workspace(cast.other_workspace.pk):
        stranger = make_person(cast.lee)
    with tenancy.workspace(cast.workspace.pk), transaction.atomic():
        charge_attention(workspace_id=cast.workspace.pk, charges=[charge(stranger.pk)], half_life_hours=WEEK)
        assert AttentionCharge.objects.count() == 0
    with tenancy.workspace(cast.other_workspace.pk):
        assert AttentionCharge.objects.count() == 0
