"""The policy over real rows: what it loads, how often it asks the database, and that its answers can be replayed."""

from datetime import timedelta
from uuid import UUID

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.customers.models import Person, Relation
from dangol.customers.operations import create_household
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.messaging.contracts import Holdout
from dangol.messaging.enums import Outcome, Stage
from dangol.messaging.models import ContactRules, Message, PolicyDecision, Suppression
from dangol.messaging.operations import decide, replay
from dangol.messaging.queries import cluster_keys, explain_for_customer, explain_for_staff
from dangol.relations.models import Attention, Hurt
from tests.factories import NOW, make_person
from tests.messaging.making import agree, make_sender, make_version, queue
from tests.people import Cast


def asked(
    cast: Cast, people: list[Person], *, purpose: str = "marketing", holdout: Holdout | None = None
) -> list[PolicyDecision]:
    return decide(
        workspace_id=cast.workspace.pk,
        person_ids=[person.pk for person in people],
        channel="email",
        purpose=purpose,
        origin_id=uuid7(),
        stage=Stage.PREVIEW,
        now=NOW,
        holdout=holdout,
    )


def willing(cast: Cast, count: int) -> list[Person]:
    people = [make_person(cast.admin, name=f"고객{n}", email=f"w{n}@example.com") for n in range(count)]
    for person in people:
        agree(person)
    return people


def test_each_fact_is_read_from_where_it_lives(inside: Cast) -> None:
    make_sender(inside.admin)
    calm, hurt, tired, gone = willing(inside, 4)
    Hurt.objects.create(workspace=inside.workspace, person=hurt, reason="깨진 컵", opened_at=NOW - timedelta(days=1))
    Attention.objects.create(workspace=inside.workspace, person=tired, load=16.0, at=NOW)
    Suppression.objects.create(
        workspace=inside.workspace, channel="email", address=gone.email, reason="complaint", at=NOW
    )
    stranger = make_person(inside.admin, name="모름")
    answers = [(decision.outcome, decision.reasons) for decision in asked(inside, [calm, hurt, tired, gone, stranger])]
    assert answers == [
        (Outcome.ALLOW, []),
        (Outcome.HOLD, ["open_hurt"]),
        (Outcome.HOLD, ["attention"]),
        (Outcome.REFUSE, ["complaint"]),
        (Outcome.REFUSE, ["consent_missing"]),
    ]


def test_without_a_sender_nothing_leaves(inside: Cast) -> None:
    (person,) = willing(inside, 1)
    assert asked(inside, [person])[0].reasons == ["sender_incomplete"]
    assert asked(inside, [person], purpose="service")[0].reasons == ["sender_incomplete"]


def test_the_cap_counts_what_is_queued_but_not_what_is_held_or_service(inside: Cast) -> None:
    make_sender(inside.admin)
    ContactRules.objects.create(workspace=inside.workspace, cap_count=1)
    capped, held, served = willing(inside, 3)
    version = make_version(inside.admin)
    queue(version, [capped])
    (waiting,) = queue(version, [held])
    Message.objects.filter(pk=waiting.pk).update(state="held")
    queue(make_version(inside.admin, purpose="service", name="안내"), [served])
    answers = [(decision.reasons, decision.hold_until) for decision in asked(inside, [capped, held, served])]
    assert answers == [(["frequency_cap"], NOW + timedelta(days=7)), ([], None), ([], None)]


def test_people_of_other_workspaces_are_left_out(cast: Cast) -> None:
    with tenancy.workspace(cast.other_workspace.pk):
        theirs = make_person(cast.lee, name="Their customer")
    with tenancy.workspace(cast.workspace.pk):
        make_sender(cast.admin)
        (ours,) = willing(cast, 1)
        assert [decision.person_id for decision in asked(cast, [theirs, ours])] == [ours.pk]


def test_any_number_of_people_costs_the_same_number_of_queries(inside: Cast) -> None:
    make_sender(inside.admin)
    people = willing(inside, 300)
    holdout = Holdout(salt="salt", percent=10)
    with CaptureQueriesContext(connection) as few:
        asked(inside, people[:3], holdout=holdout)
    with CaptureQueriesContext(connection) as many:
        asked(inside, people, holdout=holdout)
    assert len(few) == len(many) == 11


