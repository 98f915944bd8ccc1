import pytest

from dangol.kit.text_files import Row, UnreadableText, decoded, delimiter_of, encoding_of, rows

KOREAN = "이름,이메일\n김하늘,haneul@example.com\n이도윤,doyun@example.com\n"


@pytest.mark.parametrize(
    ("content", "encoding"),
    [
        (KOREAN.encode(), "utf-8"),
        (b"name,email\nDana,dana@example.com\n", "utf-8"),
        (KOREAN.encode("utf-8-sig"), "utf-8-sig"),
        (KOREAN.encode("utf-16"), "utf-16"),
        (b"\xfe\xff" + KOREAN.encode("utf-16-be"), "utf-16"),
        (KOREAN.encode("utf-16-le"), "utf-16-le"),
        (KOREAN.encode("utf-16-be"), "utf-16-be"),
        (KOREAN.encode("cp949"), "cp949"),
        ("이름\n똠방각하\n".encode("cp949"), "cp949"),
    ],
)
def test_korean_files_are_read_in_whatever_encoding_they_came(content: bytes, encoding: str) -> None:
    assert encoding_of(content) == encoding
    assert decoded(content, encoding).startswith(("이름", "name"))


def test_western_files_are_not_taken_for_korean() -> None:
    text = "nom,ville\nRenée Lefèvre,Orléans\nZoé Müller,Genève\n"
    content = text.encode("cp1252")
    assert decoded(content, encoding_of(content)) == text


@pytest.mark.parametrize(
    "content", [b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00", b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00"]
)
def test_what_is_no_text_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableText):
        encoding_of(content)


@pytest.mark.parametrize(
    ("text", "delimiter"),
    [
        (KOREAN, ","),
        ("a\tb\n1\t2,3\n", "\t"),
        ("a;b;c\n1,5;2,5;3\n", ";"),
        ('a|b\n"x|y"|2\n', "|"),
        ("email\ndana@example.com\n", ","),
        ("", ","),
    ],
)
def test_the_delimiter_is_found(text: str, delimiter: str) -> None:
    assert delimiter_of(text) == delimiter


def test_rows_carry_the_line_on_which_they_begin() -> None:
    text = 'name,note\nDana,"two\nlines, one cell"\n\nLee,"says ""hi"""\n'
    assert [(row.line, row.cells, row.fault) for row in rows(text, ",")] == [
        (1, ["name", "note"], ""),
        (2, ["Dana", "two\nlines, one cell"], ""),
        (5, ["Lee", 'says "hi"'], ""),
    ]


def test_a_quote_that_is_never_closed_costs_one_line() -> None:
    text = 'name,city\n"Dana,Seoul\nLee,Busan\n지은,"부산"\n5" pipe,x\n민수,서울'
    assert list(rows(text, ",")) == [
        Row(1, ["name", "city"], "name,city"),
        Row(2, ['"Dana', "Seoul"], '"Dana,Seoul', "broken_quotes"),
        Row(3, ["Lee", "Busan"], "Lee,Busan"),
        Row(4, ["지은", "부산"], '지은,"부산"'),
        Row(5, ['5" pipe', "x"], '5" pipe,x', "broken_quotes"),
        Row(6, ["민수", "서울"], "민수,서울"),
    ]


def test_cells_are_counted_against_the_header() -> None:
    faults = [(row.line, len(row.cells), row.fault) for row in rows("a,b\n1\n1,2,,\n1,2,3\n", ",")]
    assert faults == [(1, 2, ""), (2, 1, "wrong_column_count"), (3, 2, ""), (4, 3, "wrong_column_count")]
