"""Which rows each level reaches, and that every way of reading gives the same answer."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest
from django.db import connection
from django.test import Client
from django.utils import timezone
from sqlglot import exp

from dangol.customers.models import Company, CustomObject, CustomRecord, Person, Relation, Share
from dangol.customers.queries import companies_found, people_found, search
from dangol.desk.enums import Listed
from dangol.desk.queries.lists import visible_rows
from dangol.segments.contracts import Compiler, Subject
from dangol.segments.queries import matching_rows
from dangol.workspaces.enums import Kind, Level, Role, Verb
from dangol.workspaces.models import Branch, CustomRole, Elevation, Member, Team
from dangol.workspaces.permissions import OWNED
from tests.factories import NOW, make_person
from tests.people import Cast

ClientOf = Callable[[Member], Client]
MODELS: dict[Kind, Any] = {Kind.PEOPLE: Person, Kind.COMPANIES: Company, Kind.RECORDS: CustomRecord}
REACHED = {
    Level.NONE: set(),
    Level.OWN: {"지은"},
    Level.TEAM: {"지은", "민수", "nobody"},
    Level.BRANCH: {"지은", "민수", "nobody", "Dana"},
    Level.ALL: {"지은", "민수", "nobody", "Dana", "marketer"},
}
"""Whose rows 지은 reaches: 민수 is in her team, Dana in a branch below hers, the marketer in no team."""


@pytest.fixture
def village(inside: Cast) -> Cast:
    """Give each of five owners a person, a company and a record, all called by the owner."""
    house = Branch.objects.create(workspace=inside.workspace, name="한국")
    south = Branch.objects.create(workspace=inside.workspace, name="영남", parent=house)
    Team.objects.filter(name="서울").update(branch=house)
    Team.objects.filter(name="부산").update(branch=south)
    owners: dict[str, Member | None] = {"지은": inside.jieun, "민수": inside.minsu, "Dana": inside.dana}
    owners |= {"marketer": inside.marketer, "nobody": None}
    thing = CustomObject.objects.create(workspace=inside.workspace, key="pet", label="Pet", plural="Pets")
    for name, owner in owners.items():
        make_person(inside.admin, name=name, email=f"{name}@example.com", owner=owner)
        Company.objects.create(workspace=inside.workspace, name=name, owner=owner, origin="test")
        CustomRecord.objects.create(workspace=inside.workspace, object=thing, name=name, owner=owner, origin="test")
    return inside


def with_level(cast: Cast, level: Level, verb: Verb = Verb.SEE) -> Member:
    """Give 지은 a role that reaches so far, and return her as her next page sees her."""
    levels = {f"{kind}.{Verb.SEE}": Level.ALL for kind in OWNED} | {f"{kind}.{verb}": level for kind in OWNED}
    role = CustomRole.objects.create(workspace=cast.workspace, name=f"{verb} {level}", levels=levels)
    Member.objects.filter(pk=cast.jieun.pk).update(role=Role.CUSTOM, custom_role=role)
    return Member.objects.get(pk=cast.jieun.pk)


@pytest.mark.shows("8.2.2", "8.3.1", "AC-04")
@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("kind", OWNED)
def test_a_level_reaches_the_same_rows_however_they_are_read(village: Cast, kind: Kind, level: Level) -> None:
    member = with_level(village, level)
    assert set(MODELS[kind].objects.visible_to(member).values_list("name", flat=True)) == REACHED[level]
    found = {hit.title for name in REACHED[Level.ALL] for hit in search(member, name) if hit.kind.label == kind.label}
    assert found == REACHED[level]


@pytest.mark.shows("8.3.1", "AC-04")
@pytest.mark.parametrize("level", Level)
def test_lists_and_counts_and_filters_agree(village: Cast, level: Level) -> None:
    member = with_level(village, level)
    for listed, found in ((Listed.PEOPLE, people_found), (Listed.COMPANIES, companies_found)):
        rows = visible_rows(listed, member)
        assert {row.name for row in rows} == REACHED[level]
        assert rows.count() == len(REACHED[level])
        assert {row.name for name in REACHED[Level.ALL] for row in found(member, name)} == REACHED[level]


@pytest.mark.shows("8.3.1", "AC-04")
@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("about", [Subject.PERSON, Subject.COMPANY, Subject.records_of("pet")], ids=lambda one: one.row)
def test_conditions_about_others_look_at_no_others(village: Cast, about: Subject, level: Level) -> None:
    member = with_level(village, level)
    compiler = Compiler(workspace_id=village.workspace.pk, now=NOW, zone=ZoneInfo("Asia/Seoul"), reader=member)
    rows = compiler.inside(about).ids(exp.true())
    with connection.cursor() as cursor:
        cursor.execute(rows.sql("postgres"), compiler.values)
        seen = {one for (one,) in cursor.fetchall()}
    model: Any = {"person": Person, "company": Company, "record": CustomRecord}[about.row]
    assert {row.name for row in model.objects.filter(pk__in=seen)} == REACHED[level]


@pytest.mark.shows("AC-04")
@pytest.mark.parametrize("level", Level)
@pytest.mark.parametrize("verb", [Verb.CHANGE, Verb.DELETE])
def test_a_page_that_changes_finds_only_what_may_be_changed(village: Cast, verb: Verb, level: Level) -> None:
    member = with_level(village, level, verb)
    assert Person.objects.visible_to(member).count() == len(REACHED[Level.ALL])
    member.acting = verb
    assert set(Person.objects.visible_to(member).values_list("name", flat=True)) == REACHED[level]


@pytest.mark.shows("8.2.2", "AC-03")
def test_what_is_seen_but_not_to_be_changed_is_not_found_by_the_form(village: Cast, client_of: ClientOf) -> None:
    client = client_of(with_level(village, Level.OWN, Verb.CHANGE))
    for name, status in (("지은", 200), ("Dana", 404)):
        person = Person.objects.get(name=name)
        assert client.get(f"/people/{person.pk}/").status_code == 200
        assert client.get(f"/people/{person.pk}/edit/").status_code == status
        assert client.post(f"/people/cells/{person.pk}/city/", {"value": "부산", "seen": ""}).status_code == status
    assert list(Person.objects.exclude(city="").values_list("name", flat=True)) == ["지은"]


def share(cast: Cast, person: UUID, *, hours: int = 1, **more: object) -> Share:
    return Share.objects.create(
        workspace=cast.workspace, person_id=person, until=timezone.now() + timedelta(hours=hours), at=NOW, **more
    )


@pytest.mark.parametrize("with_whom", ["member", "team"])
def test_a_shared_row_is_seen_until_it_ends(village: Cast, with_whom: str) -> None:
    hers = Person.objects.get(name="Dana")
    whom = {"member": village.minsu} if with_whom == "member" else {"team": village.minsu.team}
    assert not Person.objects.visible_to(village.minsu).filter(pk=hers.pk).exists()
    shared = share(village, hers.pk, **whom)
    assert Person.objects.visible_to(village.minsu).filter(pk=hers.pk).exists()
    assert [hit.title for hit in search(village.minsu, "Dana")] == ["Dana"]
    village.minsu.acting = Verb.CHANGE
    assert not Person.objects.visible_to(village.minsu).filter(pk=hers.pk).exists()
    Share.objects.filter(pk=shared.pk).update(may_change=True)
    assert Person.objects.visible_to(village.minsu).filter(pk=hers.pk).exists()
    Share.objects.filter(pk=shared.pk).update(until=NOW - timedelta(days=1))
    assert not Person.objects.visible_to(village.minsu).filter(pk=hers.pk).exists()


def test_a_role_without_the_right_sees_nothing_that_is_shared(village: Cast) -> None:
    member = with_level(village, Level.NONE)
    share(village, Person.objects.get(name="Dana").pk, member=member)
    assert not Person.objects.visible_to(member).exists()


BUSAN = {"kind": "attribute", "attribute": "city", "operator": "is", "value": "부산"}
EMPLOYS_SOMEBODY = {
    "kind": "employs", "conditions": [{"kind": "attribute", "attribute": "name", "operator": "is_set"}]
}  # fmt: skip
OF_BUSAN = {"민수", "nobody", "marketer"}


@pytest.fixture
def coast(village: Cast) -> Cast:
    """Let some of the people of the village live in 부산."""
    Person.objects.filter(name__in=OF_BUSAN).update(city="부산")
    return village


@pytest.mark.shows("8.2.2", "8.3.1", "AC-04")
@pytest.mark.parametrize("level", Level)
def test_a_bound_narrows_every_level_however_people_are_read(coast: Cast, level: Level) -> None:
    with_level(coast, level)
    CustomRole.objects.update(people=BUSAN)
    member, whom = Member.objects.get(pk=coast.jieun.pk), REACHED[level] & OF_BUSAN
    assert {row.name for row in visible_rows(Listed.PEOPLE, member)} == whom
    hits = [hit for name in REACHED[Level.ALL] for hit in search(member, name)]
    assert {hit.title for hit in hits if hit.kind.label == Kind.PEOPLE.label} == whom
    assert {row.name for name in REACHED[Level.ALL] for row in people_found(member, name)} == whom
    assert {row.name for row in visible_rows(Listed.COMPANIES, member)} == REACHED[level]
    seen = matching_rows(EMPLOYS_SOMEBODY, about=Subject.COMPANY, reader=member, now=NOW)
    for person in Person.objects.all():
        company = Company.objects.get(name=person.name)
        Relation.objects.create(
            workspace=coast.workspace, kind="works_at", source_person=person, target_company=company, origin="test"
        )
    assert set(Company.objects.filter(seen).values_list("name", flat=True)) == whom


def test_what_was_shared_is_seen_in_spite_of_a_bound(coast: Cast) -> None:
    Member.objects.filter(pk=coast.minsu.pk).update(people=BUSAN)
    member, theirs = Member.objects.get(pk=coast.minsu.pk), Person.objects.get(name="지은")
    assert not Person.objects.visible_to(member).filter(pk=theirs.pk).exists()
    share(coast, theirs.pk, member=member)
    assert set(Person.objects.visible_to(member).values_list("name", flat=True)) == {"민수", "nobody", "지은"}
    member.acting = Verb.CHANGE
    assert set(Person.objects.visible_to(member).values_list("name", flat=True)) == {"민수", "nobody"}


def test_lent_rights_end_the_bound_of_a_role_and_not_that_of_a_member(coast: Cast) -> None:
    with_level(coast, Level.TEAM)
    CustomRole.objects.update(people=BUSAN)
    lent = Elevation.objects.create(
        workspace=coast.workspace, member=coast.jieun, role=Role.SALES, reason="휴가", hours=4, asked_at=NOW,
        until=timezone.now() + timedelta(hours=4),
    )  # fmt: skip

    def seen(**more: object) -> set[str]:
        Member.objects.filter(pk=coast.jieun.pk).update(**more)
        return set(Person.objects.visible_to(Member.objects.get(pk=coast.jieun.pk)).values_list("name", flat=True))

    assert seen() == {"민수", "nobody"}
    assert seen(elevation=lent) == {"지은", "민수", "nobody"}
    assert seen(people=BUSAN) == {"민수", "nobody"}
    Elevation.objects.update(role=Role.PARTNER)
    assert seen(people={}) == {"민수", "nobody"}, "a lent right that reaches less far does not widen the own one"
