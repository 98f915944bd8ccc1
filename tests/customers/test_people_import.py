"""Files of people, good and bad, from upload to the last line."""

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from dangol.customers import operations
from dangol.customers.enums import ContactKind, ImportState
from dangol.customers.models import (
    Consent,
    ConsentEntry,
    Identity,
    ImportPiece,
    ImportProblem,
    PeopleImport,
    Person,
    SearchKey,
    SearchTail,
)
from dangol.customers.operations import ConsentStatement, UnableToImport, add_way
from dangol.customers.operations.imports import running
from dangol.kit import tenancy
from dangol.workspaces.models import AuditEntry
from tests.factories import NOW, make_person
from tests.people import Cast

FILE = """이름,이메일,휴대폰,주소,도시,생일,고객번호,마케팅 동의,등급
김하늘,Haneul@Example.com,010-1234-5678,서울시 종로구 1,서울,1990-01-31,C-1,Y,단골
이도윤,doyun@example.com,,부산시 2,부산,1988.2.3,C-2,N,
Dana Park,dana.park@example.com,+1 202-555-0142,,,,C-3,,
"""
STATEMENT = ConsentStatement(at="2026-11-01", source="paper form", wording_version="2026-03", channels=("email",))


def upload(cast: Cast, text: str | bytes = FILE) -> PeopleImport:
    content = text if isinstance(text, bytes) else text.encode()
    return operations.upload_people(member=cast.marketer, file_name="people.csv", content=content, now=NOW)


def take_in(cast: Cast, text: str | bytes = FILE, **choices: Any) -> PeopleImport:
    made = upload(cast, text)
    operations.check_people_import(people_import=made, now=NOW, **choices)
    operations.start_people_import(people_import=made, member=cast.marketer, now=NOW)
    operations.run_people_import(workspace_id=cast.workspace.pk, import_id=made.pk)
    made.refresh_from_db()
    return made


def problems(made: PeopleImport) -> list[tuple[int, str, str]]:
    return list(
        ImportProblem.objects.filter(people_import=made).order_by("line", "code").values_list("line", "code", "column")
    )


def counts(made: PeopleImport) -> tuple[int, int, int]:
    return made.created_count, made.updated_count, made.rejected_count


def test_columns_are_guessed_from_korean_and_english_headers(inside: Cast) -> None:
    assert list(upload(inside).mapping.values()) == [
        "name", "email", "phone", "address", "city", "born_on", "external_id", "consent_email", "field:등급",
    ]  # fmt: skip
    english = upload(inside, "Customer Name,E-Mail,Mobile,Date of birth,External ID,,Opt-in\nDana,d@example.com,,,,,\n")
    assert list(english.mapping.values()) == ["name", "email", "phone", "born_on", "external_id", "", "consent_email"]


def test_a_file_becomes_people(inside: Cast) -> None:
    made = take_in(inside)
    assert (made.state, counts(made)) == (ImportState.DONE, (3, 0, 0))
    haneul = Person.objects.get(external_id="C-1")
    assert (haneul.name, haneul.email, haneul.phone, haneul.city, haneul.born_on, haneul.fields, haneul.initials) == (
        "김하늘", "haneul@example.com", "+821012345678", "서울", date(1990, 1, 31), {"등급": "단골"}, "ㄱㅎㄴ",
    )  # fmt: skip
    assert sorted(Identity.objects.filter(person=haneul).values_list("kind", "value")) == [
        ("email", "haneul@example.com"), ("external_id", "C-1"), ("phone", "+821012345678"),
    ]  # fmt: skip
    assert SearchKey.objects.values_list("name", "rest", "initials", "phone_end", "domain").get(pk=haneul.pk) == (
        "김하늘", "하늘", "ㄱㅎㄴ", "5678", "example.com",
    )  # fmt: skip
    assert AuditEntry.objects.get(verb="PeopleImported").detail == {
        "import_id": str(made.pk),
        "created": 3,
        "updated": 0,
    }


