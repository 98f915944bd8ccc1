"""Definitions of the records of own objects, and people and companies by the records that belong to them."""

from dataclasses import dataclass
from typing import Any

import pytest
from django.db import connection

from dangol.customers.models import Company, CustomRecord, Person, RecordLink
from dangol.customers.operations import ObjectDetails, define_object
from dangol.kit import tenancy
from dangol.segments import queries
from dangol.segments.contracts import InvalidDefinition, Subject, attributes, read_definition
from dangol.workspaces.models import Member
from tests.factories import NOW, make_person
from tests.people import Cast
from tests.segments.rows import FIELDS, attribute, contract, define, group, names, records

CONTRACTS = Subject.records_of("contract")
ALL = {"가", "나", "다"}
CONDITIONS: list[tuple[str, str, dict[str, Any], set[str]]] = [
    ("name", "is", {"value": "가"}, {"가"}),
    ("external_id", "starts_with", {"value": "k-"}, {"가", "나"}),
    ("external_id", "is_empty", {}, {"다"}),
    ("created_at", "in_last_days", {"days": 1}, ALL),
    ("owner", "is_empty", {}, {"다"}),
    ("owner", "is_mine", {}, set()),
    ("fields.ends", "before", {"value": "2027-01-01"}, {"가"}),
    ("fields.ends", "is_empty", {}, {"다"}),
    ("fields.seats", "more_than", {"value": 4}, {"가", "나"}),
    ("fields.seats", "is_not", {"value": 5}, {"나", "다"}),
]


@dataclass(frozen=True)
class Office:
    """
    Contracts 가 of 지은 and 나 of Dana belong to 하늘, 다 to 바다; 나 names 하늘 and 바다's firm, which has 가 too.

    가 belongs to 하늘 in two ways, which counts once.
    """

    haneul: Person
    bada: Person
    firm: Company


@pytest.fixture(params=[True, False], ids=["filterable", "not filterable"])
def office(inside: Cast, request: pytest.FixtureRequest) -> Office:
    own = define(inside, filterable=request.param)
    haneul, bada = make_person(inside.jieun, name="하늘"), make_person(inside.jieun, name="바다")
    make_person(inside.jieun, name="John")
    firm = Company.objects.create(workspace_id=inside.workspace.pk, name="한빛", origin="test")
    Company.objects.create(workspace_id=inside.workspace.pk, name="달빛", origin="test")
    first = contract(
        inside.jieun, own, "가", external_id="K-1", owner=inside.jieun,
        fields={"ends": "2026-12-31", "seats": 5, "signer": str(haneul.pk)},
    )  # fmt: skip
    second = contract(
        inside.jieun, own, "나", external_id="K-2", owner=inside.dana,
        fields={"ends": "2027-12-31", "seats": 50, "signer": str(haneul.pk), "buyer": str(firm.pk)},
    )  # fmt: skip
    third = contract(inside.jieun, own, "다", fields={"seats": 1})
    for record, row in ((first, haneul), (second, haneul), (third, bada), (first, firm)):
        end = {"person": row} if isinstance(row, Person) else {"company": row}
        RecordLink.objects.create(workspace_id=inside.workspace.pk, record=record, **end)
    return Office(haneul, bada, firm)


def found(definition: dict[str, Any], reader: Member, about: Subject = CONTRACTS) -> set[str]:
    ids = queries.matching_ids(definition, about=about, reader=reader, now=NOW)
    return set(CustomRecord.objects.filter(pk__in=ids).values_list("name", flat=True))


def companies(definition: dict[str, Any], reader: Member) -> set[str]:
    ids = queries.matching_ids(definition, about=Subject.COMPANY, reader=reader, now=NOW)
    return set(Company.objects.filter(pk__in=ids).values_list("name", flat=True))


def people(definition: dict[str, Any], reader: Member) -> set[str]:
    ids = queries.matching_ids(definition, about=Subject.PERSON, reader=reader, now=NOW)
    return set(Person.objects.filter(pk__in=ids).values_list("name", flat=True))


SEATS = attribute("fields.seats", "more_than", value=4)
LATE = attribute("fields.ends", "after", value="2027-01-01")


