"""Merging people and companies, and taking it back exactly."""

import datetime as dt
import random
from functools import partial
from typing import Any

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from dangol import facts
from dangol.customers.contracts import OnMerge, person_tables
from dangol.customers.models import (
    Change,
    Company,
    Consent,
    ConsentEntry,
    FieldValue,
    Identity,
    Merge,
    Person,
    Relation,
    Telling,
)
from dangol.customers.operations import (
    FieldDetails,
    Sighting,
    UnableToMerge,
    UnableToUnmerge,
    define_field,
    gather_stragglers,
    give_consent,
    join_companies,
    merge_companies,
    merge_people,
    recognise,
    told,
    unmerge,
    withdraw_consent,
)
from dangol.kit import tenancy
from dangol.relations.models import StoryEntry
from dangol.tracking.models import Order
from tests.customers.whole_lives import Lives, counts, snapshot
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db

LATER = NOW + dt.timedelta(hours=1)


def two(cast: Cast) -> tuple[Person, Person]:
    """Return 김하늘 twice: once from the shop, once from a file."""
    keep = make_person(cast.jieun, name="김하늘", email="haneul@example.com", owner=cast.jieun, city="서울")
    other = make_person(
        cast.jieun, name="김 하늘", email="sky@example.com", phone="+821012345678", fields={"size": "M"}
    )
    return keep, other


def differences(before: dict[str, list[str]], after: dict[str, list[str]]) -> dict[str, list[str]]:
    """Return the rows that are not the same, by table."""
    return {table: sorted(set(before[table]) ^ set(after[table])) for table in before if before[table] != after[table]}


def fresh(person: Person) -> Person:
    return Person.objects.get(pk=person.pk)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), most=st.integers(0, 4))
def test_merging_people_and_parting_them_restores_every_row(inside: Cast, seed: int, most: int) -> None:
    with transaction.atomic():
        lives = Lives(random.Random(seed), inside.jieun)
        people = [*two(inside), make_person(inside.jieun, name="이웃")]
        lives.fill(people, most=most)
        before = snapshot(inside.workspace.pk)
        merged = merge_people(keep=people[0], merge=people[1], choices={}, member=inside.jieun, now=NOW)
        assert snapshot(inside.workspace.pk) != before
        undone = unmerge(merge=merged, member=inside.jieun, now=LATER)
        after = snapshot(inside.workspace.pk)
        assert (undone.left, differences(before, after)) == ([], {})
        transaction.set_rollback(True)


@settings(max_examples=8, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), most=st.integers(0, 4))
def test_merging_companies_and_parting_them_restores_every_row(inside: Cast, seed: int, most: int) -> None:
    with transaction.atomic():
        lives = Lives(random.Random(seed), inside.jieun)
        companies = [
            Company.objects.create(workspace=inside.workspace, name=name, external_id=f"c{name}")
            for name in ("단골", "㈜단골", "이웃")
        ]
        lives.fill(companies, most=most)
        before = snapshot(inside.workspace.pk)
        merged = merge_companies(keep=companies[0], merge=companies[1], choices={}, member=inside.jieun, now=NOW)
        undone = unmerge(merge=merged, member=inside.jieun, now=LATER)
        after = snapshot(inside.workspace.pk)
        assert (undone.left, differences(before, after)) == ([], {})
        transaction.set_rollback(True)


def test_the_lives_reach_every_room(inside: Cast) -> None:
    people = [*two(inside), make_person(inside.jieun, name="이웃")]
    Lives(random.Random(7), inside.jieun).fill(people, most=9)
    filled = counts(inside.workspace.pk)
    assert [
        table.table for table in person_tables() if table.on_merge is not OnMerge.STAY and not filled[table.table]
    ] == []


