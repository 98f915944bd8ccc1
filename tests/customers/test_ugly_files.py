"""Spreadsheets as they really come: each is taken in right, or refused by line with a reason."""

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from dangol.customers import operations
from dangol.customers.models import Company, ImportProblem, PeopleImport, Person, Relation
from tests.factories import NOW
from tests.people import Cast

FILES = Path(__file__).parent / "files"


def take_in(cast: Cast, name: str, *, target: str = "people", **choices: Any) -> PeopleImport:
    with (FILES / name).open("rb") as file:
        made = operations.upload_people(
            member=cast.marketer, file_name=name, content=iter(lambda: file.read(100), b""), target=target, now=NOW
        )
    operations.check_people_import(people_import=made, now=NOW, **choices)
    checked = problems(made)
    operations.start_people_import(people_import=made, member=cast.marketer, now=NOW)
    operations.run_people_import(workspace_id=cast.workspace.pk, import_id=made.pk)
    made.refresh_from_db()
    assert (made.state, problems(made)) == ("done", checked)
    return made


def problems(made: PeopleImport) -> list[tuple[int, str, str]]:
    found = ImportProblem.objects.filter(people_import=made).order_by("line", "code")
    return list(found.values_list("line", "code", "column"))


def people(*columns: str) -> list[tuple[Any, ...]]:
    return list(Person.objects.order_by("email", "phone").values_list(*columns))


def test_an_old_till_in_cp949(inside: Cast) -> None:
    made = take_in(inside, "till-cp949.csv")
    assert (made.encoding, problems(made)) == ("cp949", [(3, "bad_date", "생년월일")])
    assert people("external_id", "name", "phone") == [("1003", "이도윤", ""), ("1001", "김하늘", "+821012345678")]


@pytest.mark.parametrize(
    ("name", "encoding", "delimiter"),
    [("excel-bom.csv", "utf-8-sig", ","), ("unicode-text.txt", "utf-16", "\t")],
)
def test_what_excel_saves(inside: Cast, name: str, encoding: str, delimiter: str) -> None:
    made = take_in(inside, name)
    assert (made.encoding, made.delimiter) == (encoding, delimiter)
    assert people("name", "email") == [("김하늘", "haneul@example.com")]


def test_formulas_are_text(inside: Cast) -> None:
    take_in(inside, "formulas.csv")
    assert people("name", "fields") == [
        ("=cmd|' /C calc'!A0", {"메모": "+1"}),
        ('=HYPERLINK("http://x","눌러")', {"메모": "@SUM(A1)"}),
        ("-2+3", {"메모": "보통"}),
    ]  # fmt: skip


def test_two_hundred_columns(inside: Cast) -> None:
    made = take_in(inside, "200-columns.csv")
    assert problems(made) == [(4, "wrong_column_count", "")]
    doyun, haneul = people("name", "fields")
    assert (doyun[1], len(haneul[1]), haneul[1]["열198"]) == ({}, 198, "197")


def test_quotes_and_lines_inside_cells(inside: Cast) -> None:
    made = take_in(inside, "quotes.csv")
    assert problems(made) == [(6, "broken_quotes", "")]
    assert people("name", "fields") == [
        ("김, 하늘", {"메모": '그는 "안녕" 했다'}), ("이도윤", {"메모": "두 줄\n메모"}),
        ("박서연", {"메모": '5" 접시'}), ("강수아", {"메모": "보통"}),
    ]  # fmt: skip


def test_dates_in_seven_ways(inside: Cast) -> None:
    made = take_in(inside, "dates.csv")
    assert problems(made) == [(9, "bad_date", "생일")]
    assert people("born_on") == [(date(1990, 1, 31),)] * 7


def test_phone_numbers_that_a_spreadsheet_ate(inside: Cast) -> None:
    made = take_in(inside, "phones-eaten.csv")
    assert problems(made) == [(4, "eaten_number", "휴대폰"), (7, "bad_phone", "휴대폰")]
    assert people("name", "phone") == [
        ("라", "+821012345670"), ("마", "+821012345671"), ("가", "+821012345678"), ("나", "+821012345679"),
    ]  # fmt: skip


