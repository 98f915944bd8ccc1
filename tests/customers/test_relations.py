"""Who has to do with whom: what can be written down, how it is told from both ends, and who sees it."""

from collections.abc import Callable
from datetime import date

import pytest
from django.db import transaction
from django.test import Client
from django.utils import translation
from django.utils.html import strip_tags

from dangol.customers.enums import RelationKind
from dangol.customers.models import Change, Company, Household, Person, Relation
from dangol.customers.operations import (
    CompanyDetails,
    UnableToKeepHousehold,
    UnableToRelate,
    create_company,
    create_household,
    dissolve_household,
    end_relation,
    relate,
    remove_relation,
)
from dangol.customers.queries.households import households_of, housemates_suggested
from dangol.customers.queries.ties import ALLOWED, BACKWARD, FORWARD, ties_of
from dangol.kit import tenancy
from dangol.kit.korean import bigrams
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]
MARCH = date(2024, 3, 4)


def firm(member: Member, name: str = "한빛상사", owner: Member | None = None) -> Company:
    details = CompanyDetails(name=name, owner_id=owner.pk if owner else None)
    return create_company(member=member, details=details, now=NOW)


def told(subject: Person | Company | Household, member: Member) -> list[str]:
    return [strip_tags(tie.sentence) for tie in ties_of(subject, member)]


def test_a_relation_is_told_from_both_ends(inside: Cast) -> None:
    person, company = make_person(inside.jieun), firm(inside.jieun)
    relate(member=inside.jieun, source=person, target=company, kind=RelationKind.DECIDES, since=MARCH, now=NOW)
    assert told(person, inside.jieun) == ["decides for 한빛상사 since March 2024"]
    assert told(company, inside.jieun) == ["김하늘 decides here since March 2024"]


def test_what_is_over_is_told_as_over(inside: Cast) -> None:
    person, company = make_person(inside.jieun), firm(inside.jieun)
    relation = relate(
        member=inside.jieun, source=person, target=company, kind=RelationKind.WORKS_AT, since=MARCH, now=NOW
    )
    end_relation(relation=relation, until=date(2025, 1, 31), now=NOW)
    assert told(person, inside.jieun) == ["worked at 한빛상사 from March 2024 until January 2025"]
    assert told(company, inside.jieun) == ["김하늘 worked here from March 2024 until January 2025"]
    relate(member=inside.jieun, source=person, target=company, kind=RelationKind.WORKS_AT, now=NOW)
    assert told(person, inside.jieun)[0] == "works at 한빛상사"


def test_every_kind_has_words_for_both_ends_and_both_times() -> None:
    assert set(FORWARD) == set(BACKWARD) == set(ALLOWED) == set(RelationKind)
    assert all("{name}" in str(words) for side in (FORWARD, BACKWARD) for pair in side.values() for words in pair)


def test_a_name_cannot_bring_markup_along(inside: Cast) -> None:
    person, company = make_person(inside.jieun, name="<b>{0}</b>"), firm(inside.jieun, "<i>%s{name}</i>")
    relate(member=inside.jieun, source=person, target=company, kind=RelationKind.WORKS_AT, since=MARCH, now=NOW)
    assert "&lt;i&gt;%s{name}&lt;/i&gt;" in ties_of(person, inside.jieun)[0].sentence
    assert "&lt;b&gt;{0}&lt;/b&gt;" in ties_of(company, inside.jieun)[0].sentence


@pytest.mark.parametrize(
    ("kind", "ends", "days", "field"),
    [
        (RelationKind.WORKS_AT, ("person", "person"), (None, None), "way"),
        (RelationKind.PART_OF, ("person", "company"), (None, None), "way"),
        (RelationKind.LIVES_IN, ("person", "company"), (None, None), "way"),
        (RelationKind.WORKS_AT, ("person", "company"), (date(2026, 1, 2), date(2026, 1, 1)), "until"),
        (RelationKind.WORKS_AT, ("person", "company"), (None, date(2027, 1, 1)), "until"),
    ],
)
def test_what_cannot_be_is_refused_with_its_field(
    inside: Cast, kind: RelationKind, ends: tuple[str, str], days: tuple[date | None, date | None], field: str
) -> None:
    rows: dict[str, Person | Company] = {"person": make_person(inside.jieun), "company": firm(inside.jieun)}
    target = make_person(inside.jieun) if ends == ("person", "person") else rows[ends[1]]
    with pytest.raises(UnableToRelate) as refusal:
        relate(
            member=inside.jieun, source=rows[ends[0]], target=target, kind=kind, since=days[0], until=days[1], now=NOW
        )
    assert refusal.value.field == field