def test_records_by_what_is_known_of_them(inside: Cast, office: Office) -> None:
    for key, operator, operand, expected in CONDITIONS:
        asked = attribute(key, operator, **operand)
        assert found(asked, inside.admin) == expected, asked
        assert found(group("not", asked), inside.admin) == ALL - expected, asked
    assert found(attribute("owner", "is_mine"), inside.dana) == {"나"}
    either = group("any", attribute("name", "is", value="다"), group("all", SEATS, LATE))
    assert found(either, inside.admin) == {"나", "다"}
    named = attribute("fields.signer", "is_one_of", links=[str(office.haneul.pk)])
    assert found(named, inside.admin) == {"가", "나"}


def test_every_attribute_of_records_is_tried_above() -> None:
    assert set(attributes(CONTRACTS)) == {case[0] for case in CONDITIONS if not case[0].startswith("fields.")}


def test_records_of_one_object_are_not_those_of_another(inside: Cast, office: Office) -> None:
    pets = define_object(member=inside.admin, details=ObjectDetails(label="Pet", plural="Pets", key="pet"), now=NOW)
    contract(inside.jieun, pets, "가", fields={"seats": 5})
    assert found(attribute("name", "is_set"), inside.admin, Subject.records_of("pet")) == {"가"}
    assert CustomRecord.objects.filter(name="가").count() == 2
    ids = queries.matching_ids(SEATS, about=CONTRACTS, reader=inside.admin, now=NOW)
    assert set(CustomRecord.objects.filter(pk__in=ids).values_list("object__key", flat=True)) == {"contract"}
    assert found(attribute("name", "is_set"), inside.admin, Subject.records_of("nothing")) == set()


def test_people_and_companies_by_their_records(inside: Cast, office: Office) -> None:
    for asked, expected in (
        (records("at_least", 1), {"하늘", "바다"}),
        (records("at_least", 2), {"하늘"}),
        (records("at_least", 3), set()),
        (records("exactly", 1), {"바다"}),
        (records("exactly", 0), {"John"}),
        (records("at_most", 1), {"바다", "John"}),
        (records("at_least", 0), {"하늘", "바다", "John"}),
        (records("at_least", 1, SEATS), {"하늘"}),
        (records("at_least", 2, SEATS), {"하늘"}),
        (records("at_least", 2, SEATS, LATE), set()),
        (records("at_most", 0, LATE), {"바다", "John"}),
        (records("at_least", 1, group("any", LATE, attribute("name", "is", value="다"))), {"하늘", "바다"}),
        (records("at_least", 1, own="nothing"), set()),
        (records("at_most", 0, own="nothing"), {"하늘", "바다", "John"}),
    ):
        assert names(asked, inside.workspace.pk) == expected, asked
        assert names(group("not", asked), inside.workspace.pk) == {"하늘", "바다", "John"} - expected, asked
    either = group("any", records("at_least", 2), attribute("name", "is", value="John"))
    assert names(either, inside.workspace.pk) == {"하늘", "John"}
    assert companies(records("at_least", 2), inside.admin) == {"한빛"}
    assert companies(records("at_most", 0, SEATS), inside.admin) == {"달빛"}


def test_some_people_are_judged_like_all(inside: Cast, office: Office) -> None:
    some = queries.compile_people(
        read_definition(records("at_least", 1)), workspace_id=inside.workspace.pk, now=NOW, among=[office.bada.pk]
    )
    with connection.cursor() as cursor:
        cursor.execute(some.sql(), some.values)
        assert cursor.fetchall() == [(office.bada.pk,)]


def test_nobody_learns_of_others_records_through_people(inside: Cast, office: Office) -> None:
    many = records("at_least", 1, attribute("name", "is", value="나"))
    seen = {member: people(many, member) for member in (inside.admin, inside.dana, inside.jieun, inside.minsu)}
    assert seen == {inside.admin: {"하늘"}, inside.dana: {"하늘"}, inside.jieun: set(), inside.minsu: set()}
    with tenancy.workspace(inside.other_workspace.pk):
        make_person(inside.lee, name="Theirs")
        assert people(records("at_least", 1), inside.lee) == set()
        assert found(SEATS, inside.lee) == set()
        assert queries.describe(records("at_least", 1), "en") == "People with at least one (deleted)"


