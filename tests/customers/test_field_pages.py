"""The settings of fields and objects, records, and fields on the pages of people."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from dangol.customers.models import Company, CustomObject, CustomRecord, FieldDefinition, FieldFile, Person, RecordLink
from dangol.customers.operations import (
    FieldDetails,
    ObjectDetails,
    RecordDetails,
    create_record,
    define_field,
    define_object,
    fill_field_index,
)
from dangol.kit import tenancy
from dangol.kit.korean import initials
from dangol.workspaces.models import AuditEntry, Member, User
from tests.factories import NOW, make_person
from tests.people import Cast

SignIn = Callable[[Member], Client]


@pytest.fixture(autouse=True)
def _everybody_reads_english(cast: Cast) -> None:
    User.objects.update(language="en")


def field(cast: Cast, label: str, kind: str = "text", *, of: str = "person", **details: Any) -> FieldDefinition:
    told = FieldDetails(label=label, kind=kind, **details)
    return define_field(member=cast.admin, object=of, details=told, now=NOW)


def contracts(cast: Cast) -> CustomObject:
    return define_object(member=cast.admin, details=ObjectDetails(label="계약", plural="계약들"), now=NOW)


def record(cast: Cast, name: str, *, owner: Member | None = None, people: tuple[Person, ...] = ()) -> CustomRecord:
    own = CustomObject.objects.filter(key="계약").first() or contracts(cast)
    details = RecordDetails(
        name=name, owner_id=owner.pk if owner else None, values={}, person_ids=tuple(person.pk for person in people)
    )
    return create_record(custom_object=own, member=cast.admin, details=details, now=NOW)


def test_an_administrator_defines_moves_archives_and_restores(cast: Cast, client_of: SignIn) -> None:
    admin = client_of(cast.admin)
    assert "No fields of your own yet" in admin.get("/settings/fields/").content.decode()
    answer = admin.post(
        "/settings/fields/of/person/new/",
        {"label": "Level", "kind": "choice", "choices": "Gold\nSilver", "is_filterable": "on", "default": "Gold"},
    )
    assert (answer.status_code, answer["Location"]) == (302, "/settings/fields/of/person/")
    admin.post("/settings/fields/of/person/new/", {"label": "Note", "kind": "long_text"})
    page = admin.get("/settings/fields/").content.decode()
    assert "Being prepared" in page
    assert 'hx-trigger="every 1s"' in page
    with tenancy.workspace(cast.workspace.pk):
        level, note = FieldDefinition.objects.order_by("position")
        FieldDefinition.objects.filter(pk=level.pk).update(index_total=10, index_done=4)
    assert "Being prepared: 4 of 10" in admin.get("/settings/fields/").content.decode()
    with tenancy.workspace(cast.workspace.pk):
        fill_field_index(workspace_id=level.workspace_id, definition_id=level.pk)
    ready = admin.get("/settings/fields/", headers={"HX-Request": "true"}).content.decode()
    assert ready.startswith('<div id="fields"')
    assert ("Filterable" in ready, "every 1s" in ready) == (True, False)
    admin.post(f"/settings/fields/{note.pk}/up/")
    admin.post(f"/settings/fields/{note.pk}/archival/")
    assert admin.post(f"/settings/fields/{level.pk}/", {"label": "Rank", "choices": "Gold"}).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        level.refresh_from_db()
        note.refresh_from_db()
        assert (level.label, level.key, level.choices, level.position) == ("Rank", "level", ["Gold"], 1)
        assert (level.is_filterable, level.is_indexed, level.index_state) == (False, False, "emptying")
        assert note.archived_at is not None
        assert list(AuditEntry.objects.order_by("id").values_list("verb", flat=True)) == [
            "FieldDefined", "FieldDefined", "FieldsOrdered", "FieldArchived", "FieldChanged"
        ]  # fmt: skip
    assert "Bring back" in admin.get("/settings/fields/").content.decode()
    admin.post(f"/settings/fields/{note.pk}/restoration/")
    assert "Bring back" not in admin.get("/settings/fields/").content.decode()


def test_a_kind_asks_for_what_it_needs(cast: Cast, client_of: SignIn) -> None:
    admin = client_of(cast.admin)
    form = admin.get("/settings/fields/of/person/new/", {"kind": "money"}, headers={"HX-Request": "true"})
    text = form.content.decode()
    assert ('name="currency" value="KRW"' in text, 'name="choices"' in text) == (True, False)
    refused = admin.post("/settings/fields/of/person/new/", {"label": "Level", "kind": "choice"})
    assert (refused.status_code, 'name="choices"' in refused.content.decode()) == (422, True)


@pytest.mark.parametrize("who", ["marketer", "jieun", "minsu", "dana"])
def test_only_administrators_define(cast: Cast, client_of: SignIn, who: str) -> None:
    with tenancy.workspace(cast.workspace.pk):
        own, level = contracts(cast), field(cast, "Level")
    client = client_of(getattr(cast, who))
    for path in (
        "/settings/fields/",
        "/settings/objects/",
        f"/settings/fields/{level.pk}/",
        f"/settings/objects/{own.pk}/",
    ):
        assert client.get(path).status_code == 403
    for path in (f"/settings/fields/{level.pk}/archival/", f"/settings/objects/{own.pk}/archival/"):
        assert client.post(path).status_code == 403


def test_lee_finds_nothing_of_another_workspace(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun)
        one = record(cast, "갱신 계약", people=(person,))
        level, link = field(cast, "Level"), field(cast, "Friend", "person")
        own = one.object
    lee = client_of(cast.lee)
    for path in (
        f"/settings/fields/{level.pk}/", f"/settings/fields/of/{own.key}/", f"/settings/objects/{own.pk}/",
        f"/records/of/{own.key}/", f"/records/{one.pk}/", f"/records/{one.pk}/edit/",
        f"/records/of/{own.key}/new/", f"/fields/{link.pk}/suggestions/?field-friend=김하늘",
    ):  # fmt: skip
        assert lee.get(path).status_code == 404, path
    for path in (f"/settings/fields/{level.pk}/archival/", f"/records/{one.pk}/deletion/"):
        assert lee.post(path).status_code == 404, path


def test_fields_are_filled_in_on_the_form_and_shown_on_the_page(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        field(cast, "Level", "choice", choices=("Gold", "Silver"), default="Silver", is_required=True)
        field(cast, "Spent", "money", currency="KRW")
        field(cast, "Married", "date")
        field(cast, "Tastes", "choices", choices=("tea", "rice"))
        field(cast, "Friend", "person")
        field(cast, "Home page", "url")
        field(cast, "Vip", "boolean")
        friend = make_person(cast.jieun, name="이보라", email="bora@example.com")
    jieun = client_of(cast.jieun)
    new = jieun.get("/people/new/").content.decode()
    assert '<option value="Silver" selected>' in new
    told = {
        "name": "김하늘", "field-level": "Gold", "field-spent": "12,000", "field-married": "2020-05-02",
        "field-tastes": ["tea"], "field-friend": "bora@example.com",
        "field-home_page": "example.com", "field-vip": "yes",
    }  # fmt: skip
    refused = jieun.post("/people/new/", {**told, "field-level": "", "field-spent": "much"})
    assert refused.status_code == 422
    for message in ("This field is required.", "Write a number, like 1234.5."):
        assert message in refused.content.decode()
    answer = jieun.post("/people/new/", told)
    with tenancy.workspace(cast.workspace.pk):
        person = Person.objects.get(name="김하늘")
    kept = {
        "level": "Gold", "spent": 12000, "married": "2020-05-02", "tastes": ["tea"], "friend": str(friend.pk),
        "home_page": "https://example.com", "vip": True,
    }  # fmt: skip
    assert (answer["Location"], person.fields) == (f"/people/{person.pk}/", kept)
    page = jieun.get(f"/people/{person.pk}/").content.decode()
    for text in ("Level", "Gold", "12,000", "tea", f'href="/people/{friend.pk}/">이보라', 'href="https://example.com"'):
        assert text in page
    form = jieun.get(f"/people/{person.pk}/edit/").content.decode()
    assert f'value="이보라 ({friend.pk})"' in form
    jieun.post(f"/people/{person.pk}/edit/", {**told, "field-friend": f"이보라 ({friend.pk})", "field-spent": ""})
    with tenancy.workspace(cast.workspace.pk):
        person.refresh_from_db()
        assert person.fields == {key: value for key, value in kept.items() if key != "spent"}


def test_what_a_member_does_not_see_is_neither_shown_nor_lost(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        field(cast, "Friend", "person")
        field(cast, "Level", "choice", choices=("Gold",))
        hidden = make_person(cast.dana, name="숨은 사람", email="hidden@example.com", owner=cast.dana)
        values = {"friend": str(hidden.pk), "level": "Old", "free": 1}
        person = make_person(cast.jieun, fields=values)
    jieun = client_of(cast.jieun)
    form = jieun.get(f"/people/{person.pk}/edit/").content.decode()
    assert "숨은 사람" not in form + jieun.get(f"/people/{person.pk}/").content.decode()
    sent = {"name": "새 이름", "field-friend": str(hidden.pk), "field-level": "Old"}
    assert jieun.post(f"/people/{person.pk}/edit/", sent).status_code == 302
    assert jieun.post(f"/people/{person.pk}/edit/", {**sent, "field-friend": "숨은 사람"}).status_code == 422
    with tenancy.workspace(cast.workspace.pk):
        person.refresh_from_db()
        assert (person.name, person.fields) == ("새 이름", values)


@pytest.mark.shows("3.2.1", "5.2.2", "5.3.2", "5.4.1", "5.4.2", "AC-11")
def test_a_file_is_kept_in_pieces_and_given_to_those_who_see_its_owner(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        field(cast, "Paper", "file")
        person = make_person(cast.jieun, name="김하늘", owner=cast.jieun)
    content = b"%PDF-1.7 " + bytes(range(256)) * 2500
    sent = SimpleUploadedFile("../../계약 <1>.html", content, content_type="text/html")
    jieun = client_of(cast.jieun)
    her = {"name": "김하늘", "owner_id": str(cast.jieun.pk)}
    jieun.post(f"/people/{person.pk}/edit/", {**her, "field-paper": sent})
    with tenancy.workspace(cast.workspace.pk):
        file = FieldFile.objects.get()
        person.refresh_from_db()
        assert person.fields == {"paper": {"file": str(file.pk), "name": "계약 1.html", "size": len(content)}}
    url = f"/fields/files/{file.pk}/"
    assert url in jieun.get(f"/people/{person.pk}/").content.decode()
    answer = client_of(cast.minsu).get(url)
    assert (answer.content, answer["Content-Type"], answer["X-Content-Type-Options"]) == (
        content, "application/pdf", "nosniff"
    )  # fmt: skip
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''")
    assert [client_of(who).get(url).status_code for who in (cast.dana, cast.lee)] == [404, 404]
    jieun.post(f"/people/{person.pk}/edit/", her)
    with tenancy.workspace(cast.workspace.pk):
        person.refresh_from_db()
        assert person.fields["paper"]["file"] == str(file.pk)
    jieun.post(f"/people/{person.pk}/edit/", {**her, "field-paper-gone": "on"})
    empty = SimpleUploadedFile("empty.txt", b"")
    assert jieun.post(f"/people/{person.pk}/edit/", {**her, "field-paper": empty}).status_code == 422
    with tenancy.workspace(cast.workspace.pk):
        person.refresh_from_db()
        assert person.fields == {}


def test_a_record_is_written_shown_changed_and_thrown_away(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        own = contracts(cast)
        field(cast, "Ends", "date", of=own.key)
        person = make_person(cast.jieun, name="김하늘", email="haneul@example.com")
        firm = Company.objects.create(workspace=cast.workspace, name="단골상사")
    jieun = client_of(cast.jieun)
    sent = {
        "name": "갱신 계약",
        "external_id": "K-1",
        "people": "haneul@example.com",
        "companies": "단골상사",
        "field-ends": "2027-01-31",
    }
    unknown = jieun.post(f"/records/of/{own.key}/new/", {**sent, "people": "nobody"})
    assert (unknown.status_code, "are: nobody" in unknown.content.decode()) == (422, True)
    answer = jieun.post(f"/records/of/{own.key}/new/", sent)
    with tenancy.workspace(cast.workspace.pk):
        one = CustomRecord.objects.get()
        assert (one.fields, one.initials) == ({"ends": "2027-01-31"}, initials("갱신 계약"))
        assert RecordLink.objects.count() == 2
    assert answer["Location"] == f"/records/{one.pk}/"
    page = jieun.get(f"/records/{one.pk}/").content.decode()
    for text in ("갱신 계약", "Jan. 31, 2027", "김하늘", "단골상사", "K-1"):
        assert text in page
    assert "갱신 계약" in jieun.get(f"/people/{person.pk}/").content.decode()
    again = jieun.post(f"/records/of/{own.key}/new/", {"name": "다른 계약", "external_id": "K-1"})
    assert "Another one has this number already." in again.content.decode()
    form = jieun.get(f"/records/{one.pk}/edit/").content.decode()
    assert f"김하늘 ({person.pk})" in form
    jieun.post(f"/records/{one.pk}/edit/", {"name": "끝난 계약", "people": ""})
    with tenancy.workspace(cast.workspace.pk):
        one.refresh_from_db()
        assert (one.name, one.external_id, one.fields, RecordLink.objects.count()) == ("끝난 계약", "", {}, 0)
    assert jieun.post(f"/records/{one.pk}/deletion/")["Location"] == own.get_absolute_url()
    assert jieun.get(f"/records/{one.pk}/").status_code == 404
    with tenancy.workspace(cast.workspace.pk), tenancy.open_trash():
        assert CustomRecord.objects.get().deleted_by == cast.jieun
        assert firm.name == "단골상사"


def test_a_record_that_names_a_person_in_a_field_stands_on_their_page(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        own = contracts(cast)
        guarantor = field(cast, "Guarantor", "person", of=own.key)
        person = make_person(cast.jieun, name="김하늘")
        fill_field_index(workspace_id=guarantor.workspace_id, definition_id=guarantor.pk)
        details = RecordDetails(name="보증 계약", values={"guarantor": str(person.pk)})
        create_record(custom_object=own, member=cast.admin, details=details, now=NOW)
    assert "보증 계약" in client_of(cast.jieun).get(f"/people/{person.pk}/").content.decode()


def test_everybody_sees_the_records_of_their_team_and_of_nobody(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun)
        hers = record(cast, "서울 계약", owner=cast.jieun, people=(person,))
        record(cast, "모두의 계약", people=(person,))
    path = "/records/of/계약/"
    seen = {
        who: [name for name in ("서울 계약", "모두의 계약") if name in client_of(who).get(path).content.decode()]
        for who in (cast.jieun, cast.minsu, cast.dana)
    }
    assert list(seen.values()) == [["서울 계약", "모두의 계약"], ["서울 계약", "모두의 계약"], ["모두의 계약"]]
    assert client_of(cast.dana).get(f"/records/{hers.pk}/").status_code == 404
    assert "서울 계약" not in client_of(cast.dana).get(f"/people/{person.pk}/").content.decode()
    for question, found in (("서울", True), ("ㅅㅇ", True), ("부산", False)):
        page = client_of(cast.jieun).get(path, {"q": question}).content.decode()
        assert ("서울 계약" in page) is found


@pytest.mark.parametrize("count", [1, 3])
def test_lists_cost_the_same_for_one_and_for_three(
    cast: Cast, client_of: SignIn, django_assert_num_queries: DjangoAssertNumQueries, count: int
) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun)
        for number in range(count):
            record(cast, f"계약 {number}", owner=cast.jieun, people=(person,))
            field(cast, f"F {number}", of="계약")
    client, admin = client_of(cast.jieun), client_of(cast.admin)
    with django_assert_num_queries(14):
        assert client.get("/records/of/계약/").content.decode().count("data-row-link") == count
    with django_assert_num_queries(13):
        assert admin.get("/settings/fields/of/계약/").content.decode().count("data-row-link") == count
    with django_assert_num_queries(12):
        admin.get("/settings/objects/")


def test_names_are_suggested_while_typing(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        friend, firm = field(cast, "Friend", "person"), field(cast, "Firm", "company")
        person = make_person(cast.jieun, name="이보라", email="bora@example.com", owner=cast.jieun)
        company = Company.objects.create(workspace=cast.workspace, name="보라상사")
    jieun = client_of(cast.jieun)
    people = jieun.get(f"/fields/{friend.pk}/suggestions/", {"field-friend": "bora@"}).content.decode()
    assert f'<option value="이보라 ({person.pk})">' in people
    firms = jieun.get(f"/fields/{firm.pk}/suggestions/", {"field-firm": "보라"}).content.decode()
    assert f'<option value="보라상사 ({company.pk})">' in firms
    assert (
        "이보라"
        not in client_of(cast.dana).get(f"/fields/{friend.pk}/suggestions/", {"field-friend": "bora@"}).content.decode()
    )


def test_an_archived_object_leaves_every_page(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        person = make_person(cast.jieun)
        one = record(cast, "갱신 계약", people=(person,))
    admin = client_of(cast.admin)
    admin.post(f"/settings/objects/{one.object_id}/", {"label": "약정", "plural": "약정들"})
    assert "약정들" in admin.get("/records/").content.decode()
    admin.post(f"/settings/objects/{one.object_id}/archival/")
    assert admin.get("/records/of/계약/").status_code == 404
    assert "약정들" not in admin.get("/records/").content.decode() + admin.get(f"/people/{person.pk}/").content.decode()
    admin.post(f"/settings/objects/{one.object_id}/restoration/")
    assert admin.get("/records/of/계약/").status_code == 200
    made = admin.post("/settings/objects/new/", {"label": "차량", "plural": "차량들"})
    assert made["Location"].startswith("/settings/fields/of/")
    assert admin.post("/settings/objects/new/", {"label": "x", "plural": "y", "key": "person"}).status_code == 422


def test_companies_have_fields_too(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        size = field(cast, "Size", "number", of="company", is_unique=True)
        fill_field_index(workspace_id=size.workspace_id, definition_id=size.pk)
    jieun = client_of(cast.jieun)
    made = jieun.post("/companies/new/", {"name": "단골상사", "field-size": "12"})
    assert "Size" in jieun.get(made["Location"]).content.decode()
    again = jieun.post("/companies/new/", {"name": "다른상사", "field-size": "12.0"})
    assert (again.status_code, "Another one has this value already: Size." in again.content.decode()) == (422, True)
    assert jieun.post(f"{made['Location']}edit/", {"name": "단골상사", "field-size": "13"}).status_code == 302
    with tenancy.workspace(cast.workspace.pk):
        assert Company.objects.get().fields == {"size": 13}
