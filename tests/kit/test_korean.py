import pytest

from dangol.kit.korean import are_initials, bigrams, initials, with_particle


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("김하늘", ["김하", "하늘"]),
        ("Dana Lee", ["da", "an", "na", "le", "ee"]),
        ("이 준", ["이", "준"]),
        ("김하하하", ["김하", "하하"]),
        (
            "kim.haneul_1@example.com",
            ["ki", "im", "ha", "an", "ne", "eu", "ul", "1", "ex", "xa", "am", "mp", "pl", "le", "co", "om"],
        ),
        ("\u1100\u1175\u11b7하", ["김하"]),
        ("", []),
        (" - ", []),
    ],
)
def test_bigrams_are_the_distinct_pairs_of_every_word(text: str, expected: list[str]) -> None:
    assert bigrams(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("김하늘", "ㄱㅎㄴ"),
        ("김 하늘", "ㄱㅎㄴ"),
        ("꽃집 A-1호", "ㄲㅈa1ㅎ"),
        ("ㄳ", "ㄱㅅ"),
        ("ㄱㅎㄴ", "ㄱㅎㄴ"),
        ("Dana Lee", "danalee"),
        ("", ""),
    ],
)
def test_initials_are_the_first_consonants(text: str, expected: str) -> None:
    assert initials(text) == expected


def test_only_bare_consonants_count_as_initials() -> None:
    assert [are_initials(text) for text in ("ㄱㅎㄴ", "ㄳ", "ㄱ ㅎ", "김ㅎ", "", " ", "da")] == [
        True,
        True,
        True,
        False,
        False,
        False,
        False,
    ]


@pytest.mark.parametrize(
    ("word", "particles", "expected"),
    [
        ("단골", "을/를", "단골을"),
        ("나무", "을/를", "나무를"),
        ("김하늘", "은/는", "김하늘은"),
        ("지은", "이/가", "지은이"),
        ("서울", "으로/로", "서울로"),
        ("부산", "으로/로", "부산으로"),
        ("제주", "으로/로", "제주로"),
        ("Dana", "과/와", "Dana와"),
        ("Paul", "으로/로", "Paul로"),
        ("Tom", "은/는", "Tom은"),
        ("10", "을/를", "10을"),
        ("2", "이/가", "2가"),
        ("7", "으로/로", "7로"),
        ("(단골)", "을/를", "(단골)을"),
        ("!", "을/를", "!를"),
    ],
)
def test_the_particle_fits_the_last_sound(word: str, particles: str, expected: str) -> None:
    assert with_particle(word, particles) == expected