def test_nobody_relates_to_themselves_nor_twice_nor_in_a_circle(inside: Cast) -> None:
    person, other = make_person(inside.jieun), make_person(inside.jieun, name="김바다")
    family = RelationKind.FAMILY_OF
    relate(member=inside.jieun, source=person, target=other, kind=family, now=NOW)
    for source, target in ((person, person), (person, other), (other, person)):
        with pytest.raises(UnableToRelate):
            relate(member=inside.jieun, source=source, target=target, kind=family, now=NOW)
    parent, child, grandchild = (firm(inside.jieun, name) for name in ("지주", "자회사", "손자회사"))
    part = RelationKind.PART_OF
    relate(member=inside.jieun, source=child, target=parent, kind=part, now=NOW)
    relate(member=inside.jieun, source=grandchild, target=child, kind=part, now=NOW)
    with pytest.raises(UnableToRelate) as refusal:
        relate(member=inside.jieun, source=parent, target=grandchild, kind=part, now=NOW)
    assert refusal.value.field == "other"


def test_each_change_goes_to_the_history_of_both_ends(inside: Cast) -> None:
    person, company = make_person(inside.jieun), firm(inside.jieun)
    relation = relate(member=inside.jieun, source=person, target=company, kind=RelationKind.WORKS_AT, now=NOW)
    end_relation(relation=relation, until=date(2026, 1, 1), now=NOW)
    remove_relation(relation=relation)
    for subject in (person, company):
        verbs = (
            Change.objects.filter(kind="relation", about_id=subject.pk).order_by("id").values_list("verb", flat=True)
        )
        assert list(verbs) == ["arrival", "change", "removal"]


def test_whom_a_member_may_not_see_is_not_named(inside: Cast) -> None:
    company = firm(inside.jieun)
    for name, owner in (("김하늘", inside.jieun), ("박비밀", inside.dana), ("이모두", None)):
        person = make_person(inside.jieun, name=name, owner=owner)
        relate(member=inside.jieun, source=person, target=company, kind=RelationKind.WORKS_AT, now=NOW)
    assert sorted(told(company, inside.minsu)) == ["김하늘 works here", "이모두 works here"]
    assert sorted(told(company, inside.dana)) == ["박비밀 works here", "이모두 works here"]
    assert len(told(company, inside.admin)) == 3


def test_a_household_is_made_changed_and_taken_apart(inside: Cast) -> None:
    mother, child = make_person(inside.jieun, name="이엄마"), make_person(inside.jieun, name="김아이")
    home = create_household(member=inside.jieun, name=" 마포 김씨네 ", people=[mother, child], address="마포대로 1")
    assert sorted(told(home, inside.jieun)) == ["김아이 lives here", "이엄마 lives here"]
    assert [str(one) for one in households_of(child)] == ["마포 김씨네"]
    with pytest.raises(UnableToKeepHousehold), transaction.atomic():
        create_household(member=inside.jieun, name=" ")
    dissolve_household(household=home)
    assert (Household.objects.count(), Relation.objects.count(), households_of(child)) == (0, 0, [])
    assert Person.objects.filter(pk__in=[mother.pk, child.pk]).count() == 2


def test_people_of_one_address_or_phone_are_suggested_but_not_put_in(inside: Cast) -> None:
    person = make_person(inside.jieun, address="서울 마포구 마포대로 1", phone="+821012345678")
    make_person(inside.jieun, name="김바다", address="서울 마포구 마포대로 1")
    make_person(inside.jieun, name="김구름", phone="+821012345678", owner=inside.dana)
    make_person(inside.jieun, name="박남남", address="서울 마포구 마포대로 2")
    found = [
        (mate.person.name, mate.same_address, mate.same_phone) for mate in housemates_suggested(person, inside.admin)
    ]
    assert found == [("김구름", False, True), ("김바다", True, False)]
    assert [mate.person.name for mate in housemates_suggested(person, inside.minsu)] == ["김바다"]
    mate = Person.objects.get(name="김바다")
    create_household(member=inside.jieun, name="마포", people=[person, mate])
    assert [mate.person.name for mate in housemates_suggested(person, inside.minsu)] == []
    assert housemates_suggested(make_person(inside.jieun), inside.admin) == []