def test_a_run_that_fails_says_so_and_goes_on_when_it_is_tried_again(inside: Cast) -> None:
    made = upload(inside)
    operations.check_people_import(people_import=made, now=NOW)
    operations.start_people_import(people_import=made, member=inside.marketer, now=NOW)
    PeopleImport.objects.filter(pk=made.pk).update(encoding="no such encoding")
    with pytest.raises(LookupError):
        operations.run_people_import(workspace_id=inside.workspace.pk, import_id=made.pk)
    made.refresh_from_db()
    assert (made.state, Person.objects.filter(external_id="C-1").exists()) == (ImportState.FAILED, False)
    PeopleImport.objects.filter(pk=made.pk).update(encoding="utf-8")
    operations.run_people_import(workspace_id=inside.workspace.pk, import_id=made.pk)
    made.refresh_from_db()
    assert (made.state, counts(made)) == (ImportState.DONE, (3, 0, 0))


def test_the_same_file_again_changes_nothing(inside: Cast) -> None:
    take_in(inside)
    before = list(Person.objects.order_by("id").values())
    again = take_in(inside)
    assert counts(again) == (0, 0, 0)
    assert list(Person.objects.order_by("id").values()) == before
    assert (Identity.objects.count(), ConsentEntry.objects.count()) == (8, 1)


def test_a_changed_file_updates_by_number_or_address_and_empty_cells_erase_nothing(inside: Cast) -> None:
    take_in(inside)
    text = "email,name,external id,city\nhaneul@example.com,김하늘별,,\nnew@example.com,,C-2,대구\n"
    made = take_in(inside, text)
    assert counts(made) == (0, 2, 0)
    assert list(Person.objects.order_by("external_id").values_list("name", "email", "city", "address"))[:2] == [
        ("김하늘별", "haneul@example.com", "서울", "서울시 종로구 1"),
        ("이도윤", "new@example.com", "대구", "부산시 2"),
    ]
    changed = Person.objects.get(external_id="C-1").pk
    assert SearchKey.objects.values_list("name", "rest", "phone_end").get(pk=changed) == ("김하늘별", "하늘별", "5678")
    assert list(SearchTail.objects.filter(pk=changed).values_list("tail", flat=True)) == ["늘별"]


BAD = """이름,이메일,휴대폰,생일,동의,동의일
김하늘,haneul(at)example.com,010-12,1990-13-01,maybe,어제
이도윤,,,,,
박서연,seoyeon@example.com,,,,
박서연,SEOYEON@example.com,,,,
최민준 900101-1234567,minjun@example.com,,,,
"정지우,jiwoo@example.com,,,,
=cmd()|' /C calc'!A0,cmd@example.com,,,,
강수아,sua@example.com,,
"""


def test_every_problem_is_listed_by_line_before_anything_is_written(inside: Cast) -> None:
    made = upload(inside, BAD)
    mapping = dict(enumerate(["name", "email", "phone", "born_on", "consent_email", "consent_at"]))
    operations.check_people_import(people_import=made, mapping={str(n): key for n, key in mapping.items()}, now=NOW)
    assert problems(made) == [
        (2, "bad_consent", "동의"),
        (2, "bad_date", "동의일"),
        (2, "bad_date", "생일"),
        (2, "bad_email", "이메일"),
        (2, "bad_phone", "휴대폰"),
        (3, "missing_identity", ""),
        (6, "resident_number", ""),
        (7, "broken_quotes", ""),
        (9, "wrong_column_count", ""),
    ]
    assert (made.state, counts(made)) == (ImportState.CHECKED, (2, 1, 5))
    assert not Person.objects.exists()