def test_everything_of_the_merged_one_becomes_the_keepers(inside: Cast) -> None:
    keep, other = two(inside)
    for number, person in enumerate((keep, other, other)):
        Order.objects.create(
            workspace=inside.workspace, person=person, number=str(number), placed_at=NOW, amount=1, currency="KRW",
            event_id=person.pk,
        )  # fmt: skip
    merged = merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    assert Order.objects.filter(person=keep).count() == 3
    assert merged.joined == {"customers_identity": 1, "tracking_order": 2}
    assert set(Identity.objects.filter(person=keep).values_list("value", flat=True)) == {
        "haneul@example.com",
        "sky@example.com",
    }


def test_the_keepers_fields_stand_and_empty_ones_are_filled(inside: Cast) -> None:
    keep, other = two(inside)
    merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    kept = fresh(keep)
    assert (kept.name, kept.email, kept.phone, kept.city, kept.fields) == (
        "김하늘",
        "haneul@example.com",
        "+821012345678",
        "서울",
        {"size": "M"},
    )


def test_each_field_is_chosen_by_hand(inside: Cast) -> None:
    keep, other = two(inside)
    choices = {"name": "김하늘 (단골)", "email": "merge", "fields.size": "keep", "city": "merge"}
    merge_people(keep=keep, merge=other, choices=choices, member=inside.jieun, now=NOW)
    kept = fresh(keep)
    assert (kept.name, kept.email, kept.fields, kept.city) == ("김하늘 (단골)", "sky@example.com", {}, "")


@pytest.mark.parametrize("choices", [{"shoe": "keep"}, {"email": "new@example.com"}])
def test_an_impossible_choice_is_refused_whole(inside: Cast, choices: dict[str, str]) -> None:
    keep, other = two(inside)
    with pytest.raises(UnableToMerge):
        merge_people(keep=keep, merge=other, choices=choices, member=inside.jieun, now=NOW)
    assert fresh(other).merged_into_id is None


def test_nobody_is_merged_with_oneself_or_twice(inside: Cast) -> None:
    keep, other = two(inside)
    with pytest.raises(UnableToMerge):
        merge_people(keep=keep, merge=keep, choices={}, member=inside.jieun, now=NOW)
    merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    with pytest.raises(UnableToMerge):
        merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)


def test_the_merged_one_is_out_of_sight_and_recognised_as_the_keeper(inside: Cast) -> None:
    keep, other = two(inside)
    merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    assert not Person.objects.filter(pk=other.pk).exists()
    sighting = Sighting(user_id="", email="sky@example.com", anonymous_id="", former_id="")
    assert recognise(workspace_id=inside.workspace.pk, sightings={sighting: NOW}).person_ids == [keep.pk]


def test_a_company_is_recognised_by_the_number_of_the_merged_one(inside: Cast) -> None:
    keep, other = (Company.objects.create(workspace=inside.workspace, name="단골", external_id=n) for n in ("a", "b"))
    person = make_person(inside.jieun)
    merge_companies(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    join_companies(workspace_id=inside.workspace.pk, companies={"b": {}}, members=[(person.pk, "b")], now=NOW)
    assert Relation.objects.get().target_company_id == keep.pk
    assert Company.objects.count() == 1


def test_the_stricter_consent_stands_and_the_ledger_says_so(inside: Cast) -> None:
    keep, other = two(inside)
    withdraw_consent(person=other, channel="email", purpose="marketing", at=NOW, source="web")
    give_consent(person=keep, channel="email", purpose="marketing", at=LATER, source="shop", night=True)
    before = list(Consent.objects.values())
    merged = merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=LATER)
    standing = Consent.objects.get()
    assert (standing.person_id, standing.state, standing.night) == (keep.pk, "withdrawn", False)
    assert list(ConsentEntry.objects.filter(person=keep).order_by("id").values_list("state", "source")) == [
        ("withdrawn", "web"),
        ("given", "shop"),
        ("withdrawn", "merge"),
    ]
    unmerge(merge=merged, member=inside.jieun, now=LATER)
    assert sorted(Consent.objects.values(), key=str) == sorted(before, key=str)
    assert ConsentEntry.objects.count() == 2