def test_a_stored_decision_can_be_replayed(inside: Cast) -> None:
    make_sender(inside.admin)
    people = willing(inside, 6)
    Person.objects.filter(pk=people[1].pk).update(time_zone="")
    Attention.objects.create(workspace=inside.workspace, person=people[2], load=16.0, at=NOW)
    Hurt.objects.create(workspace=inside.workspace, person=people[3], reason="…", opened_at=NOW - timedelta(days=1))
    decisions = asked(inside, people) + asked(inside, people, holdout=Holdout(salt="s", percent=100))
    PolicyDecision.objects.bulk_create(decisions)
    assert {decision.outcome for decision in decisions} == {"allow", "hold", "refuse"}
    for stored in PolicyDecision.objects.all():
        again = replay(stored)
        assert (again.outcome, again.hold_until, list(again.reasons)) == (
            stored.outcome,
            stored.hold_until,
            stored.reasons,
        )


def keys(people: list[Person]) -> list[str]:
    found = cluster_keys([person.pk for person in people])
    return [found[person.pk] for person in people]


def test_people_who_share_an_address_are_one_cluster_through_others(inside: Cast) -> None:
    mother = make_person(inside.admin, phone="+82212345678")
    father = make_person(inside.admin, phone="+82212345678", address="서울시  종로구 1")
    child = make_person(inside.admin, address="서울시 종로구 1")
    other = make_person(inside.admin)
    Person.objects.filter(pk=father.pk).update(address="서울시 종로구 1")
    assert keys([child, other]) == [str(mother.pk), str(other.pk)]
    assert keys([mother, father]) == [str(mother.pk)] * 2


def test_people_of_one_household_are_one_cluster_while_they_live_there(inside: Cast) -> None:
    mother, child, other = (make_person(inside.admin) for _n in range(3))
    friend = make_person(inside.admin, phone="+82212345678")
    Person.objects.filter(pk=child.pk).update(phone="+82212345678")
    create_household(member=inside.admin, name="마포 김씨네", people=[mother, child])
    assert keys([child, mother, friend, other]) == [str(mother.pk)] * 3 + [str(other.pk)]
    Relation.objects.filter(source_person=mother).update(until=NOW.date())
    assert keys([mother, child]) == [str(mother.pk), str(child.pk)]


def test_a_place_holder_that_many_share_is_no_household(inside: Cast) -> None:
    people = [make_person(inside.admin, address="미입력") for _n in range(21)]
    assert keys(people) == [str(person.pk) for person in people]
    assert keys(people[:2]) == [str(person.pk) for person in people[:2]]


@pytest.mark.parametrize("percent", [50.0])
def test_a_cluster_shares_its_fate(inside: Cast, percent: float) -> None:
    make_sender(inside.admin)
    couples: list[list[Person]] = [
        [make_person(inside.admin, email=f"c{n}-{m}@example.com", phone=f"+8210{n:08}") for m in range(2)]
        for n in range(20)
    ]
    for couple in couples:
        for person in couple:
            agree(person)
    decisions = asked(inside, [p for couple in couples for p in couple], holdout=Holdout(salt="s", percent=percent))
    fates: dict[UUID, list[str]] = {decision.person_id: decision.reasons for decision in decisions}
    assert all(fates[one.pk] == fates[two.pk] for one, two in couples)
    assert {tuple(fate) for fate in fates.values()} == {(), ("holdout",)}


def test_a_decision_says_why_in_both_languages(inside: Cast) -> None:
    make_sender(inside.admin)
    (person,) = willing(inside, 1)
    allowed, refused = asked(inside, [person, make_person(inside.admin, name="모름")])
    assert explain_for_staff(refused, "ko") == ["이 채널의 광고 수신에 동의한 기록이 없습니다."]
    assert explain_for_staff(refused, "en") == ["There is no consent to advertising on this channel."]
    assert explain_for_customer(allowed, "ko") == ["2026-11-21에 광고 수신에 동의하셨기 때문에 보냈습니다."]
    assert explain_for_customer(refused, "en") == ["You did not agree to advertising, so we do not send it."]
