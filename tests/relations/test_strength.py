"""One number, traceable to its parts; a vital rhythm raises it, silence and open hurts lower it, opens do nothing."""

from datetime import timedelta
from decimal import Decimal
from random import Random

from django.db import connection

from dangol.customers.models import Person
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.relations.models import RhythmFit, Strength
from dangol.relations.operations import (
    NewEntry,
    end_promise,
    make_promise,
    measure,
    measure_everybody,
    note_feeling,
    open_hurt,
    write_story,
)
from dangol.relations.queries import strength_of, strength_parts, why_strength
from dangol.tracking.models import Order
from tests.factories import NOW, make_person
from tests.people import Cast


def buy(person: Person, *days_ago: float) -> None:
    Order.objects.bulk_create(
        Order(
            workspace_id=person.workspace_id,
            person=person,
            number=str(uuid7()),
            placed_at=NOW - timedelta(days=days),
            amount=Decimal(10000),
            currency="KRW",
            event_id=uuid7(),
        )
        for days in days_ago
    )


def score(cast: Cast, person: Person) -> int:
    measure(workspace_id=cast.workspace.pk, person_ids=[person.pk], now=NOW)
    return Strength.objects.get(person=person).score


def entries(person: Person, kind: str, number: int) -> None:
    write_story(
        workspace_id=person.workspace_id,
        entries=[
            NewEntry(person_id=person.pk, kind=kind, at=NOW, source_table="test", source_id=uuid7())
            for _number in range(number)
        ],
    )


def test_the_formula_gives_exactly_what_it_says(inside: Cast) -> None:
    person = make_person(inside.jieun)
    buy(person, 30, 20, 10, 5)
    assert score(inside, person) == 75  # 100 · (1 − 2^(−4/2)): everything else is unknown, and the rhythm is fresh
    entries(person, "replied", 2)
    entries(person, "contact_sent", 3)
    # answers 4 of contacts 3: value 1 − 2^(−4/2) = 0.75 at a weight of 25 · 7/10
    assert score(inside, person) == 75
    make_and_keep(inside, person)
    # (50 · 0.75 + 17.5 · 0.75 + 5 · 1) / 72.5
    assert score(inside, person) == 77


def make_and_keep(cast: Cast, person: Person) -> None:
    due = NOW + timedelta(days=1)
    promise = make_promise(person=person, sentence="전화", due_at=due, by=cast.jieun, now=NOW - timedelta(days=1))
    end_promise(promise=promise, outcome="kept", by=cast.jieun, now=NOW)  # type: ignore[arg-type] # as from a form


def test_every_point_is_traceable(inside: Cast) -> None:
    person = make_person(inside.jieun)
    buy(person, 30, 20, 10, 5)
    make_and_keep(inside, person)
    score(inside, person)
    strength = strength_of(person)
    assert strength is not None
    parts = strength_parts(strength, "en")
    assert [part.name for part in parts] == ["the buying rhythm", "kept promises"]
    assert round(sum(part.points for part in parts)) == strength.score
    assert round(sum(part.possible for part in parts)) == 100
    assert strength.parts["promises"]["kept"] == 1


def test_opens_are_not_rewarded(inside: Cast) -> None:
    person = make_person(inside.jieun)
    buy(person, 30, 20, 10)
    before = score(inside, person)
    entries(person, "opened", 50)
    assert score(inside, person) == before


def test_unanswered_contacts_lower_it_and_an_open_hurt_more(inside: Cast) -> None:
    person = make_person(inside.jieun)
    buy(person, 30, 20, 10)
    alone = score(inside, person)
    entries(person, "contact_sent", 4)
    talked_at = score(inside, person)
    open_hurt(person=person, reason="늦었다", now=NOW)
    hurt = score(inside, person)
    assert (alone, talked_at, hurt) == (65, 50, 45)


def test_a_good_feeling_raises_it(inside: Cast) -> None:
    person = make_person(inside.jieun)
    buy(person, 30, 20, 10)
    note_feeling(person=person, valence=2, source="declared", touchpoint="매장", now=NOW)  # type: ignore[arg-type] # as from a form
    assert score(inside, person) > 65


def test_the_trend_compares_with_thirty_days_before(inside: Cast) -> None:
    person = make_person(inside.jieun)
    buy(person, 40, 35, 10, 5)
    measure(workspace_id=inside.workspace.pk, person_ids=[person.pk], now=NOW)
    strength = Strength.objects.get(person=person)
    assert (strength.score, strength.trend) == (75, 75 - 50)


def test_silence_against_the_own_rhythm_lowers_it(inside: Cast) -> None:
    weekly, yearly = make_person(inside.jieun), make_person(inside.jieun)
    buy(weekly, 200, 193, 186, 179)
    buy(yearly, 1279, 912, 545, 179)
    assert score(inside, weekly) < 5
    assert score(inside, yearly) == 75


def crowd(cast: Cast, number: int) -> list[Person]:
    chance = Random(7)
    people = []
    for _person in range(number):
        person = make_person(cast.jieun)
        first = chance.uniform(100, 300)
        buy(person, first, *(chance.uniform(0, first) for _order in range(chance.choice([0, 0, 1, 2, 5]))))
        people.append(person)
    return people


def test_everybody_is_measured_under_one_fit(inside: Cast) -> None:
    people = crowd(inside, 120)
    measure_everybody(workspace_id=inside.workspace.pk, now=NOW)
    fit = RhythmFit.objects.get()
    assert fit.customer_count == 120
    assert fit.p is not None
    strengths = list(Strength.objects.all())
    assert len(strengths) == 120
    assert {strength.parts["fit"] for strength in strengths} == {str(fit.pk)}
    for strength in strengths:
        came_back = strength.parts["rhythm"]["orders"] > 1
        assert (strength.alive is not None) == came_back
        assert strength.expected_orders is not None
        assert 0 <= strength.score <= 100

    before = Strength.objects.get(person=people[0])
    measure(workspace_id=inside.workspace.pk, person_ids=[people[0].pk], now=NOW)
    again = Strength.objects.get(person=people[0])
    assert (again.score, again.alive, again.expected_orders) == (before.score, before.alive, before.expected_orders)


def test_too_few_regulars_make_no_fit(inside: Cast) -> None:
    person = make_person(inside.jieun)
    buy(person, 30, 20, 10)
    measure_everybody(workspace_id=inside.workspace.pk, now=NOW)
    assert not RhythmFit.objects.exists()
    assert Strength.objects.get(person=person).alive is None


def test_the_reason_names_the_best_and_the_worst_part(inside: Cast) -> None:
    person = make_person(inside.jieun)
    buy(person, 30, 20, 10)
    entries(person, "contact_sent", 4)
    score(inside, person)
    strength = strength_of(person)
    assert strength is not None
    assert why_strength(strength, "en") == (
        "50 of 100: 50 of 78 points come from the buying rhythm; "
        "most is missing in two-way exchange (0 of 22), 21 up in 30 days."
    )


def test_people_of_another_workspace_are_not_measured(cast: Cast) -> None:
    with tenancy.workspace(cast.other_workspace.pk):
        stranger = make_person(cast.lee)
        buy(stranger, 30, 20, 10)
    with tenancy.workspace(cast.workspace.pk):
        measure(workspace_id=cast.workspace.pk, person_ids=[stranger.pk], now=NOW)
        measure_everybody(workspace_id=cast.workspace.pk, now=NOW)
    with tenancy.workspace(cast.other_workspace.pk), connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM relations_strength")
        assert cursor.fetchone() == (0,)