def test_sound_lines_are_taken_and_bad_ones_left_out(inside: Cast) -> None:
    made = take_in(inside, BAD.replace("동의,동의일", "메모,기타"))
    assert counts(made) == (2, 1, 5)
    assert list(Person.objects.order_by("email").values_list("name", "email")) == [
        ("=cmd()|' /C calc'!A0", "cmd@example.com"), ("박서연", "seoyeon@example.com"),
    ]  # fmt: skip


def test_resident_registration_numbers_are_never_kept(inside: Cast) -> None:
    made = upload(inside, BAD)
    operations.check_people_import(people_import=made, now=NOW)
    kept = bytes(ImportPiece.objects.get(people_import=made).content).decode()
    assert "1234567" not in kept
    assert "900101-*******" in kept
    assert ImportProblem.objects.get(people_import=made, code="resident_number").text == (
        "최민준 900101-*******,minjun@example.com,,,,"
    )


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "cp949"])
@pytest.mark.parametrize("newline", ["\n", "\r\n"])
def test_any_encoding_gives_the_same_people(inside: Cast, encoding: str, newline: str) -> None:
    made = take_in(inside, FILE.replace("\n", newline).encode(encoding))
    assert (made.encoding, counts(made)) == (encoding, (3, 0, 0))
    assert set(Person.objects.values_list("name", flat=True)) == {"김하늘", "이도윤", "Dana Park"}


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "The file is empty."),
        (b" \n \n", "The file is empty."),
        (b"name,email\n", "The file needs a header and at least one line below it."),
        (b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00", "The spreadsheet cannot be opened."),
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00", "This is neither a table nor a text file."),
    ],
)
def test_what_is_no_table_is_refused_with_a_reason(inside: Cast, content: bytes, message: str) -> None:
    with pytest.raises(UnableToImport, match=message):
        upload(inside, content)
    assert not PeopleImport.objects.exists()


def test_a_mapping_must_tell_people_apart_and_mean_something(inside: Cast) -> None:
    made = upload(inside, "name,email\nDana,dana@example.com\n")
    for mapping in ({"0": "name"}, {"0": "email", "1": "email"}, {"0": "nonsense", "1": "email"}):
        with pytest.raises(UnableToImport):
            operations.check_people_import(people_import=made, mapping=mapping, now=NOW)


def test_a_run_needs_a_check_and_a_sound_line(inside: Cast) -> None:
    made = upload(inside, "name,email\nDana,nowhere\n")
    with pytest.raises(UnableToImport, match="Check the file first"):
        operations.start_people_import(people_import=made, member=inside.marketer, now=NOW)
    operations.check_people_import(people_import=made, now=NOW)
    with pytest.raises(UnableToImport, match="No line of this file"):
        operations.start_people_import(people_import=made, member=inside.marketer, now=NOW)


def test_an_address_of_somebody_else_is_refused(inside: Cast) -> None:
    take_in(inside)
    made = take_in(inside, "고객번호,이메일\nC-2,haneul@example.com\nC-9,haneul@example.com\nC-8,new@example.com\n")
    assert problems(made) == [(2, "taken_email", ""), (3, "taken_email", "")]
    assert counts(made) == (1, 0, 2)
    lone = take_in(inside, "고객번호,이메일\nC-9,haneul@example.com\nC-8,new@example.com\n")
    assert problems(lone) == [(2, "taken_email", "")]


def test_a_family_may_share_a_phone(inside: Cast) -> None:
    made = take_in(inside, "name,email,phone\n김하늘,a@example.com,010-1111-2222\n김도윤,b@example.com,010-1111-2222\n")
    assert counts(made) == (2, 0, 0)
    assert set(Person.objects.values_list("phone", flat=True)) == {"+821011112222"}
    assert Identity.objects.get(kind="phone").person.name == "김하늘"