def test_two_given_consents_become_the_narrower_one(inside: Cast) -> None:
    keep, other = two(inside)
    end = LATER + dt.timedelta(days=30)
    give_consent(person=other, channel="sms", purpose="marketing", at=NOW, source="web", expires_at=end)
    give_consent(person=keep, channel="sms", purpose="marketing", at=LATER, source="shop", night=True)
    merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=LATER)
    standing = Consent.objects.get()
    assert (standing.state, standing.night, standing.expires_at, standing.at) == ("given", False, end, LATER)


def test_a_withdrawal_while_they_were_one_holds_for_both(inside: Cast) -> None:
    keep, other = two(inside)
    give_consent(person=other, channel="email", purpose="marketing", at=NOW, source="web")
    merged = merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    withdraw_consent(person=keep, channel="email", purpose="marketing", at=LATER, source="one_click")
    unmerge(merge=merged, member=inside.jieun, now=LATER)
    assert dict(Consent.objects.values_list("person_id", "state")) == {keep.pk: "withdrawn", other.pk: "withdrawn"}


def test_the_ledger_lets_nothing_else_change_while_people_are_merged(inside: Cast) -> None:
    keep, other = two(inside)
    give_consent(person=keep, channel="email", purpose="marketing", at=NOW, source="web")
    for pair, change in (("", "person_id = person_id"), (f"{keep.pk},{other.pk}", "state = 'withdrawn'")):
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('dangol.merging', %s, true)", [pair])
            with pytest.raises(IntegrityError, match="never changed"), transaction.atomic():
                cursor.execute(f"UPDATE customers_consententry SET {change}")


def test_what_arrives_after_the_merge_stays_with_the_keeper(inside: Cast) -> None:
    keep, other = two(inside)
    merged = merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    line: dict[str, Any] = {"kind": "note", "chapter": "first_meeting", "at": NOW, "source_table": "x"}
    entry = StoryEntry.objects.create(workspace=inside.workspace, person=keep, source_id=keep.pk, **line)
    unmerge(merge=merged, member=inside.jieun, now=LATER)
    assert StoryEntry.objects.get(pk=entry.pk).person_id == keep.pk
    assert Identity.objects.get(value="sky@example.com").person_id == other.pk


def test_what_reaches_the_merged_one_late_is_brought_over_and_goes_back(inside: Cast) -> None:
    keep, other = two(inside)
    merged = merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=timezone.now())
    late: dict[str, Any] = {"placed_at": NOW, "amount": 1, "currency": "KRW", "event_id": keep.pk}
    Order.objects.create(workspace=inside.workspace, person_id=other.pk, number="late", **late)
    for _twice in range(2):
        gather_stragglers(workspace_id=inside.workspace.pk)
        assert Order.objects.get().person_id == keep.pk
    unmerge(merge=merged, member=inside.jieun, now=timezone.now())
    gather_stragglers(workspace_id=inside.workspace.pk)
    assert Order.objects.get().person_id == other.pk


def test_what_was_changed_by_hand_since_is_kept_and_named(inside: Cast) -> None:
    keep, other = two(inside)
    merged = merge_people(
        keep=keep, merge=other, choices={"name": "merge", "fields.size": "merge"}, member=inside.jieun, now=NOW
    )
    Person.objects.filter(pk=keep.pk).update(name="김하늬", fields={"size": "L"})
    undone = unmerge(merge=merged, member=inside.jieun, now=LATER)
    kept = fresh(keep)
    assert (undone.left, kept.name, kept.phone, kept.fields) == (["name", "fields.size"], "김하늬", "", {"size": "L"})
    assert fresh(other).name == "김 하늘"


def test_a_merge_is_taken_back_once_and_from_the_last_on(inside: Cast) -> None:
    keep, other = two(inside)
    third = make_person(inside.jieun, name="김하늘", email="third@example.com")
    first = merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    second = merge_people(keep=third, merge=keep, choices={}, member=inside.jieun, now=NOW)
    with pytest.raises(UnableToUnmerge):
        unmerge(merge=first, member=inside.jieun, now=LATER)
    unmerge(merge=second, member=inside.jieun, now=LATER)
    unmerge(merge=first, member=inside.jieun, now=LATER)
    with pytest.raises(UnableToUnmerge):
        unmerge(merge=first, member=inside.jieun, now=LATER)
    assert Person.objects.count() == 3


