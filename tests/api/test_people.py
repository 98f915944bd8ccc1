"""People through the API."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import quote

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from dangol.customers.enums import ContactKind
from dangol.customers.models import Change, Person
from dangol.customers.operations import add_way
from dangol.kit import tenancy
from dangol.workspaces.enums import KeyScope, Role
from dangol.workspaces.models import Member
from tests.api.conftest import Program, ProgramOf
from tests.factories import NOW, make_person
from tests.people import Cast


def names(program: Program, asked: str = "") -> list[str]:
    return [one["name"] for one in program.get(f"people{asked}").json()["items"]]


def test_a_member_sees_what_the_pages_would_show(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        own = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
        free = make_person(cast.jieun, name="박서준")
        danas = make_person(cast.dana, name="Ann Lee", owner=cast.dana)
        make_person(cast.jieun, name="방문자", is_anonymous=True)
    assert names(program_of(cast.admin)) == ["Ann Lee", "박서준", "김하늘"]
    assert names(program_of(cast.minsu)) == ["박서준", "김하늘"]
    assert names(program_of(cast.dana)) == ["Ann Lee", "박서준"]
    assert names(program_of(cast.lee)) == []
    hidden = [(cast.minsu, danas), (cast.dana, own), (cast.lee, free), (cast.lee, own)]
    for member, person in hidden:
        program = program_of(member)
        assert program.get(f"people/{person.pk}").status_code == 404
        assert program.patch(f"people/{person.pk}", {"name": "x"}).status_code == 404
        assert program.delete(f"people/{person.pk}").status_code == 404
        assert program.post(f"people/{person.pk}/restore").status_code == 404
    with tenancy.workspace(cast.workspace.pk):
        assert sorted(Person.objects.values_list("name", flat=True)) == ["Ann Lee", "김하늘", "박서준", "방문자"]


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_however_long_it_is(cast: Cast, program_of: ProgramOf, rows: int) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for number in range(rows):
            make_person(cast.jieun, name=f"손님{number}")
    program = program_of(cast.jieun)
    program.get("people")
    with CaptureQueriesContext(connection) as queries:
        assert len(program.get("people").json()["items"]) == rows
    asked = [one["sql"] for one in queries if "SAVEPOINT" not in one["sql"]]
    assert len(asked) == 4 + 7, "the test's own four, then: secret, key, workspace, member, page, fields, audit"


def test_pages_follow_one_another(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for number in range(5):
            make_person(cast.jieun, name=str(number))
    program, seen, after = program_of(cast.jieun), [], ""
    while True:
        page = program.get(f"people?limit=2{after}").json()
        seen += [one["name"] for one in page["items"]]
        if page["next_after"] is None:
            break
        after = f"&after={page['next_after']}"
    assert seen == ["4", "3", "2", "1", "0"]


@pytest.mark.parametrize(
    "asked", ["limit=0", "limit=101", "limit=x", "after=no", "first=1", "updated_since=2026-01-01"]
)
def test_a_list_refuses_what_it_does_not_understand(cast: Cast, program_of: ProgramOf, asked: str) -> None:
    answer = program_of(cast.jieun).get(f"people?{asked}")
    assert answer.status_code == 422
    assert [one["field"] for one in answer.json()["errors"]] == [asked.partition("=")[0]]


def test_finding_people_by_what_they_are_known_by(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, name="김하늘", email="haneul@example.com", phone="+821012345678")
        add_way(row=person, kind=ContactKind.EMAIL, value="second@example.com", now=NOW)
        make_person(cast.jieun, name="박서준", external_id="7")
    program = program_of(cast.jieun)
    program.patch(f"people/{person.pk}", {"external_id": "A-1"})
    for asked in (
        "email=Haneul@Example.com", "email=second@example.com", "phone=010-1234-5678", "external_id=A-1",
        "phone=01012345678&external_id=A-1",
    ):  # fmt: skip
        assert names(program, f"?{asked}") == ["김하늘"]
    for asked in ("email=", "email=haneul", "phone=1", "external_id=7", "external_id=%00", "email=%00"):
        assert names(program, f"?{asked}") == []


def test_what_changed_since_comes_in_the_order_of_the_changes(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        for days, name in enumerate(("first", "second", "third")):
            person = make_person(cast.jieun, name=name)
            Person.objects.filter(pk=person.pk).update(updated_at=NOW - timedelta(days=days))
    program = program_of(cast.jieun)
    since = quote((NOW - timedelta(days=1)).isoformat())
    assert names(program, f"?updated_since={since}") == ["second", "first"]
    page = program.get(f"people?updated_since={since}&limit=1").json()
    assert names(program, f"?updated_since={since}&after={page['next_after']}") == ["first"]
    assert program.get(f"people?after={page['next_after']}").status_code == 422


def test_adding_a_person(cast: Cast, program_of: ProgramOf) -> None:
    told = {"name": "김하늘", "phone": "010-1234-5678", "born_on": "1990-12-31", "owner_id": str(cast.minsu.pk)}
    answer = program_of(cast.jieun).post("people", told)
    assert answer.status_code == 201
    with tenancy.workspace(cast.workspace.pk):
        person = Person.objects.get()
    assert answer["Location"] == f"/api/v1/people/{person.pk}"
    assert answer["ETag"] == f'"{person.updated_at.isoformat()}"'
    shown = answer.json()
    assert (shown["id"], shown["phone"], shown["born_on"]) == (str(person.pk), "+821012345678", "1990-12-31")
    assert (person.name, person.owner_id) == ("김하늘", cast.minsu.pk)
    assert program_of(cast.jieun).get(f"people/{person.pk}").json() == shown


REFUSED: list[tuple[dict[str, Any], str]] = [
    ({}, "name"),
    ({"name": 7}, "name"),
    ({"name": "x" * 201}, "name"),
    ({"name": "900101-1234567"}, "name"),
    ({"email": "nobody"}, "email"),
    ({"phone": "12"}, "phone"),
    ({"name": "x", "country": "Korea"}, "country"),
    ({"name": "x", "language": "xx"}, "language"),
    ({"name": "x", "time_zone": "Seoul"}, "time_zone"),
    ({"name": "x", "born_on": "yesterday"}, "born_on"),
    ({"name": "x", "owner_id": "018f0000-0000-7000-8000-000000000000"}, "owner_id"),
    ({"name": "x", "shoe_size": 42}, "shoe_size"),
    ({"name": "x", "fields": {"shoe_size": 42}}, "fields.shoe_size"),
    ({"name": "x", "fields": []}, "fields"),
    ({"email": "taken@example.com"}, "email"),
]


@pytest.mark.parametrize(("told", "field"), REFUSED)
def test_what_cannot_be_kept_is_refused_by_field(
    cast: Cast, program_of: ProgramOf, told: dict[str, Any], field: str
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        make_person(cast.jieun, email="taken@example.com")
    answer = program_of(cast.jieun).post("people", told)
    assert (answer.status_code, answer["Content-Type"]) == (422, "application/problem+json")
    problem = answer.json()
    assert problem["type"] == "/api/v1/docs#invalid"
    assert [one["field"] for one in problem["errors"]] == [field]
    with tenancy.workspace(cast.workspace.pk):
        assert Person.objects.count() == 1


def test_an_owner_of_another_workspace_is_refused(cast: Cast, program_of: ProgramOf) -> None:
    answer = program_of(cast.jieun).post("people", {"name": "x", "owner_id": str(cast.lee.pk)})
    assert (answer.status_code, answer.json()["errors"][0]["field"]) == (422, "owner_id")


def test_refusals_speak_the_callers_language(cast: Cast, program_of: ProgramOf) -> None:
    said = {
        language: program_of(cast.jieun, language=language).post("people", {"phone": "12"}).json()["detail"]
        for language in ("en", "ko", "fr")
    }
    assert said == {
        "en": "This is not a phone number.",
        "ko": "전화번호가 아닙니다.",
        "fr": "This is not a phone number.",
    }


def test_changing_only_what_is_sent(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, name="김하늘", city="서울", email="h@example.com", owner=cast.jieun)
    answer = program_of(cast.minsu).patch(f"people/{person.pk}", {"city": "부산", "email": None})
    assert answer.status_code == 200
    shown = answer.json()
    assert (shown["name"], shown["city"], shown["email"], shown["owner_id"]) == (
        "김하늘",
        "부산",
        "",
        str(cast.jieun.pk),
    )
    with tenancy.workspace(cast.workspace.pk):
        person.refresh_from_db()
        change = Change.objects.filter(about_id=person.pk, kind="person").latest("id")
    assert (person.city, person.email) == ("부산", "")
    assert (change.member_id, change.reason) == (cast.minsu.pk, "api")
    assert change.after is not None
    assert change.after["city"] == "부산"


def test_nobody_writes_over_what_they_have_not_seen(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, name="김하늘", city="서울")
    program, path = program_of(cast.jieun), f"people/{person.pk}"
    seen = program.get(path)
    first = program.patch(path, {"city": "부산"}, If_Match=seen["ETag"])
    assert first.status_code == 200
    for late in (
        program.patch(path, {"city": "대구"}, If_Match=seen["ETag"]),
        program.patch(path, {"city": "대구", "updated_at": seen.json()["updated_at"]}),
        program.delete(path, If_Match=seen["ETag"]),
    ):
        assert late.status_code == 409
        assert late.json()["type"] == "/api/v1/docs#conflict"
        assert late.json()["current"] == first.json()
        assert late["ETag"] == first["ETag"]
    again = program.patch(path, {"city": "대구", "updated_at": first.json()["updated_at"]})
    assert again.json()["city"] == "대구"
    assert program.patch(path, {"city": "광주"}, If_Match="*").json()["city"] == "광주"


def test_into_the_trash_and_back(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
    program, path = program_of(cast.minsu), f"people/{person.pk}"
    gone = program.delete(path)
    assert (gone.status_code, gone.content) == (204, b"")
    assert program.get(path).status_code == 404
    assert program.delete(path).status_code == 404
    assert program_of(cast.dana).post(f"{path}/restore").status_code == 404
    assert names(program, "?in_trash=true") == ["김하늘"]
    for other in (program_of(cast.dana), program_of(cast.lee)):
        assert names(other, "?in_trash=true") == []
    assert program.post(f"{path}/restore").json()["name"] == "김하늘"
    assert names(program, "?in_trash=true") == []
    assert program.post(f"{path}/restore").status_code == 200
    assert names(program) == ["김하늘"]


def test_who_lies_in_the_trash_is_named_to_those_who_may_see_them(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, email="h@example.com", owner=cast.jieun)
    program_of(cast.jieun).delete(f"people/{person.pk}")
    told = {"name": "김하늘", "email": "h@example.com"}
    assert program_of(cast.minsu).post("people", told).json()["in_trash"] == str(person.pk)
    hidden = program_of(cast.dana).post("people", told)
    assert (hidden.status_code, "in_trash" in hidden.json()) == (422, False)


def test_a_key_that_may_only_read_changes_nothing(cast: Cast, program_of: ProgramOf) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun, name="김하늘")
        cast.marketer.role = Role.ANALYST
        cast.marketer.save()
    assert program_of(cast.marketer).get("people?in_trash=true").status_code == 403
    for program in (program_of(cast.jieun, scope=KeyScope.READ), program_of(cast.marketer)):
        assert names(program) == ["김하늘"]
        answers = [
            program.post("people", {"name": "x"}),
            program.patch(f"people/{person.pk}", {"name": "x"}),
            program.delete(f"people/{person.pk}"),
            program.post(f"people/{person.pk}/tags", {"name": "x"}),
        ]
        assert [one.status_code for one in answers] == [403] * 4
    with tenancy.workspace(cast.workspace.pk):
        assert list(Person.objects.values_list("name", flat=True)) == ["김하늘"]


def test_a_refusal_notes_the_use_of_the_key_and_nothing_else(cast: Cast, program_of: ProgramOf) -> None:
    program = program_of(cast.jieun)
    assert program.post("people", {"phone": "12"}).status_code == 422
    with tenancy.workspace(cast.workspace.pk):
        key = _only_key(cast.jieun)
        assert key is not None
        assert datetime.now(UTC) - key < timedelta(minutes=1)
        assert not Person.objects.exists()


def _only_key(member: Member) -> datetime | None:
    from dangol.workspaces.queries import api_keys_of

    return api_keys_of(member).get().last_used_at
