import pytest

from dangol.kit.jamo import joined, keys_of, slips, split, typed


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("김민수", "ㄱㅣㅁㅁㅣㄴㅅㅜ"),
        ("값", "ㄱㅏㅂㅅ"),
        ("과외", "ㄱㅗㅏㅇㅗㅣ"),
        ("까치", "ㄲㅏㅊㅣ"),
        ("ab 1", "ab 1"),
        ("", ""),
    ],
)
def test_keys_are_what_was_pressed_and_give_the_text_back(text: str, keys: str) -> None:
    assert (keys_of(text), typed(keys)) == (keys, text)


@pytest.mark.parametrize(
    ("keys", "text"),
    [("ㄱㅏㅂㅅㅣ", "갑시"), ("ㅎㅏㄴㅡ", "하느"), ("ㄱㄱ", "ㄱㄱ"), ("ㅏㄱ", "ㅏㄱ"), ("ㄱㅏㄸ", "가ㄸ")],
)
def test_a_consonant_before_a_vowel_begins_the_next_syllable(keys: str, text: str) -> None:
    assert typed(keys) == text


def test_every_syllable_splits_and_joins() -> None:
    syllables = [chr(code) for code in range(0xAC00, 0xD7A4)]
    assert [joined(*split(syllable)) for syllable in syllables] == syllables
    assert [typed(keys_of(syllable)) for syllable in syllables] == syllables


@pytest.mark.parametrize(
    ("wrong", "meant"),
    [
        ("김민슈", "김민수"),
        ("김미수", "김민수"),
        ("김민숫", "김민수"),
        ("김밋누", "김민수"),
        ("긴민수", "김민수"),
        ("fischr", "fischer"),
        ("ficsher", "fischer"),
        ("fischher", "fischer"),
        ("fiscjer", "fischer"),
    ],
)
def test_one_slip_leads_to_what_was_meant(wrong: str, meant: str) -> None:
    assert meant in slips(wrong)


def test_slips_hold_no_lone_consonants_and_not_the_text_itself() -> None:
    meant = slips("김민수")
    assert all("가" <= letter <= "힣" for word in meant for letter in word)
    assert "김민수" not in meant
    assert len(meant) == 184
