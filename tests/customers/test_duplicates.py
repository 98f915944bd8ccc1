"""Finding those who may be the same."""

import datetime as dt
from typing import Any

import pytest
from django.db import connection

from dangol.customers.enums import PairState, RelationKind
from dangol.customers.models import Company, DuplicatePair, DuplicateScan, Person, Relation
from dangol.customers.operations import (
    UnableToDecide,
    compare_changed_companies,
    compare_changed_people,
    merge_people,
    scan_for_duplicates,
    start_duplicate_scan,
    tell_apart,
    unmerge,
)
from dangol.customers.operations.duplicates import continuous
from dangol.kit import tenancy
from tests.factories import NOW, make_person
from tests.people import Cast

pytestmark = pytest.mark.django_db

HANEUL: dict[str, Any] = {"phone": "+821012345678", "born_on": dt.date(1990, 3, 14), "city": "서울"}


def crowd(cast: Cast) -> None:
    """Make people who are nobody's double."""
    families, givens = "김이박최정강조윤장임", ["서준", "하윤", "지후", "수아", "도윤", "예린", "건우", "채원"]
    for number in range(60):
        name = families[number % 10] + givens[number % 8]
        born = dt.date(1960 + number % 50, 1 + number % 12, 1 + number % 28)
        make_person(cast.jieun, name=name, phone=f"+8210{20000000 + number * 13577}", born_on=born, city="부산")


def compare(cast: Cast) -> list[DuplicatePair]:
    compare_changed_people(workspace_id=cast.workspace.pk)
    return list(DuplicatePair.objects.order_by("-score"))


def waiting() -> int:
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_tocompare")
        return int(cursor.fetchone()[0])


def test_a_new_person_is_compared_at_once(inside: Cast) -> None:
    crowd(inside)
    assert compare(inside) == []
    first = make_person(inside.jieun, name="김하늘", email="haneul@example.com", **HANEUL)
    second = make_person(inside.jieun, name="Haneul Kim", email="sky@example.com", **HANEUL)
    (pair,) = compare(inside)
    assert {pair.person_id, pair.other_person_id} == {first.pk, second.pk}
    assert pair.score > 0.95
    assert {part["field"]: part["level"] for part in pair.evidence} == {
        "given": "alike",
        "family": "same",
        "born": "same",
        "phone": "same",
        "email": "different",
        "city": "same",
    }
    assert waiting() == 0


def test_the_next_are_compared_after_a_breath(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(continuous, "AT_ONCE", 2)
    for name in ("김하늘", "이서준", "박하윤", "최지후", "정수아"):
        make_person(inside.jieun, name=name)
    for left in (3, 1):
        compare(inside)
        assert waiting() == left
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT count(*), bool_and(scheduled_at > now()) FROM procrastinate_jobs WHERE task_name = %s",
            [compare_changed_people.name],
        )
        assert cursor.fetchone() == (1, True)


def test_who_became_unlike_is_no_pair_any_more(inside: Cast) -> None:
    crowd(inside)
    first = make_person(inside.jieun, name="김하늘", **HANEUL)
    make_person(inside.jieun, name="김하늘", **HANEUL)
    assert len(compare(inside)) == 1
    Person.objects.filter(pk=first.pk).update(name="오세훈", phone="", born_on=dt.date(1950, 1, 1), city="제주")
    assert waiting() == 1
    assert compare(inside) == []


def test_a_family_with_one_phone_is_not_one_person(inside: Cast) -> None:
    crowd(inside)
    home: dict[str, Any] = {"phone": "+821012345678", "address": "세종대로 110", "city": "서울", "postal_code": "04524"}
    make_person(inside.jieun, name="김하늘", born_on=dt.date(1990, 3, 14), **home)
    make_person(inside.jieun, name="김바다", born_on=dt.date(2015, 8, 2), **home)
    assert compare(inside) == []


def test_not_the_same_is_remembered_for_ever(inside: Cast) -> None:
    crowd(inside)
    first = make_person(inside.jieun, name="김하늘", **HANEUL)
    make_person(inside.jieun, name="김하늘", **HANEUL)
    (pair,) = compare(inside)
    tell_apart(pair=pair, member=inside.jieun, now=NOW)
    Person.objects.filter(pk=first.pk).update(address="세종대로 110")
    scan = start_duplicate_scan(member=inside.jieun, now=NOW)
    scan_for_duplicates(workspace_id=inside.workspace.pk, scan_id=scan.pk)
    assert [pair.state for pair in compare(inside)] == [PairState.DIFFERENT]
    with pytest.raises(UnableToDecide):
        tell_apart(pair=pair, member=inside.jieun, now=NOW)