def test_the_address_of_a_desk_and_the_shared_number_recognise_nobody(inside: Cast) -> None:
    office = make_person(inside.jieun, name="대표번호", phone="")
    add_way(row=office, kind=ContactKind.PHONE, value="02-312-3456", is_shared=True, now=NOW)
    text = (
        "고객번호,이름,이메일,전화\nC-1,김하늘,info@example.com,02-312-3456\nC-2,이도윤,info@example.com,\n"
        ",박민준,info@example.com,\n,최서연,,02-312-3456\n,한지우,sales@example.com,010-1234-5678\n"
    )
    for expected in ((3, 0, 2), (0, 0, 2)):
        made = take_in(inside, text)
        assert counts(made) == expected
        assert problems(made) == [(4, "shared_address", ""), (5, "shared_address", "")]
    found = Person.objects.filter(origin="import").order_by("name").values_list("name", "email", "phone")
    assert list(found) == [
        ("김하늘", "info@example.com", "+8223123456"),
        ("이도윤", "info@example.com", ""),
        ("한지우", "sales@example.com", "+821012345678"),
    ]
    led = Identity.objects.exclude(person=office).order_by("kind", "value").values_list("kind", "value")
    assert list(led) == [("external_id", "C-1"), ("external_id", "C-2"), ("phone", "+821012345678")]


def test_two_keys_of_one_person_are_written_in_order(inside: Cast) -> None:
    take_in(inside)
    made = take_in(inside, "고객번호,이메일,도시\nC-1,,인천\n,haneul@example.com,광주\n")
    assert counts(made) == (0, 2, 0)
    assert Person.objects.get(external_id="C-1").city == "광주"


def test_a_consent_column_writes_the_ledger_with_its_line(inside: Cast) -> None:
    made = take_in(inside)
    entry = ConsentEntry.objects.get()
    assert entry.person.external_id == "C-1"
    assert (entry.purpose, entry.channel, entry.state, entry.source, entry.at, entry.by_id) == (
        "marketing", "email", "given", "import", made.created_at, inside.marketer.pk,
    )  # fmt: skip
    assert entry.evidence == {"import": str(made.pk), "file": "people.csv", "line": 2}
    assert Consent.objects.count() == 1


def test_a_declared_statement_writes_the_ledger_for_everybody_but_those_who_refused(inside: Cast) -> None:
    take_in(inside, consent=STATEMENT)
    rows = ConsentEntry.objects.order_by("person__external_id").values_list(
        "person__external_id", "wording_version", "source", "at"
    )
    day = datetime(2026, 10, 31, 15, 0, tzinfo=UTC)
    assert list(rows) == [("C-1", "2026-03", "paper form", day), ("C-3", "2026-03", "paper form", day)]
    take_in(inside, consent=STATEMENT)
    assert ConsentEntry.objects.count() == 2


def test_an_old_statement_never_reopens_a_later_withdrawal(inside: Cast) -> None:
    take_in(inside, consent=STATEMENT)
    person = Person.objects.get(external_id="C-1")
    operations.withdraw_consent(person=person, channel="email", purpose="marketing", at=NOW, source="one click")
    take_in(inside, consent=STATEMENT)
    assert Consent.objects.get(person=person).state == "withdrawn"
    assert ConsentEntry.objects.count() == 3


def test_a_no_in_the_file_withdraws_what_stood(inside: Cast) -> None:
    person = make_person(inside.jieun, email="doyun@example.com")
    operations.give_consent(
        person=person, channel="email", purpose="marketing", at=NOW - timedelta(days=900), source="form"
    )
    take_in(inside, FILE.replace("C-2", ""))
    assert Consent.objects.get(person=person).state == "withdrawn"


@pytest.mark.parametrize(
    ("statement", "message"),
    [
        (ConsentStatement(channels=("email",)), "Say when, where"),
        (ConsentStatement(at="2026-12-24"), "lies in the future"),
    ],
)
def test_a_statement_must_be_complete(inside: Cast, statement: ConsentStatement, message: str) -> None:
    made = upload(inside)
    with pytest.raises(UnableToImport, match=message):
        operations.check_people_import(people_import=made, consent=statement, now=NOW)


