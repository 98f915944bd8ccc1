"""Names taken apart, and how people are addressed."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dangol.kit.names import DOUBLE_SURNAMES, SURNAMES, NameParts, addressed, split_name

SYLLABLES = st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=2).filter(
    lambda name: not name.endswith(("님", "씨"))
)


@pytest.mark.parametrize(
    ("written", "family", "given", "honorific"),
    [
        ("김하늘", "김", "하늘", ""),
        ("김 하늘", "김", "하늘", ""),
        ("김하늘 님", "김", "하늘", "님"),
        ("김하늘님", "김", "하늘", "님"),
        ("김하늘 부장님", "김", "하늘", "부장님"),
        ("박민수 씨", "박", "민수", "씨"),
        ("이솔", "이", "솔", ""),
        ("정예님", "정", "예님", ""),
        ("남궁민수", "남궁", "민수", ""),
        ("황보 관", "황보", "관", ""),
        ("제갈공명", "제갈", "공명", ""),
        ("선우진", "선우", "진", ""),
        ("선우", "선", "우", ""),
        ("독고영재", "독고", "영재", ""),
        ("사공 많은", "사공", "많은", ""),
        ("하늘", "하", "늘", ""),
        ("솔", "", "솔", ""),
        ("Dana Park", "Park", "Dana", ""),
        ("Park, Dana", "Park", "Dana", ""),
        ("Dr. Dana Park", "Park", "Dana", "Dr."),
        ("mr Lee", "Lee", "", "Mr."),
        ("Vincent van Gogh", "van Gogh", "Vincent", ""),
        ("Mary Ann Smith Jr.", "Smith", "Mary Ann", ""),
        ("Dana", "", "Dana", ""),
        ("", "", "", ""),
    ],
)
def test_a_name_is_taken_apart(written: str, family: str, given: str, honorific: str) -> None:
    parts = split_name(written)
    assert (parts.family, parts.given, parts.honorific) == (family, given, honorific)


@pytest.mark.parametrize(
    ("written", "language", "said"),
    [
        ("김하늘", "ko", "김하늘 님"),
        ("김하늘 부장님", "ko", "김하늘 부장님"),
        ("김하늘", "en", "김하늘"),
        ("Dana Park", "en", "Dana"),
        ("Dana Park", "ko", "Dana Park 님"),
        ("Dr. Dana Park", "en", "Dr. Park"),
        ("", "ko", ""),
        ("", "en", ""),
    ],
)
def test_everybody_is_addressed_as_their_language_does(written: str, language: str, said: str) -> None:
    assert addressed(split_name(written), language) == said


@given(st.sampled_from(sorted(SURNAMES)), SYLLABLES)
def test_a_korean_name_is_put_together_again(family: str, given_name: str) -> None:
    parts = split_name(family + given_name)
    assert parts.whole == family + given_name
    if family + given_name[0] not in DOUBLE_SURNAMES:
        assert parts.family == family


@given(st.sampled_from(sorted(DOUBLE_SURNAMES)), SYLLABLES, st.booleans())
def test_a_surname_of_two_syllables_stays_whole(family: str, given_name: str, apart: bool) -> None:  # noqa: FBT001 - drawn by hypothesis
    assert split_name(f"{family}{' ' if apart else ''}{given_name}") == NameParts(
        family, given_name, "", is_korean=True
    )


@given(st.text(max_size=40))
def test_nothing_that_is_written_makes_it_stumble(text: str) -> None:
    parts = split_name(text)
    assert all(letter in text or letter in "MrsixDPoS. " for letter in parts.honorific)
    addressed(parts, "ko")
    addressed(parts, "en")
