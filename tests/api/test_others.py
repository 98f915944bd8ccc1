"""Companies, records, fields, relations, tags and the search through the API."""

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.customers.enums import FieldKind
from dangol.customers.models import Company, CustomObject, CustomRecord, Relation
from dangol.customers.operations import (
    CompanyDetails,
    FieldDetails,
    ObjectDetails,
    create_company,
    define_field,
    define_object,
)
from dangol.kit import tenancy
from dangol.segments.operations import save_trait
from tests.api.conftest import Program, ProgramOf
from tests.factories import NOW, make_person
from tests.people import Cast


def company(cast: Cast, name: str, **details: Any) -> Company:
    return create_company(member=cast.admin, details=CompanyDetails(name=name, **details), now=NOW)


def own_object(cast: Cast) -> CustomObject:
    details = ObjectDetails(label="Contract", plural="Contracts", key="contract")
    return define_object(member=cast.admin, details=details, now=NOW)


def field(cast: Cast, on: str, key: str, kind: FieldKind, **details: Any) -> None:
    define_field(member=cast.admin, object=on, details=FieldDetails(key=key, label=key, kind=kind, **details), now=NOW)


def found(program: Program, path: str) -> list[str]:
    return [one["name"] for one in program.get(path).json()["items"]]


def test_members_see_the_companies_of_the_pages(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        company(cast, "한빛상사", owner_id=cast.jieun.pk, email="a@example.com", business_number="124-81-00998")
        hidden = company(cast, "Dana & Co", owner_id=cast.dana.pk, domain="dana.example.com", phone="02-123-4567")
    admin = program_of(cast.admin)
    assert found(admin, "companies") == ["Dana & Co", "한빛상사"]
    assert found(program_of(cast.minsu), "companies") == ["한빛상사"]
    assert found(program_of(cast.lee), "companies") == []
    assert program_of(cast.minsu).get(f"companies/{hidden.pk}").status_code == 404
    assert program_of(cast.lee).patch(f"companies/{hidden.pk}", {"name": "x"}).status_code == 404
    for asked in ("email=A@example.com", "business_number=1248100998"):
        assert found(admin, f"companies?{asked}") == ["한빛상사"]
    for asked in ("domain=dana.example.com", "phone=021234567"):
        assert found(admin, f"companies?{asked}") == ["Dana & Co"]
    for asked in ("domain=", "phone=", "email=", "external_id=", "business_number=1"):
        assert found(admin, f"companies?{asked}") == []


def test_the_life_of_a_company(cast: Cast, program_of: ProgramOf) -> None:
    program = program_of(cast.jieun)
    made = program.post("companies", {"name": "㈜한빛", "domain": "https://www.hanbit.example.com/"})
    assert (made.status_code, made.json()["domain"]) == (201, "hanbit.example.com")
    path = f"companies/{made.json()['id']}"
    assert program.patch(path, {"city": "서울"}, If_Match=made["ETag"]).json()["city"] == "서울"
    assert program.patch(path, {"city": "부산"}, If_Match=made["ETag"]).status_code == 409
    refused = program.post("companies", {"name": "x", "business_number": "1234567890"})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "business_number")
    assert program.delete(path).status_code == 204
    assert program.get(path).status_code == 404
    assert program.post(f"{path}/restore").json()["name"] == "㈜한빛"


@pytest.mark.parametrize("rows", [1, 3])
def test_lists_cost_the_same_however_long_they_are(cast: Cast, program_of: ProgramOf, rows: int) -> None:
    program = program_of(cast.admin)
    with tenancy.workspace(cast.workspace.pk):
        own_object(cast)
        person = make_person(cast.admin)
        for number in range(rows):
            company(cast, f"회사{number}")
    for number in range(rows):
        told = {"name": f"계약{number}", "person_ids": [str(person.pk)]}
        assert program.post("objects/contract/records", told).status_code == 201
    for path, count in (("companies", 10), ("objects/contract/records", 12)):
        program.get(path)
        with CaptureQueriesContext(connection) as queries:
            assert len(found(program, path)) == rows
        assert len([one for one in queries if "SAVEPOINT" not in one["sql"]]) == count


