"""
Makes the ugly spreadsheets of real life in tests/customers/files/: `python -m tests.customers.make_files`.

Each is what a shop really sends: from an old till, from Excel in Korean, from a colleague who merged the titles.
"""
# ruff: noqa: E501 - lines of tables

from datetime import datetime
from pathlib import Path

import xlsxwriter

FILES = Path(__file__).parent / "files"
BEGIN = datetime(2026, 11, 22)  # noqa: DTZ001 - a spreadsheet's own date of making has no zone


def main() -> None:
    """Write every file anew; the same bytes each time."""
    FILES.mkdir(exist_ok=True)
    for name, content in TEXTS.items():
        (FILES / name).write_bytes(content)
    _merged_titles()
    _eaten_numbers()
    _second_sheet()


def _text(*lines: str, encoding: str = "utf-8", newline: str = "\n") -> bytes:
    return (newline.join(lines) + newline).encode(encoding)


WIDE = [f"열{number}" for number in range(1, 199)]
TEXTS = {
    "till-cp949.csv": _text(
        "고객번호,성명,휴대전화,이메일,생년월일,수신동의", "1001,김하늘,010-1234-5678,haneul@example.com,1990-01-31,동의",
        "1002,똠방각하,01098765432,ddom@example.com,900131,거부", "1003,이도윤,,,,", encoding="cp949", newline="\r\n",
    ),
    "excel-bom.csv": _text("이름,이메일", "김하늘,haneul@example.com", encoding="utf-8-sig", newline="\r\n"),
    "unicode-text.txt": _text("이름\t이메일", "김하늘\thaneul@example.com", encoding="utf-16", newline="\r\n"),
    "formulas.csv": _text(
        "이름,이메일,메모", "=cmd|' /C calc'!A0,a@example.com,+1", '"=HYPERLINK(""http://x"",""눌러"")",b@example.com,@SUM(A1)',
        "-2+3,c@example.com,보통",
    ),
    "200-columns.csv": _text(
        ",".join(["이름", "이메일", *WIDE]), ",".join(["김하늘", "haneul@example.com", *map(str, range(198))]),
        ",".join(["이도윤", "doyun@example.com", *[""] * 198]), "짧은줄,short@example.com",
    ),
    "quotes.csv": _text(
        "이름,이메일,메모", '"김, 하늘",a@example.com,"그는 ""안녕"" 했다"', '이도윤,b@example.com,"두 줄', '메모"',
        '박서연,c@example.com,5" 접시', '"최민준,d@example.com,닫히지 않음', "강수아,e@example.com,보통",
    ),
    "dates.csv": _text(
        "이름,이메일,생일", "가,a@example.com,1990-01-31", "나,b@example.com,1990.1.31", "다,c@example.com,1990년 1월 31일",
        "라,d@example.com,19900131", "마,e@example.com,31.01.1990", "바,f@example.com,1/31/1990", "사,g@example.com,32904",
        "아,h@example.com,1990-02-30",
    ),
    "phones-eaten.csv": _text(
        "이름,휴대폰,메모", "가,1012345678,영이 없다", "나,1.012345679E+09,다 있다", "다,1.01235E+09,잘렸다", "라,(010) 1234-5670,",
        "마,+82 10-1234-5671,", "바,전화 없음,",
    ),
    "empty-lines.csv": _text(
        "", "2026년 단골 명단,,", "", "이름,이메일,등급", "", "김하늘,haneul@example.com,금", ",,", "", "이도윤,doyun@example.com,은", "",
    ),
    "semicolons.csv": _text("Name;E-Mail;Umsatz", "Zoé Müller;zoe@example.com;1.234,50", encoding="cp1252"),
    "no-titles.csv": _text("김하늘,haneul@example.com,010-1234-5678", "이도윤,doyun@example.com,010-8765-4321"),
    "resident-numbers.csv": _text(
        "이름,이메일,주민번호", "김하늘,a@example.com,900101-1234567", "이도윤,b@example.com,", "박서연,c@example.com,9001012345678",
    ),
    "salesforce-contacts.csv": _text(
        '"Id","LastName","FirstName","Salutation","AccountName","MailingStreet","MailingCity","MailingPostalCode",'
        '"MobilePhone","Phone","Email","Title","HasOptedOutOfEmail","CreatedDate","SystemModstamp"',
        '"003xx01","Park","Dana","Ms.","Hanbit Inc.","1 Main St\nFloor 2","Austin","73301","+1 202-555-0142","",'
        '"dana@example.com","Buyer","false","2024-05-01T09:00:00.000Z","2024-05-01T09:00:00.000Z"',
    ),
}  # fmt: skip


def _book(name: str) -> xlsxwriter.Workbook:
    book = xlsxwriter.Workbook(FILES / name)
    book.set_properties({"created": BEGIN})
    return book


def _merged_titles() -> None:
    book = _book("merged-titles.xlsx")
    sheet = book.add_worksheet("고객")
    sheet.merge_range("A1:E1", "2026년 고객 현황")
    sheet.merge_range("A2:A3", "이름")
    sheet.merge_range("B2:C2", "연락처")
    sheet.write_row("B3", ["이메일", "휴대폰"])
    sheet.merge_range("D2:D3", "생일")
    sheet.merge_range("E2:E3", "메모")
    sheet.write_row("A4", ["김하늘", "haneul@example.com", "010-1234-5678"])
    sheet.write_datetime("D4", datetime(1990, 1, 31), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001 - a day
    sheet.write_string("E4", "=cmd()")
    sheet.write_row("A5", ["이도윤", "doyun@example.com"])
    sheet.write_number("C5", 1087654321)
    sheet.write_string("E5", "두\n줄")
    sheet.write_row("A7", ["박서연", "seoyeon@example.com", "900101-1234567"])
    book.close()


def _eaten_numbers() -> None:
    book = _book("eaten-numbers.xlsx")
    sheet = book.add_worksheet()
    sheet.write_row("A1", ["고객번호", "이름", "휴대폰", "우편번호", "가입일"])
    sheet.write_row("A2", [1001, "김하늘", 1012345678, 6236])
    sheet.write_datetime("E2", datetime(2024, 5, 1, 9, 30), book.add_format({"num_format": "yyyy-mm-dd hh:mm"}))  # noqa: DTZ001 - Seoul's
    sheet.write_row("A3", [1002, "이도윤", "1.01235E+09", "06236", "2024-05-02"])
    book.close()


def _second_sheet() -> None:
    book = _book("second-sheet.xlsx")
    book.add_worksheet("표지")
    sheet = book.add_worksheet("거래처")
    sheet.write_row("A1", ["상호", "사업자등록번호", "홈페이지", "담당자"])
    sheet.write_row("A2", ["㈜한빛", "220-81-62517", "https://www.hanbit.example/kr", "jieun@example.com"])
    sheet.write_row("A3", ["단골상사", "123-45-67890", "", ""])
    sheet.write_row("A4", ["새벽물산", "", "", "nobody@example.com"])
    book.close()


if __name__ == "__main__":
    main()