def test_a_scan_compares_everybody_and_says_how_far_it_is(inside: Cast) -> None:
    crowd(inside)
    make_person(inside.jieun, name="김하늘", **HANEUL)
    make_person(inside.jieun, name="김하늘", **HANEUL)
    scan = start_duplicate_scan(member=inside.jieun, now=NOW)
    assert start_duplicate_scan(member=inside.minsu, now=NOW) == scan
    for _twice in range(2):
        scan_for_duplicates(workspace_id=inside.workspace.pk, scan_id=scan.pk)
        done = DuplicateScan.objects.get(pk=scan.pk)
        assert (done.state, done.done, done.total, done.found) == ("done", 62, 62, 1)
        assert DuplicatePair.objects.count() == 1


def test_companies_are_the_same_with_and_without_their_legal_form(inside: Cast) -> None:
    for name in ("단골상회", "㈜ 단골상회", "한강물산", "남산정밀", "주식회사 백두", "한라기업"):
        Company.objects.create(workspace=inside.workspace, name=name, city="서울")
    scan = start_duplicate_scan(member=inside.jieun, kind="company", now=NOW)
    scan_for_duplicates(workspace_id=inside.workspace.pk, scan_id=scan.pk)
    pair = DuplicatePair.objects.get()
    names = Company.objects.filter(pk__in=[pair.company_id, pair.other_company_id]).values_list("name", flat=True)
    assert set(names) == {"단골상회", "㈜ 단골상회"}


def compare_companies(cast: Cast) -> list[set[str]]:
    compare_changed_companies(workspace_id=cast.workspace.pk)
    pairs = DuplicatePair.objects.filter(company__isnull=False).select_related("company", "other_company")
    return [{str(pair.company), str(pair.other_company)} for pair in pairs]


def test_companies_are_compared_as_soon_as_they_come_or_change(inside: Cast) -> None:
    for name in ("단골상회", "한강물산", "남산정밀", "주식회사 백두", "한라기업"):
        Company.objects.create(workspace=inside.workspace, name=name, city="서울")
    assert compare_companies(inside) == []
    late = Company.objects.create(workspace=inside.workspace, name="㈜ 단골상회", city="서울")
    with tenancy.workspace(inside.other_workspace.pk):
        Company.objects.create(workspace=inside.other_workspace, name="단골상회", city="서울")
    assert compare_companies(inside) == [{"단골상회", "㈜ 단골상회"}]
    Company.objects.filter(pk=late.pk).update(phone="+8223123456")
    assert compare_companies(inside) == [{"단골상회", "㈜ 단골상회"}]
    Company.objects.filter(pk=late.pk).update(name="금강건설", phone="", city="공주")
    assert compare_companies(inside) == []
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM customers_companytocompare")
        assert cursor.fetchone()[0] == 0


def test_the_company_counts(inside: Cast) -> None:
    crowd(inside)
    firm = Company.objects.create(workspace=inside.workspace, name="단골상회")
    for email in ("haneul@example.com", "kim.haneul@example.net"):
        person = make_person(inside.jieun, name="김하늘", email=email, city="서울")
        Relation.objects.create(
            workspace=inside.workspace,
            kind=RelationKind.WORKS_AT,
            source_person=person,
            target_company=firm,
            origin="t",
        )
    (pair,) = compare(inside)
    assert {"field": "company", "level": "same"}.items() <= pair.evidence[-1].items()


def test_merged_and_parted_pairs_are_decided(inside: Cast) -> None:
    crowd(inside)
    keep = make_person(inside.jieun, name="김하늘", **HANEUL)
    other = make_person(inside.jieun, name="김하늘", **HANEUL)
    (pair,) = compare(inside)
    merged = merge_people(keep=keep, merge=other, choices={}, member=inside.jieun, now=NOW)
    assert DuplicatePair.objects.get(pk=pair.pk).state == PairState.MERGED
    unmerge(merge=merged, member=inside.jieun, now=NOW)
    assert [pair.state for pair in compare(inside)] == [PairState.DIFFERENT]


def test_nobody_is_compared_with_another_workspace(inside: Cast) -> None:
    make_person(inside.jieun, name="김하늘", **HANEUL)
    with tenancy.workspace(inside.other_workspace.pk):
        make_person(inside.lee, name="김하늘", **HANEUL)
    assert compare(inside) == []