def test_the_form_finds_the_other_and_keeps_the_relation(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person, company = make_person(cast.jieun), firm(cast.jieun)
        make_person(cast.jieun, name="한빛나", bigrams=bigrams("한빛나"))
    client = client_of(cast.jieun)
    path = f"/relations/person/{person.pk}/new/"
    found = client.get(path, {"q": "한빛", "way": "works_at"}, headers={"HX-Request": "true"}).content.decode()
    assert f"company:{company.pk}" in found
    assert "한빛나" not in found
    assert "<html" not in found
    everything = client.get(path, {"q": "한빛"}).content.decode()
    assert "한빛나" in everything
    form = {"way": "works_at", "other": f"company:{company.pk}", "since": "2024-03-04", "title": "구매팀장"}
    assert client.post(path, form)["Location"] == f"/people/{person.pk}/#relations"
    again = client.post(path, form)
    assert again.status_code == 422
    inverse = client.post(
        f"/relations/company/{company.pk}/new/", {"way": "decides:inverse", "other": f"person:{person.pk}"}
    )
    assert inverse.status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        relations = Relation.objects.order_by("kind").values_list("kind", "source_person", "target_company", "title")
        assert list(relations) == [
            ("decides", person.pk, company.pk, ""), ("works_at", person.pk, company.pk, "구매팀장"),
        ]  # fmt: skip
        works = Relation.objects.get(kind="works_at")
    assert client.post(f"/relations/company/{company.pk}/{works.pk}/end/", {"until": "2025-01-01"}).status_code == 302
    assert client.post(f"/relations/person/{person.pk}/{works.pk}/delete/").status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert Relation.objects.count() == 1


def test_strangers_find_no_relation(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person, company = make_person(cast.jieun, owner=cast.jieun), firm(cast.jieun)
        relation = relate(member=cast.jieun, source=person, target=company, kind=RelationKind.WORKS_AT, now=NOW)
        home = create_household(member=cast.jieun, name="마포", people=[person])
    for stranger in (cast.dana, cast.lee):
        client = client_of(stranger)
        assert client.get(f"/relations/person/{person.pk}/new/").status_code == 404
        assert client.post(f"/relations/company/{company.pk}/{relation.pk}/delete/").status_code == 404
        assert client.get(f"/households/new/{person.pk}/").status_code == 404
    assert client_of(cast.lee).get(f"/households/{home.pk}/").status_code == 404
    page = client_of(cast.dana).get(f"/households/{home.pk}/").content.decode()
    assert "마포" in page
    assert "김하늘" not in page
    stolen = {"way": "decides:inverse", "other": f"person:{person.pk}"}
    assert client_of(cast.dana).post(f"/relations/company/{company.pk}/new/", stolen).status_code == 422


def test_a_household_is_made_from_the_person(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, address="마포대로 1")
        mate = make_person(cast.jieun, name="김바다", address="마포대로 1")
    client = client_of(cast.jieun)
    assert "김바다" in client.get(f"/households/new/{person.pk}/").content.decode()
    made = client.post(f"/households/new/{person.pk}/", {"name": "마포", "mates": [str(mate.pk)]})
    page = client.get(made["Location"]).content.decode()
    assert "김하늘" in page
    assert "김바다" in page
    assert client.post(f"{made['Location']}edit/", {"name": "용산"})["Location"] == made["Location"]
    assert "용산" in client.get(made["Location"]).content.decode()
    assert client.post(f"{made['Location']}dissolve/").status_code == 302
    assert client.get(made["Location"]).status_code == 404


def test_korean_puts_the_month_first(inside: Cast) -> None:
    person, company = make_person(inside.jieun), firm(inside.jieun)
    relate(member=inside.jieun, source=person, target=company, kind=RelationKind.DECIDES, since=MARCH, now=NOW)
    with translation.override("ko"):
        assert "2024년 3월" in told(person, inside.jieun)[0]


def test_the_person_page_shows_who_shares_the_household(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, address="마포대로 1", owner=cast.jieun)
        mate = make_person(cast.jieun, name="김바다", owner=cast.jieun)
        make_person(cast.jieun, name="김구름", address="마포대로 1")
        secret = make_person(cast.jieun, name="박비밀", owner=cast.dana)
        create_household(member=cast.jieun, name="마포 김씨네", people=[person, mate, secret])
    card = client_of(cast.minsu).get(f"/people/{person.pk}/").content.decode().split('id="relations"')[1]
    card = card.split("</section>")[0]
    assert "마포 김씨네" in card
    assert "김바다" in card
    assert "김구름" in card
    assert "박비밀" not in card