def test_another_workspace_gets_people_of_its_own(cast: Cast) -> None:
    with tenancy.workspace(cast.workspace.pk):
        take_in(cast)
    with tenancy.workspace(cast.other_workspace.pk):
        assert (PeopleImport.objects.count(), ImportProblem.objects.count(), SearchKey.objects.count()) == (0, 0, 0)
        made = operations.upload_people(member=cast.lee, file_name="lee.csv", content=FILE.encode(), now=NOW)
        operations.check_people_import(people_import=made, now=NOW)
        assert counts(made) == (3, 0, 0)


def test_deleted_people_leave_the_search_index(inside: Cast) -> None:
    take_in(inside)
    Person.objects.filter(external_id="C-1").delete()
    assert not SearchKey.objects.filter(rest="하늘").exists()


def test_chunks_give_the_same_people_as_one(inside: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 2)
    assert counts(take_in(inside, BAD)) == (2, 1, 5)


def test_a_check_that_fails_gives_the_file_back(inside: Cast) -> None:
    made = upload(inside)
    operations.plan_people_import(people_import=made, member=inside.marketer, now=NOW)
    PeopleImport.objects.filter(pk=made.pk).update(encoding="no such encoding")
    with pytest.raises(LookupError):
        operations.review_people_import(workspace_id=inside.workspace.pk, import_id=made.pk, token=made.batch)
    made.refresh_from_db()
    assert made.state == ImportState.UPLOADED
    with pytest.raises(UnableToImport, match="Check the file first"):
        operations.resume_people_import(people_import=made, member=inside.marketer)


def test_new_choices_end_the_check_of_the_old_ones(inside: Cast) -> None:
    made = upload(inside)
    operations.plan_people_import(people_import=made, member=inside.marketer, now=NOW)
    old = made.batch
    operations.plan_people_import(people_import=made, member=inside.marketer, now=NOW)
    operations.review_people_import(workspace_id=inside.workspace.pk, import_id=made.pk, token=old)
    made.refresh_from_db()
    assert (made.state, counts(made)) == (ImportState.CHECKING, (0, 0, 0))
    operations.review_people_import(workspace_id=inside.workspace.pk, import_id=made.pk, token=made.batch)
    made.refresh_from_db()
    assert (made.state, counts(made)) == (ImportState.CHECKED, (3, 0, 0))


def test_a_korean_address_fills_the_empty_city_and_postal_code(inside: Cast) -> None:
    text = (
        "고객번호,이름,주소,도시\nC-1,김하늘,(04524) 서울특별시 중구 세종대로 110,\n"
        "C-2,이도윤,경기도 성남시 분당구 불정로 6,분당\nC-3,Dana,12 Main Street,\nC-4,박민준,서울,\n"
    )
    known = make_person(inside.jieun, name="최서연", external_id="C-5", origin="import", city="", postal_code="")
    decided = make_person(inside.jieun, name="한지우", external_id="C-6", origin="import", city="제주", postal_code="")
    for person in (known, decided):
        Identity.objects.create(workspace=inside.workspace, person=person, kind="external_id", value=person.external_id)
    text += "C-5,최서연,부산광역시 해운대구 센텀중앙로 79,\nC-6,한지우,(48058) 부산광역시 해운대구 센텀중앙로 79,\n"
    take_in(inside, text)
    found = Person.objects.order_by("external_id").values_list("external_id", "city", "postal_code", "country")
    assert list(found) == [
        ("C-1", "서울", "04524", "KR"),
        ("C-2", "분당", "", "KR"),
        ("C-3", "", "", ""),
        ("C-4", "", "", ""),
        ("C-5", "부산", "", known.country),
        ("C-6", "제주", "48058", decided.country),
    ]
    assert counts(take_in(inside, text)) == (0, 0, 0)
