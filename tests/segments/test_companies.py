"""Definitions of companies, the way from people to their companies and back, tags, owners, and links to other rows."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from uuid import UUID

import pytest

from dangol.customers.models import Company, Person, Relation, Tag, Tagging
from dangol.customers.operations import FieldDetails, define_field, fill_field_index
from dangol.kit import tenancy
from dangol.segments import operations, queries
from dangol.segments.contracts import InvalidDefinition, Subject, attributes, read_definition
from dangol.segments.operations import UnableToCreateSegment
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.rows import attribute, group, names

DAY = timedelta(days=1)
ALL = {"한빛", "달빛", "Acme"}
CONDITIONS: list[tuple[str, str, dict[str, Any], set[str]]] = [
    ("industry", "is", {"value": "제조"}, {"한빛"}),
    ("industry", "is_empty", {}, {"Acme"}),
    ("name", "starts_with", {"value": "ac"}, {"Acme"}),
    ("business_number", "is", {"value": "220-81-62517"}, {"한빛"}),
    ("business_number", "starts_with", {"value": "220-8"}, {"한빛"}),
    ("business_number", "is_set", {}, {"한빛"}),
    ("domain", "contains", {"value": "acme"}, {"Acme"}),
    ("city", "is", {"value": "서울"}, {"한빛", "달빛"}),
    ("city", "is_not", {"value": "서울"}, {"Acme"}),
    ("country", "is", {"value": "US"}, {"Acme"}),
    ("postal_code", "starts_with", {"value": "04"}, {"한빛"}),
    ("email", "is", {"value": "HI@acme.example.com"}, {"Acme"}),
    ("phone", "is_empty", {}, ALL),
    ("origin", "is", {"value": "test"}, ALL),
    ("created_at", "in_last_days", {"days": 3}, {"한빛", "달빛"}),
    ("owner", "is_empty", {}, {"Acme"}),
    ("fields.seats", "more_than", {"value": 10}, {"한빛"}),
    ("fields.seats", "is_empty", {}, {"Acme"}),
]


@dataclass(frozen=True)
class Firms:
    """한빛 of 지은, 달빛 of Dana, Acme of nobody; 하늘 works at 한빛, 바다 at 달빛 and formerly at 한빛."""

    hanbit: Company
    dalbit: Company
    acme: Company
    haneul: Person
    bada: Person


def make_company(member: Member, name: str, **values: Any) -> Company:
    return Company.objects.create(workspace_id=member.workspace_id, name=name, origin="test", **values)


def works_at(person: Person, company: Company, **values: Any) -> None:
    Relation.objects.create(
        workspace_id=person.workspace_id, kind="works_at", source_person=person, target_company=company, origin="test",
        **values,
    )  # fmt: skip


@pytest.fixture
def firms(inside: Cast) -> Firms:
    hanbit = make_company(
        inside.jieun, "한빛", industry="제조", business_number="2208162517", city="서울", country="KR",
        postal_code="04524", owner=inside.jieun, fields={"seats": 30},
    )  # fmt: skip
    dalbit = make_company(
        inside.jieun, "달빛", industry="유통", city="서울", country="KR", owner=inside.dana, fields={"seats": 2}
    )
    acme = make_company(
        inside.jieun, "Acme", domain="acme.example.com", email="hi@acme.example.com", city="Boston", country="US"
    )
    Company.objects.update(created_at=NOW - DAY)
    Company.objects.filter(pk=acme.pk).update(created_at=NOW - 9 * DAY)
    haneul = make_person(inside.jieun, name="하늘", owner=inside.jieun, city="서울")
    bada = make_person(inside.jieun, name="바다", owner=inside.dana, city="부산")
    make_person(inside.jieun, name="John", city="부산")
    works_at(haneul, hanbit)
    works_at(bada, dalbit)
    works_at(bada, hanbit, until=(NOW - DAY).date())
    return Firms(hanbit, dalbit, acme, haneul, bada)


def companies(definition: dict[str, Any], reader: Member) -> set[str]:
    ids = queries.matching_ids(definition, about=Subject.COMPANY, reader=reader, now=NOW)
    return set(Company.objects.filter(pk__in=ids).values_list("name", flat=True))


def people(definition: dict[str, Any], reader: Member) -> set[str]:
    ids = queries.matching_ids(definition, about=Subject.PERSON, reader=reader, now=NOW)
    return set(Person.objects.filter(pk__in=ids).values_list("name", flat=True))


@pytest.mark.parametrize("case", CONDITIONS, ids=lambda case: f"{case[0]} {case[1]}")
def test_companies_by_what_is_known_of_them(
    inside: Cast, firms: Firms, case: tuple[str, str, dict[str, Any], set[str]]
) -> None:
    key, operator, operand, expected = case
    asked = attribute(key, operator, **operand)
    assert companies(asked, inside.admin) == expected
    assert companies(group("not", asked), inside.admin) == ALL - expected


def test_every_attribute_of_companies_is_tried_above() -> None:
    assert set(attributes(Subject.COMPANY)) == {case[0] for case in CONDITIONS} - {"fields.seats"}


@pytest.mark.parametrize("filterable", [True, False])
def test_fields_of_companies_are_known(inside: Cast, firms: Firms, *, filterable: bool) -> None:
    details = FieldDetails(label="Seats", key="seats", kind="number", is_filterable=filterable)
    field = define_field(member=inside.admin, object="company", details=details, now=NOW)
    if filterable:
        fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    asked = attribute("fields.seats", "more_than", value=10)
    assert companies(asked, inside.admin) == {"한빛"}
    assert companies(attribute("fields.seats", "is_not", value=30), inside.admin) == {"달빛", "Acme"}
    assert people({"kind": "works_at", "conditions": [asked]}, inside.admin) == {"하늘"}
    assert queries.describe(asked, "en", about=Subject.COMPANY) == "Companies whose Seats is more than 10"


def test_people_are_found_by_their_companies_and_companies_by_their_people(inside: Cast, firms: Firms) -> None:
    seoul, maker = attribute("city", "is", value="서울"), attribute("industry", "is", value="제조")
    at_maker = {"kind": "works_at", "conditions": [seoul, maker]}
    assert names(at_maker, inside.workspace.pk) == {"하늘"}
    assert names(group("not", at_maker), inside.workspace.pk) == {"바다", "John"}
    assert names(group("any", at_maker, attribute("name", "is", value="John")), inside.workspace.pk) == {"하늘", "John"}
    busan = {"kind": "employs", "conditions": [attribute("city", "is", value="부산")]}
    assert companies(busan, inside.admin) == {"달빛"}
    assert companies(group("not", busan), inside.admin) == {"한빛", "Acme"}
    around = {"kind": "employs", "conditions": [group("any", at_maker, attribute("city", "is", value="부산"))]}
    assert companies(around, inside.admin) == {"한빛", "달빛"}


def test_nobody_learns_of_others_through_work(inside: Cast, firms: Firms) -> None:
    works_at(firms.bada, firms.acme)
    in_busan = {"kind": "employs", "conditions": [attribute("city", "is", value="부산")]}
    trading = {"kind": "works_at", "conditions": [attribute("industry", "is", value="유통")]}
    for member, seen, found in (
        (inside.admin, {"달빛", "Acme"}, {"바다"}),
        (inside.dana, {"달빛", "Acme"}, {"바다"}),
        (inside.jieun, set(), set()),
        (inside.minsu, set(), set()),
    ):
        assert (companies(in_busan, member), people(trading, member)) == (seen, found)


@pytest.mark.parametrize(
    "definition",
    [
        {"kind": "everyone"},
        {"kind": "order_count", "operator": "at_least", "count": 1},
        {"kind": "works_at", "conditions": [attribute("city", "is", value="서울")]},
        {"kind": "employs", "conditions": [attribute("industry", "is", value="제조")]},
        attribute("language", "is", value="ko"),
    ],
)
def test_what_is_about_people_is_not_asked_of_companies(definition: dict[str, Any]) -> None:
    with pytest.raises(InvalidDefinition):
        read_definition(definition, Subject.COMPANY)


def tag(member: Member, name: str, *rows: Person | Company) -> Tag:
    made = Tag.objects.create(workspace_id=member.workspace_id, name=name)
    for row in rows:
        subject = {"person": row} if isinstance(row, Person) else {"company": row}
        Tagging.objects.create(workspace_id=member.workspace_id, tag=made, at=NOW, **subject)
    return made


def tagged(operator: str, *tags: Tag) -> dict[str, Any]:
    return {"kind": "tag", "operator": operator, "tags": [str(one.pk) for one in tags]}


def test_tags(inside: Cast, firms: Firms) -> None:
    vip = tag(inside.jieun, "VIP", firms.haneul, firms.acme)
    old, bare = tag(inside.jieun, "단골", firms.bada), tag(inside.jieun, "새")
    assert people(tagged("has", vip), inside.admin) == {"하늘"}
    assert people(tagged("has", vip, old, bare), inside.admin) == {"하늘", "바다"}
    assert people(tagged("has_none", vip, bare), inside.admin) == {"바다", "John"}
    assert people(group("not", tagged("has", vip)), inside.admin) == {"바다", "John"}
    assert people(group("any", tagged("has", old), attribute("city", "is", value="서울")), inside.admin) == {
        "하늘",
        "바다",
    }
    assert companies(tagged("has", vip), inside.admin) == {"Acme"}
    assert companies(tagged("has_none", vip), inside.admin) == {"한빛", "달빛"}
    assert companies({"kind": "employs", "conditions": [tagged("has", vip)]}, inside.admin) == {"한빛"}
    for wrong in ([], ["VIP"], "VIP", None):
        with pytest.raises(InvalidDefinition):
            read_definition({"kind": "tag", "operator": "has", "tags": wrong})


def test_mine_is_the_readers_and_no_segment_has_a_reader(inside: Cast, firms: Firms) -> None:
    mine = attribute("owner", "is_mine")
    assert people(mine, inside.jieun) == {"하늘"}
    assert people(mine, inside.dana) == {"바다"}
    assert companies(mine, inside.jieun) == {"한빛"}
    assert companies(group("not", mine), inside.jieun) == {"달빛", "Acme"}
    assert companies(attribute("owner", "is", value=str(inside.dana.pk)), inside.jieun) == {"달빛"}
    assert names(mine, inside.workspace.pk) == set()
    with pytest.raises(UnableToCreateSegment, match="me"):
        operations.create_segment(by=inside.marketer, name="x", definition=group("all", mine), now=NOW)


def link(field: str, operator: str, *ids: UUID) -> dict[str, Any]:
    return attribute(f"fields.{field}", operator, links=[str(key) for key in ids])


@pytest.mark.parametrize("filterable", [True, False])
def test_links_to_people_and_companies(inside: Cast, firms: Firms, *, filterable: bool) -> None:
    for key, kind in (("friend", "person"), ("bank", "company")):
        details = FieldDetails(label=key, key=key, kind=kind, is_filterable=filterable)
        field = define_field(member=inside.admin, object="person", details=details, now=NOW)
        if field.is_indexed:
            fill_field_index(workspace_id=field.workspace_id, definition_id=field.pk)
    both = {"friend": str(firms.bada.pk), "bank": str(firms.acme.pk)}
    make_person(inside.jieun, name="둘", fields=both)
    make_person(inside.jieun, name="하나", fields={"friend": str(firms.haneul.pk)})
    everybody = {"하늘", "바다", "John", "둘", "하나"}
    assert people(link("friend", "is_one_of", firms.bada.pk), inside.admin) == {"둘"}
    assert people(link("friend", "is_one_of", firms.bada.pk, firms.haneul.pk), inside.admin) == {"둘", "하나"}
    assert people(link("friend", "is_none_of", firms.bada.pk), inside.admin) == everybody - {"둘"}
    assert people(link("bank", "is_one_of", firms.acme.pk), inside.admin) == {"둘"}
    assert people(attribute("fields.bank", "is_empty"), inside.admin) == everybody - {"둘"}
    asked = link("friend", "is_one_of", firms.bada.pk)
    assert queries.describe(asked, "en", reader=inside.dana) == "People whose friend is “바다”"
    assert queries.describe(asked, "en", reader=inside.jieun) == "People whose friend is “(deleted)”"
    assert queries.describe(asked, "en") == "People whose friend is “(deleted)”"


def test_other_workspaces_have_their_own(inside: Cast, firms: Firms) -> None:
    vip = tag(inside.jieun, "VIP", firms.acme)
    with tenancy.workspace(inside.other_workspace.pk):
        make_company(inside.lee, "Theirs", city="서울")
        assert companies(attribute("city", "is", value="서울"), inside.lee) == {"Theirs"}
        assert companies(tagged("has", vip), inside.lee) == set()
        assert queries.describe(tagged("has", vip), "en") == "People tagged “(deleted)”"
        assert queries.offers(inside.lee).tags == []


def test_companies_and_tags_are_said_in_both_languages(inside: Cast, firms: Firms) -> None:
    vip, old = tag(inside.jieun, "VIP"), tag(inside.jieun, "단골")
    seoul, maker = attribute("city", "is", value="서울"), attribute("industry", "is", value="제조")
    at_maker, with_vip = {"kind": "works_at", "conditions": [maker, seoul]}, tagged("has", vip)
    for definition, about, english, korean in (
        (group("all", seoul, maker), Subject.COMPANY, "Companies whose city is 서울 and whose industry is 제조",
         "도시가 서울이고, 업종이 제조인 회사"),
        (group("not", seoul, maker), Subject.COMPANY,
         "Companies that are not among companies whose city is 서울 or whose industry is 제조",
         "도시가 서울이거나 업종이 제조인 회사가 아닌 회사"),
        (group("all", at_maker, seoul), Subject.PERSON,
         "People who work at a company whose industry is 제조 and whose city is 서울 and whose city is 서울",
         "업종이 제조이고, 도시가 서울인 회사에서 일하고, 도시가 서울인 고객"),
        ({"kind": "employs", "conditions": [with_vip]}, Subject.COMPANY,
         "Companies where somebody works tagged “VIP”", "'VIP' 태그가 있는 고객이 일하는 회사"),
        (group("all", with_vip, seoul), Subject.PERSON, "People tagged “VIP” and whose city is 서울",
         "'VIP' 태그가 있고, 도시가 서울인 고객"),
        (tagged("has_none", vip, old), Subject.COMPANY, "Companies not tagged “VIP” or “단골”",
         "'VIP' 또는 '단골' 태그가 없는 회사"),
        (attribute("owner", "is_mine"), Subject.COMPANY, "Companies whose owner is me", "담당자가 나인 회사"),
        (attribute("business_number", "is", value="220-81-62517"), Subject.COMPANY,
         "Companies whose business number is 220-81-62517", "사업자등록번호가 220-81-62517인 회사"),
    ):  # fmt: skip
        assert queries.describe(definition, "en", about=about) == english
        assert queries.describe(definition, "ko", about=about) == korean