def test_the_house_hears_of_it(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    heard: list[Any] = []
    monkeypatch.setattr("dangol.kit.bus.publish", lambda *published: heard.extend(published))
    keep, other = two(inside)
    merged = merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    unmerge(merge=merged, member=inside.jieun, now=LATER)
    assert [type(fact) for fact in heard] == [facts.PeopleMerged, facts.PeopleUnmerged]
    assert heard[0].person_ids == (keep.pk, other.pk)


def test_the_history_says_who_merged(inside: Cast) -> None:
    keep, other = two(inside)
    merged = merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    told = Change.objects.filter(about_id=keep.pk, kind="person", reason="merge")
    assert {(change.member_id, change.batch) for change in told} == {(inside.jieun.pk, merged.batch)}
    unmerge(merge=merged, member=inside.minsu, now=LATER)
    assert set(Change.objects.filter(reason="unmerge").values_list("member_id", flat=True)) == {inside.minsu.pk}


def test_lee_sees_no_merge_of_ours(inside: Cast) -> None:
    keep, other = two(inside)
    merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    with tenancy.workspace(inside.other_workspace.pk):
        assert not Merge.objects.exists()


def test_link_fields_follow_the_keeper_and_come_back(inside: Cast) -> None:
    keep, other = two(inside)
    define = partial(define_field, member=inside.admin, now=NOW)
    define(object="person", details=FieldDetails(label="소개한 분", kind="person", key="friend"))
    define(object="person", details=FieldDetails(label="보호자", kind="person", key="guardian"))
    define(object="company", details=FieldDetails(label="대표", kind="person", key="head"))
    both = {"friend": str(other.pk), "guardian": str(other.pk), "note": str(other.pk)}
    child = make_person(inside.jieun, name="김아이", origin="import", fields=both)
    third = make_person(inside.jieun, name="이웃", fields={"friend": str(keep.pk)})
    firm = Company.objects.create(workspace=inside.workspace, name="단골상회", fields={"head": str(other.pk)})
    told(workspace_id=child.workspace_id, origin="tracking", tellings=[(child.pk, {"city": "부산"}, NOW)], now=NOW)
    before = snapshot(inside.workspace.pk)
    merge = merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    followed = {"friend": str(keep.pk), "guardian": str(keep.pk), "note": str(other.pk)}
    assert fresh(child).fields == followed
    assert Company.objects.get(pk=firm.pk).fields == {"head": str(keep.pk)}
    assert list(FieldValue.objects.filter(link=other.pk)) == []
    assert FieldValue.objects.filter(link=keep.pk).count() == 4
    told(workspace_id=child.workspace_id, origin="tracking", tellings=[(child.pk, {"language": "en"}, NOW)], now=NOW)
    assert fresh(child).fields == followed
    Telling.objects.filter(person=child, origin="tracking").update(told={"city": "부산"})
    unmerge(merge=merge, member=inside.jieun, now=LATER)
    assert (fresh(child).fields, fresh(third).fields) == (both, {"friend": str(keep.pk)})
    assert Company.objects.get(pk=firm.pk).fields == {"head": str(other.pk)}
    kinds = {"customers_fieldvalue", "customers_company"}
    assert kinds.isdisjoint(differences(before, snapshot(inside.workspace.pk)))


def test_a_link_that_somebody_changed_since_stays(inside: Cast) -> None:
    keep, other = two(inside)
    friend = FieldDetails(label="소개한 분", kind="person", key="friend")
    define_field(member=inside.admin, object="person", details=friend, now=NOW)
    child = make_person(inside.jieun, name="김아이", fields={"friend": str(other.pk)})
    merge = merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    Person.objects.filter(pk=child.pk).update(fields={"friend": str(child.pk)})
    unmerge(merge=merge, member=inside.jieun, now=LATER)
    assert fresh(child).fields == {"friend": str(child.pk)}