def test_own_fields_are_told_read_and_written(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        field(cast, "person", "size", FieldKind.NUMBER, is_required=True)
        field(cast, "person", "vip", FieldKind.BOOLEAN, default="no")
        field(cast, "person", "tastes", FieldKind.CHOICES, choices=("tea", "milk"))
        field(cast, "person", "referrer", FieldKind.PERSON)
        friend = make_person(cast.jieun, name="박서준", fields={"size": 1, "secret": "raw"})
        hidden = make_person(cast.dana, owner=cast.dana, fields={"size": 1})
    program = program_of(cast.jieun)
    fields = {one["key"]: one for one in program.get("fields/person").json()}
    assert list(fields) == ["size", "vip", "tastes", "referrer"]
    assert (fields["size"]["kind"], fields["size"]["is_required"]) == ("number", True)
    assert program.get("fields/nothing").status_code == 404
    told = {"size": 4.5, "tastes": ["milk", "tea"], "referrer": str(friend.pk)}
    made = program.post("people", {"name": "김하늘", "fields": told})
    assert made.json()["fields"] == {
        "size": 4.5, "vip": False, "tastes": ["tea", "milk"], "referrer": str(friend.pk),
    }  # fmt: skip
    path = f"people/{made.json()['id']}"
    changed = program.patch(path, {"fields": {"vip": True, "tastes": None}}).json()["fields"]
    assert changed == {"size": 4.5, "vip": True, "referrer": str(friend.pk)}
    assert program.get(f"people/{friend.pk}").json()["fields"] == {"size": 1}
    refused = program.patch(
        path, {"fields": {"size": None, "vip": "maybe", "tastes": "beer", "referrer": str(hidden.pk), "other": 1}}
    ).json()
    assert [one["field"] for one in refused["errors"]] == [
        "fields.other", "fields.size", "fields.vip", "fields.tastes", "fields.referrer",
    ]  # fmt: skip
    korean = program_of(cast.jieun, language="ko").post("people", {"name": "x", "fields": {"size": "many"}}).json()
    assert korean["errors"][0] == {"field": "fields.size", "message": "1234.5와 같은 숫자로 적어 주세요."}
    assert program.get(path).json()["fields"] == changed


def test_a_unique_value_is_kept_once(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        field(cast, "person", "badge", FieldKind.TEXT, is_unique=True)
    program = program_of(cast.jieun)
    assert program.post("people", {"name": "x", "fields": {"badge": "7"}}).status_code == 201
    refused = program.post("people", {"name": "y", "fields": {"badge": "7"}})
    assert (refused.status_code, refused.json()["errors"][0]["field"]) == (422, "fields.badge")


def test_the_life_of_a_record(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        own_object(cast)
        field(cast, "contract", "amount", FieldKind.MONEY, currency="KRW")
        person, hidden = make_person(cast.jieun), make_person(cast.dana, owner=cast.dana)
    program = program_of(cast.minsu)
    assert [one["key"] for one in program.get("objects").json()] == ["contract"]
    told = {"name": "A-1", "external_id": "1", "fields": {"amount": 30000}, "person_ids": [str(person.pk)]}
    made = program.post("objects/contract/records", told)
    assert (made.status_code, made.json()["person_ids"], made.json()["company_ids"]) == (201, [str(person.pk)], [])
    path = f"objects/contract/records/{made.json()['id']}"
    assert made["Location"] == f"/api/v1/{path}"
    changed = program.patch(path, {"fields": {"amount": 1}, "person_ids": []}, If_Match=made["ETag"]).json()
    assert (changed["name"], changed["external_id"], changed["fields"], changed["person_ids"]) == (
        "A-1", "1", {"amount": 1}, [],
    )  # fmt: skip
    assert program.patch(path, {"name": "late"}, If_Match=made["ETag"]).status_code == 409
    assert program.patch(path, {"person_ids": [str(hidden.pk)]}).json()["errors"][0]["field"] == "person_ids"
    assert program.patch(path, {"name": None}).json()["errors"][0]["field"] == "name"
    assert program.post("objects/contract/records", told).json()["errors"][0]["field"] == "external_id"
    assert found(program, "objects/contract/records?external_id=1") == ["A-1"]
    assert program.get("objects/other/records").status_code == 404
    assert program_of(cast.lee).get(path).status_code == 404
    assert program.delete(path).status_code == 204
    assert found(program, "objects/contract/records") == []
    assert program.post(f"{path}/restore").json()["name"] == "A-1"


def test_records_of_another_team_stay_hidden(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        own = own_object(cast)
        record = CustomRecord.objects.create(
            workspace=cast.workspace, object=own, name="Dana's", owner=cast.dana, origin="test"
        )
    path = f"objects/contract/records/{record.pk}"
    assert program_of(cast.dana).get(path).status_code == 200
    for member in (cast.minsu, cast.lee):
        assert program_of(member).get(path).status_code == 404
        assert program_of(member).delete(path).status_code == 404
    assert found(program_of(cast.minsu), "objects/contract/records") == []


def test_relations_of_a_person(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
        firm = company(cast, "한빛상사")
        hidden = company(cast, "Dana & Co", owner_id=cast.dana.pk)
    program, path = program_of(cast.minsu), f"people/{person.pk}/relations"
    told = {"kind": "works_at", "other_kind": "company", "other_id": str(firm.pk), "since": "2024-03-01"}
    made = program.post(path, told)
    assert made.status_code == 201
    assert program.get(path).json() == [made.json()]
    assert (made.json()["other_name"], made.json()["is_forward"]) == ("한빛상사", True)
    assert program.post(path, told).json()["errors"][0]["field"] == "other"
    assert program.post(path, told | {"other_id": str(hidden.pk)}).json()["errors"][0]["field"] == "other_id"
    assert program.post(path, told | {"kind": "likes"}).json()["errors"][0]["field"] == "kind"
    assert program_of(cast.dana).get(path).status_code == 404
    assert program_of(cast.lee).get(path).status_code == 404
    one = f"{path}/{made.json()['id']}"
    assert program_of(cast.dana).delete(one).status_code == 404
    assert program.post(f"{one}/end", {"until": "2024-12-31"}).status_code == 204
    assert program.get(path).json()[0]["until"] == "2024-12-31"
    assert program.delete(one).status_code == 204
    with tenancy.workspace(cast.workspace.pk):
        assert not Relation.objects.exists()


def test_computed_traits(cast: Cast, program_of: ProgramOf) -> None:
    question = {"measure": "count", "event": "Paid", "days": 30}
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, owner=cast.jieun)
        trait = save_trait(by=cast.marketer, name="결제 횟수", question=question)
    program, shown = program_of(cast.minsu), {"id": str(trait.pk), "name": "결제 횟수"}
    assert program.get("traits").json() == [{**shown, "question": question}]
    assert program.get(f"people/{person.pk}/traits").json() == [{**shown, "value": 0}]
    assert program_of(cast.dana).get(f"people/{person.pk}/traits").status_code == 404
    assert program_of(cast.lee).get("traits").json() == []


def test_tags_of_a_person(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, owner=cast.jieun)
    program, path = program_of(cast.minsu), f"people/{person.pk}/tags"
    assert program.get(path).json() == {"tags": []}
    assert program.post(path, {"name": "vip"}).json() == {"tags": ["vip"]}
    assert program.post(path, {"name": " vip "}).json() == {"tags": ["vip"]}
    assert program.post(path, {"name": "단골"}).json() == {"tags": ["vip", "단골"]}
    assert program.post(path, {"name": " "}).status_code == 422
    assert program_of(cast.dana).post(path, {"name": "x"}).status_code == 404
    assert program.delete(f"{path}/vip").status_code == 204
    assert program.delete(f"{path}/vip").status_code == 204
    assert program.get(path).json() == {"tags": ["단골"]}


def test_the_search_finds_what_the_member_may_see(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        make_person(cast.jieun, name="김하늘", email="h@example.com", owner=cast.jieun)
    hits = program_of(cast.minsu).get("search?q=김하").json()["items"]
    assert [(one["kind"], one["title"], one["detail"]) for one in hits] == [("person", "김하늘", "h@example.com")]
    assert program_of(cast.dana).get("search?q=김하늘").json() == {"items": []}
    assert program_of(cast.lee).get("search?q=김하늘").json() == {"items": []}
    assert program_of(cast.lee).get("search").status_code == 422