def test_titles_in_the_fourth_line_and_empty_lines(inside: Cast) -> None:
    made = take_in(inside, "empty-lines.csv")
    assert (made.header_line, made.header) == (4, ["이름", "이메일", "등급"])
    assert problems(made) == [(7, "missing_identity", "")]
    assert people("name", "fields") == [("이도윤", {"등급": "은"}), ("김하늘", {"등급": "금"})]


def test_semicolons_from_the_west(inside: Cast) -> None:
    made = take_in(inside, "semicolons.csv")
    assert (made.encoding, made.delimiter) == ("cp1252", ";")
    assert people("name", "fields") == [("Zoé Müller", {"Umsatz": "1.234,50"})]


def test_a_table_without_titles_is_known_by_its_cells(inside: Cast) -> None:
    made = take_in(inside, "no-titles.csv", mapping={"0": "name", "1": "email", "2": "phone"})
    assert made.header_line == 0
    assert people("name", "phone") == [("이도윤", "+821087654321"), ("김하늘", "+821012345678")]


def test_resident_numbers_are_struck_out_and_refused(inside: Cast) -> None:
    made = take_in(inside, "resident-numbers.csv")
    assert problems(made) == [(2, "resident_number", ""), (4, "resident_number", "")]
    texts = ImportProblem.objects.order_by("line").values_list("text", flat=True)
    assert list(texts) == ["김하늘,a@example.com,900101-*******", "박서연,c@example.com,900101-*******"]


def test_an_export_of_salesforce_is_understood(inside: Cast) -> None:
    take_in(inside, "salesforce-contacts.csv")
    (person,) = people("name", "family_name", "honorific", "address", "postal_code", "email", "phone", "external_id")
    assert person == (
        "Dana Park", "Park", "Ms.", "1 Main St\nFloor 2", "73301", "dana@example.com", "+12025550142", "003xx01",
    )  # fmt: skip
    relation = Relation.objects.select_related("target_company").get()
    assert (relation.kind, relation.title, str(relation.target_company)) == ("works_at", "Buyer", "Hanbit Inc.")
    assert Person.objects.get().fields == {}


def test_merged_titles(inside: Cast) -> None:
    made = take_in(inside, "merged-titles.xlsx")
    assert (made.sheets, made.header_line, made.header) == (["고객"], 3, ["이름", "이메일", "휴대폰", "생일", "메모"])
    assert problems(made) == [(7, "resident_number", "")]
    assert people("name", "phone", "born_on", "fields") == [
        ("이도윤", "+821087654321", None, {"메모": "두\n줄"}),
        ("김하늘", "+821012345678", date(1990, 1, 31), {"메모": "=cmd()"}),
    ]


def test_numbers_that_were_text(inside: Cast) -> None:
    made = take_in(inside, "eaten-numbers.xlsx")
    assert problems(made) == [(3, "eaten_number", "휴대폰")]
    ((number, phone, code, since),) = people("external_id", "phone", "postal_code", "first_seen_at")
    assert (number, phone, code, since.isoformat()) == ("1001", "+821012345678", "06236", "2024-05-01T00:30:00+00:00")


def test_companies_on_the_second_sheet(inside: Cast) -> None:
    made = take_in(inside, "second-sheet.xlsx", target="companies")
    assert (made.sheets, made.created_count) == (["거래처"], 1)
    assert problems(made) == [(3, "bad_number", "사업자등록번호"), (4, "unknown_member", "담당자")]
    company = Company.objects.get()
    assert (company.name, company.business_number, company.domain, company.owner_id, company.initials) == (
        "㈜한빛", "2208162517", "hanbit.example", inside.jieun.pk, "ㅎㅂ",
    )  # fmt: skip
    again = take_in(inside, "second-sheet.xlsx", target="companies")
    assert (again.created_count, again.updated_count, again.unchanged_count) == (0, 0, 1)
