"""Files of things of the workspace's own, and cells that name people, companies and things."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from dangol.customers import operations
from dangol.customers.enums import ImportState
from dangol.customers.models import (
    Change,
    Company,
    CustomObject,
    CustomRecord,
    ImportLeftover,
    ImportProblem,
    PeopleImport,
    Person,
    RecordLink,
)
from dangol.customers.operations import (
    FieldDetails,
    ObjectDetails,
    UnableToImport,
    archive_object,
    define_field,
    define_object,
    undo_batch,
)
from dangol.customers.operations.imports import running
from dangol.customers.queries import search
from dangol.kit import tenancy
from dangol.kit.ids import uuid7
from dangol.workspaces.models import Member
from tests.factories import NOW
from tests.people import Cast

SignIn = Callable[[Member], Client]
CONTRACTS = "record:계약"
PEOPLE = (
    "고객번호,이름,이메일,휴대폰\nC-1,김하늘,haneul@example.com,010-1111-2222\nC-2,이도윤,doyun@example.com,\n"
    "C-3,박서연,,010-3333-4444\n"
)
COMPANIES = "거래처코드,회사명,사업자등록번호\nB-1,㈜한빛,220-81-62517\nB-2,단골상사,\n"
HEADER = "계약번호,계약명,금액,고객 이메일,거래처,담당자"
FIRST = f"{HEADER}\nK-1,가을 납품,1000,haneul@example.com,㈜한빛,jieun@example.com\nK-2,겨울 납품,,010-3333-4444,,\n"
SECOND = f"{HEADER}\nK-1,가을 납품 연장,2000,C-2,,\nK-2,겨울 납품,500,,,\nK-3,봄 납품,300,,220-81-62517,\n"
TABLES = (
    "customers_customrecord", "customers_recordlink", "customers_fieldvalue", "customers_searchkey",
    "customers_searchtail", "customers_person", "customers_company", "customers_identity",
)  # fmt: skip


def contracts(member: Member, *fields: tuple[str, str, str]) -> CustomObject:
    made = define_object(member=member, details=ObjectDetails(label="계약", plural="계약들"), now=NOW)
    for label, kind, target in (("금액", "number", ""), *fields):
        details = FieldDetails(label=label, kind=kind, target=target)
        define_field(member=member, object=made.key, details=details, now=NOW)
    return made


def take_in(member: Member, text: str, target: str = CONTRACTS, **options: Any) -> PeopleImport:
    made = operations.upload_people(member=member, file_name="f.csv", content=text.encode(), now=NOW, target=target)
    operations.check_people_import(people_import=made, now=NOW, options=options)
    foreseen = made.created_count, made.rejected_count
    operations.start_people_import(people_import=made, member=member, now=NOW)
    operations.run_people_import(workspace_id=member.workspace_id, import_id=made.pk)
    made.refresh_from_db()
    assert made.state == ImportState.DONE
    assert (made.created_count, made.rejected_count) == foreseen
    return made


def take_back(member: Member, made: PeopleImport) -> None:
    operations.undo_people_import(people_import=made, member=member)
    operations.take_import_back(workspace_id=member.workspace_id, import_id=made.pk)
    made.refresh_from_db()
    assert made.state == ImportState.UNDONE


def affected() -> dict[str, Any]:
    hashes = {}
    with connection.cursor() as cursor:
        for table in TABLES:
            text = "(to_jsonb(t) - 'updated_at')::text"
            cursor.execute(f"SELECT count(*), md5(string_agg({text}, '' ORDER BY {text})) FROM {table} t")
            hashes[table] = cursor.fetchone()
    return hashes


def kept() -> list[tuple[str, str, Any]]:
    rows = CustomRecord.objects.order_by("external_id", "id").values_list("external_id", "name", "fields")
    return [(number, name, fields.get("금액")) for number, name, fields in rows]


def owners() -> set[tuple[str, str]]:
    found = RecordLink.objects.values_list("record__external_id", "person__name", "company__name")
    return {(number, person or company) for number, person, company in found}


@pytest.fixture
def shop(inside: Cast) -> Cast:
    take_in(inside.marketer, PEOPLE, "people")
    take_in(inside.marketer, COMPANIES, "companies")
    contracts(inside.admin)
    return inside


def test_korean_titles_are_understood(shop: Cast) -> None:
    made = operations.upload_people(
        member=shop.marketer, file_name="f.csv", content=FIRST.encode(), now=NOW, target=CONTRACTS
    )
    assert list(made.mapping.values()) == ["external_id", "name", "field:금액", "person", "company", "owner"]
    english = b"Number,Name,Customer e-mail,Company,Owner,Color\nK-1,Autumn,a@example.com,Acme,,red\n"
    made = operations.upload_people(member=shop.marketer, file_name="f.csv", content=english, now=NOW, target=CONTRACTS)
    assert list(made.mapping.values()) == ["external_id", "name", "person", "company", "owner", "field:Color"]


def test_records_are_made_with_those_to_whom_they_belong(shop: Cast) -> None:
    made = take_in(shop.marketer, FIRST)
    assert (made.created_count, made.updated_count, made.rejected_count) == (2, 0, 0)
    assert kept() == [("K-1", "가을 납품", 1000), ("K-2", "겨울 납품", None)]
    assert owners() == {("K-1", "김하늘"), ("K-1", "㈜한빛"), ("K-2", "박서연")}
    first = CustomRecord.objects.get(external_id="K-1")
    assert (first.owner_id, first.origin, first.created_at) == (shop.jieun.pk, "import", NOW)
    assert [hit.title for hit in search(shop.admin, "ㄱㅇㄴㅍ", 5)] == ["가을 납품"]


@pytest.mark.parametrize(
    ("choice", "counts", "records", "added"),
    [
        ("update", (1, 2, 0), [("K-1", "가을 납품 연장", 2000), ("K-2", "겨울 납품", 500), ("K-3", "봄 납품", 300)],
         {("K-1", "이도윤")}),
        ("fill", (1, 1, 1), [("K-1", "가을 납품", 1000), ("K-2", "겨울 납품", 500), ("K-3", "봄 납품", 300)],
         {("K-1", "이도윤")}),
        ("skip", (1, 0, 2), [("K-1", "가을 납품", 1000), ("K-2", "겨울 납품", None), ("K-3", "봄 납품", 300)], set()),
    ],
)  # fmt: skip
def test_lines_about_known_records(
    shop: Cast, choice: str, counts: tuple[int, int, int], records: list[Any], added: set[tuple[str, str]]
) -> None:
    take_in(shop.marketer, FIRST)
    before = owners()
    made = take_in(shop.marketer, SECOND, on_duplicate=choice)
    assert (made.created_count, made.updated_count, made.unchanged_count) == counts
    assert kept() == records
    assert owners() - before == {("K-3", "㈜한빛")} | added
    again = take_in(shop.marketer, SECOND, on_duplicate=choice)
    assert (again.created_count, again.updated_count) == (0, 0)


def test_without_a_number_the_name_tells_and_new_makes_another(shop: Cast) -> None:
    take_in(shop.marketer, "계약명,금액\n가을 납품,1\n겨울 납품,2\n가을 납품,3\n")
    assert sorted(name for _number, name, _sum in kept()) == ["가을 납품", "겨울 납품"]
    take_in(shop.marketer, "계약명,금액\n가을 납품,4\n", on_duplicate="new")
    assert sorted((name, amount) for _number, name, amount in kept()) == [
        ("가을 납품", 3), ("가을 납품", 4), ("겨울 납품", 2),
    ]  # fmt: skip


def test_a_second_record_has_no_number_that_is_taken(shop: Cast) -> None:
    take_in(shop.marketer, FIRST)
    take_in(shop.marketer, "계약번호,계약명\nK-1,둘째\nK-9,셋째\n", on_duplicate="new")
    take_in(
        shop.marketer, "거래처코드,회사명,사업자등록번호\nB-1,한빛 둘,220-81-62517\n", "companies", on_duplicate="new"
    )
    assert {(number, name) for number, name, _sum in kept()} == {
        ("K-1", "가을 납품"), ("K-2", "겨울 납품"), ("", "둘째"), ("K-9", "셋째"),
    }  # fmt: skip
    assert Company.objects.get(name="한빛 둘").external_id == ""


def test_lines_that_name_nobody_are_left_out_by_line_and_column(shop: Cast) -> None:
    gone = Person.objects.get(external_id="C-3")
    operations.move_to_trash(
        workspace_id=shop.workspace.pk, kind="person", ids=[gone.pk], member=shop.admin, now=NOW, batch=uuid7()
    )
    lines = [
        HEADER, "K-1,하나,,nobody@example.com,,", "K-2,둘,,,없는상사,", "K-3,셋,,haneul@example.com,,",
        "K-4,넷,,010-3333-4444,,", "K-5,다섯,,info@example.com,,", "K-6,여섯,많이,x@example.com,단골상사,",
        "K-7,,,,,", ",,5,,,",
    ]  # fmt: skip
    made = take_in(shop.marketer, "\n".join(lines))
    assert (made.created_count, made.rejected_count) == (1, 7)
    found = ImportProblem.objects.filter(people_import=made).order_by("line")
    assert list(found.values_list("line", "code", "column")) == [
        (2, "unknown_link", "고객 이메일"), (3, "unknown_link", "거래처"), (5, "in_trash", "고객 이메일"),
        (6, "shared_address", "고객 이메일"), (7, "bad_field", "금액"), (8, "nameless", ""), (9, "nameless", ""),
    ]  # fmt: skip
    assert owners() == {("K-3", "김하늘")}


def test_a_number_that_lies_in_the_trash_is_told(shop: Cast) -> None:
    take_in(shop.marketer, FIRST)
    record = CustomRecord.objects.get(external_id="K-1")
    operations.delete_record(record=record, member=shop.admin, now=NOW)
    made = take_in(shop.marketer, SECOND)
    assert [problem.code for problem in ImportProblem.objects.filter(people_import=made)] == ["in_trash"]


def test_fields_that_link_are_read_from_whatever_names_one(shop: Cast) -> None:
    for of, label, kind, target in (
        ("person", "추천인", "person", ""), ("person", "첫 계약", "record", "계약"),
        ("company", "담당 고객", "person", ""),
        ("계약", "보증인", "person", ""), ("계약", "중개", "company", ""), ("계약", "이전 계약", "record", "계약"),
    ):  # fmt: skip
        details = FieldDetails(label=label, kind=kind, target=target)
        define_field(member=shop.admin, object=of, details=details, now=NOW)
    take_in(shop.marketer, FIRST)
    one, two = (str(Person.objects.get(external_id=number).pk) for number in ("C-1", "C-2"))
    old = str(CustomRecord.objects.get(external_id="K-1").pk)
    take_in(shop.marketer, f"계약번호,계약명,보증인,중개,이전 계약\nK-9,새 계약,누구 ({two}),220-81-62517,K-1\n")
    firm = str(Company.objects.get(external_id="B-1").pk)
    assert CustomRecord.objects.get(external_id="K-9").fields == {"보증인": two, "중개": firm, "이전_계약": old}
    lines = "고객번호,추천인,첫 계약\nC-3,010-1111-2222,가을 납품\nC-2,아무개,\n"
    made = take_in(shop.marketer, lines, "people")
    assert Person.objects.get(external_id="C-3").fields == {"추천인": one, "첫_계약": old}
    assert [(problem.line, problem.column) for problem in ImportProblem.objects.filter(people_import=made)] == [
        (3, "추천인")
    ]
    take_in(shop.marketer, "거래처코드,담당 고객\nB-1,doyun@example.com\n", "companies")
    assert Company.objects.get(external_id="B-1").fields == {"담당_고객": two}


class Crash(Exception):
    pass


def test_a_run_goes_on_after_a_crash_as_if_nothing_had_happened(shop: Cast, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(running, "CHUNK", 4)
    lines = [HEADER, *(f"K-{n % 11},납품 {n},{n},C-{n % 4},,," for n in range(20))]
    made = operations.upload_people(
        member=shop.marketer, file_name="f.csv", content="\n".join(lines).encode(), now=NOW, target=CONTRACTS
    )
    operations.check_people_import(people_import=made, now=NOW)
    operations.start_people_import(people_import=made, member=shop.marketer, now=NOW)
    steps = 0

    def crash(execute: Any, sql: str, *told: Any) -> Any:
        nonlocal steps
        if "INSERT INTO customers_importstep" in str(sql):
            steps += 1
            if steps == 3:
                raise Crash
        return execute(sql, *told)

    with connection.execute_wrapper(crash), pytest.raises(Crash):
        operations.run_people_import(workspace_id=shop.workspace.pk, import_id=made.pk)
    made.refresh_from_db()
    assert (made.next_line, made.state) == (10, "failed")
    operations.run_people_import(workspace_id=shop.workspace.pk, import_id=made.pk)
    made.refresh_from_db()
    assert (made.created_count, made.updated_count, made.rejected_count) == (11, 4, 5)
    after = kept(), owners()
    take_back(shop.marketer, made)
    assert kept() == []
    take_in(shop.marketer, "\n".join(lines))
    assert (kept(), owners()) == after


@pytest.mark.parametrize("choice", ["update", "fill", "new"])
def test_an_undo_leaves_everything_as_it_was(shop: Cast, choice: str) -> None:
    take_in(shop.marketer, FIRST)
    before = affected()
    made = take_in(shop.marketer, SECOND, on_duplicate=choice)
    assert affected() != before
    signed = Change.objects.filter(batch=made.batch).values_list("reason", "member_id")
    assert set(signed) == {("import", shop.marketer.pk)}
    take_back(shop.marketer, made)
    assert affected() == before
    assert not ImportLeftover.objects.filter(people_import=made).exists()


def test_what_was_touched_since_stays_and_is_listed(shop: Cast) -> None:
    made = take_in(shop.marketer, FIRST)
    record = CustomRecord.objects.get(external_id="K-2")
    RecordLink.objects.create(
        workspace_id=shop.workspace.pk, record=record, person=Person.objects.get(external_id="C-2")
    )
    take_back(shop.marketer, made)
    assert [number for number, _name, _sum in kept()] == ["K-2"]
    left = ImportLeftover.objects.filter(people_import=made).values_list("kind", "object_id", "label")
    assert list(left) == [("record", record.pk, "겨울 납품")]


def test_rows_of_a_source_are_taken_with_so_many_statements(shop: Cast) -> None:
    mapping = {"0": "external_id", "1": "name", "2": "field:금액", "3": "person", "4": "company"}
    counts = []
    for count in (1, 40):
        rows = [[f"S-{count}-{n}", "납품", str(n), "haneul@example.com", "단골상사"] for n in range(count)]
        batch = uuid7()
        for made in (count, 0):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                taken = operations.take_rows(
                    workspace_id=shop.workspace.pk, rows=rows, mapping=mapping, origin="shop", member=shop.admin,
                    now=NOW, batch=batch, target=CONTRACTS,
                )  # fmt: skip
            assert (taken.created, taken.updated, taken.rejected) == (made, 0, 0)
            counts.append(len(queries))
    assert counts == [22, 28, 22, 28]
    assert RecordLink.objects.count() == 82
    undo_batch(workspace_id=shop.workspace.pk, batch=batch, member=shop.admin, now=NOW)
    assert RecordLink.objects.count() == 2


def test_only_objects_in_use_take_files(shop: Cast) -> None:
    archive_object(custom_object=CustomObject.objects.get(), member=shop.admin, now=NOW)
    for target in (CONTRACTS, "record:nothing", "nothing"):
        with pytest.raises(UnableToImport, match="lines of the file"):
            take_in(shop.marketer, FIRST, target)


def test_the_wizard_offers_own_objects_to_importers_of_this_workspace(cast: Cast, client_of: SignIn) -> None:
    with tenancy.workspace(cast.workspace.pk):
        contracts(cast.admin)
    client = client_of(cast.marketer)
    assert '<option value="record:계약">계약들</option>' in client.get("/people/import/").content.decode()
    assert "계약" not in client_of(cast.lee).get("/people/import/").content.decode()

    def sent(who: Client) -> Any:
        file = SimpleUploadedFile("계약.csv", FIRST.encode())
        return who.post("/people/import/", {"file": file, "target": CONTRACTS})

    assert [sent(client_of(who)).status_code for who in (cast.minsu, cast.lee)] == [403, 422]
    answer = sent(client)
    page = client.get(answer["Location"]).content.decode()
    assert '<option value="person" selected>' in page
    assert '<option value="field:금액" selected>' in page
    assert 'name="tags"' not in page
    assert [client_of(who).get(answer["Location"]).status_code for who in (cast.minsu, cast.lee)] == [403, 404]
    with tenancy.workspace(cast.workspace.pk):
        made = PeopleImport.objects.get()
        made.state, made.started_at = ImportState.DONE, NOW
        made.save()
        url = CustomObject.objects.get().get_absolute_url()
    assert f'href="{url}"' in client.get(answer["Location"]).content.decode()
