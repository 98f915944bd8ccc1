"""Which numbers are struck out of events, and which only look like them. All are made up."""

import json

import pytest

from dangol.tracking.enums import WarningKind
from dangol.tracking.personal_numbers import (
    is_resident_number,
    may_hold_numbers,
    without_numbers,
    without_numbers_in_bytes,
    without_numbers_in_json,
)

CARD = "4111111111111111"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("900101-1234567", "900101-*******"),
        ("주민번호 900101 - 1234567 입니다", "주민번호 900101-******* 입니다"),
        ("９００１０１-１２３４５６７", "９００１０１-*******"),
        ("9001011234568", "900101-*******"),
        (CARD, "************1111"),
        ("4111-1111-1111-1111", "****-****-****-1111"),
        ("010-1234-5678 4111 1111 1111 1111", "010-1234-5678 **** **** **** 1111"),
        ("3782-822463-10005", "****-******-*0005"),
    ],
)
def test_numbers_are_struck_out(told: str, kept: str) -> None:
    assert may_hold_numbers(told)
    assert without_numbers(told) == kept


@pytest.mark.parametrize(
    "told",
    [
        "9001011234567",  # the last digit does not check
        "901301-1234567",  # no such month
        "20231115-0000123",  # an order of a day
        "2311150000123",
        "4111111111111112",
        "2026112300001234",
        "1801013123457",  # a moment of 2027 in milliseconds
        "01012345678",
        "0191f3c2-8a0b-7c3d-9e4f-0123456789ab",
    ],
)
def test_numbers_that_only_look_like_them_stay(told: str) -> None:
    assert without_numbers(told) == told


def test_an_id_is_judged_as_a_whole() -> None:
    assert is_resident_number("900101-1234567")
    assert is_resident_number("900101-*******")
    assert not is_resident_number("customer 900101-1234567")


def test_json_keeps_everything_else_as_it_was_written() -> None:
    seen: list[WarningKind] = []
    rest = f'"big": {"9" * 5001}, "n": 1.10'
    text = f'{{"memo": "\\u0039\\u003001011234568", {rest}, "card": {CARD}, "deep": ["{CARD}"]}}'
    kept = without_numbers_in_json(text, seen.append)
    struck = "************1111"
    assert kept == f'{{"memo": "900101-*******", {rest}, "card": "{struck}", "deep": ["{struck}"]}}'
    assert seen == [WarningKind.RESIDENT_NUMBER, WarningKind.CARD_NUMBER, WarningKind.CARD_NUMBER]


def test_broken_bodies_are_cleaned_too() -> None:
    assert without_numbers_in_bytes(b'{"memo": 900101-1234567 \xff') == b'{"memo": "900101-*******" \xff'
    assert json.loads(without_numbers_in_bytes(b'{"n": 4111111111111111}')) == {"n": "************1111"}
    assert without_numbers_in_bytes(b"\xff{}") == b"\xff{}"