def test_records_in_the_trash_do_not_count(inside: Cast, office: Office) -> None:
    with tenancy.open_trash():
        CustomRecord.objects.filter(name__in=["나", "다"]).update(deleted_at=NOW)
    assert names(records("at_least", 1), inside.workspace.pk) == {"하늘"}
    assert names(records("at_least", 2), inside.workspace.pk) == set()
    assert found(attribute("name", "is_set"), inside.admin) == {"가"}


@pytest.mark.parametrize(
    ("definition", "about", "path"),
    [
        ({"kind": "everyone"}, CONTRACTS, ("kind",)),
        (records("at_least", 1), CONTRACTS, ("kind",)),
        (attribute("city", "is", value="서울"), CONTRACTS, ("attribute",)),
        (records("often", 1), Subject.PERSON, ("operator",)),
        (records("at_least", -1), Subject.PERSON, ("count",)),
        (records("at_least", 1, attribute("city", "is", value="서울")), Subject.PERSON, ("conditions", 0, "attribute")),
        (records("at_least", 1) | {"object": ""}, Subject.PERSON, ("object",)),
        (records("at_least", 1) | {"conditions": "x"}, Subject.PERSON, ("conditions",)),
        (records("at_least", 1) | {"days": 3}, Subject.PERSON, ("days",)),
    ],
)
def test_what_cannot_be_asked(definition: dict[str, Any], about: Subject, path: tuple[str | int, ...]) -> None:
    with pytest.raises(InvalidDefinition) as refusal:
        read_definition(definition, about)
    assert [problem.path for problem in refusal.value.problems] == [path]


def test_records_are_said_in_both_languages(inside: Cast) -> None:
    define(inside, filterable=True)
    name = attribute("name", "is", value="가")
    for asked, about, english, korean in (
        (records("at_least", 1), Subject.PERSON, "People with at least one Contract", "Contract가 1개 이상 있는 고객"),
        (records("at_least", 2, SEATS, name), Subject.PERSON,
         "People with at least 2 Contracts whose Seats is more than 4 and whose name is 가",
         "Seats가 4보다 크고, 이름이 가인 Contracts가 2개 이상 있는 고객"),
        (records("exactly", 0, SEATS), Subject.COMPANY, "Companies with no Contracts whose Seats is more than 4",
         "Seats가 4보다 큰 Contracts가 없는 회사"),
        (records("at_most", 3), Subject.COMPANY, "Companies with at most 3 Contracts",
         "Contracts가 3개 이하로 있는 회사"),
        (group("all", records("exactly", 1), name), Subject.PERSON,
         "People with exactly one Contract and whose name is 가", "Contract가 정확히 1개 있고, 이름이 가인 고객"),
        (group("all", SEATS, name), CONTRACTS, "Contracts whose Seats is more than 4 and whose name is 가",
         "Seats가 4보다 크고, 이름이 가인 Contracts"),
        (group("all", name, group("any", SEATS, name)), CONTRACTS,
         "Contracts whose name is 가 and (whose Seats is more than 4 or whose name is 가)",
         "이름이 가이고, (Seats가 4보다 크거나 이름이 가인 것)인 Contracts"),
        (group("not", name), CONTRACTS, "Contracts that are not among those whose name is 가",
         "이름이 가인 것이 아닌 Contracts"),
    ):  # fmt: skip
        assert queries.describe(asked, "en", about=about) == english
        assert queries.describe(asked, "ko", about=about) == korean


def test_the_builder_offers_what_the_workspace_has(inside: Cast) -> None:
    assert queries.offers(inside.jieun).objects == []
    define(inside, filterable=True)
    own = queries.offers(inside.jieun, about=CONTRACTS)
    assert {field.key for field in own.known} == set(FIELDS)
    assert (own.segments, own.tags, own.events) == ((), (), ())
    assert [(one.key, one.plural) for one in queries.offers(inside.jieun).objects] == [("contract", "Contracts")]


def test_only_filterable_fields_of_records_are_offered(inside: Cast) -> None:
    define(inside, filterable=False)
    known = queries.offers(inside.jieun, about=CONTRACTS).known
    assert {field.key for field in known} == {"signer", "buyer"}
