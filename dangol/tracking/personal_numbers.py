"""
Numbers that may not be kept: resident registration numbers (개인정보 보호법 24조의2) and payment cards.

They are struck out of everything that an event carries before it is stored. What is taken for one:

* A resident number is six digits that are a day of birth and seven more. With nothing between the halves the last digit
  must check too, as it does in all numbers given until October 2020: order numbers look much the same. Thirteen digits
  that are a moment in milliseconds of these decades are a moment.
* A card number begins as a card of an issuer does, has that issuer's length, and its last digit fits (Luhn).
"""

import json
import re
from collections.abc import Callable
from datetime import date

from dangol.tracking.enums import WarningKind

SHAPE = bytes(ord("0") if byte in b"0123456789" else ord("x") for byte in range(256))
SEPARATORS = b" -"
LONG = b"0" * 13
"""Thirteen digits in a row, whatever separates them. A fixed text is found many times faster than a pattern."""

FULL_WIDTH = "０".encode()[:2]
ESCAPED = re.compile(r"\\u(?:003|[fF]{2}1)")
"""A digit in the escapes of JSON: `\\u0031`, or full-width `\\uff11`."""

TOKEN = re.compile(r'"(?:[^"\\]|\\.)*"|[-+.\w]+')
RESIDENT = re.compile(r"(?<!\d)(\d{6})([ -]{0,3})(\d{7})(?!\d)")
CARD = re.compile(r"(?<!\d)(?=(\d{4}([ -])\d{4}\2\d{4}\2\d{4}|\d{4}([ -])\d{6}\3\d{5}|\d{14,19})(?!\d))")
"""Looks ahead only: a phone number right before a card must not hide it."""

ISSUED = re.compile(
    r"4\d{15}|5[1-5]\d{14}|2(?:2[2-9]|[3-6]\d|7[01])\d{13}|3[47]\d{13}|3(?:0[0-5]|[68]\d)\d{11}|35(?:2[89]|[3-8]\d)\d{12}"
    r"|6(?:011|4[4-9]\d|5\d\d)\d{12}|62\d{14}(?:\d{3})?|9\d{15}"
)
DIGIT_BEFORE_LAST_FOUR = re.compile(r"\d(?=.*\d{4})")
WEIGHTS = (2, 3, 4, 5, 6, 7, 8, 9, 2, 3, 4, 5)
MOMENTS = range(1_500_000_000_000, 2_000_000_000_000)
Found = Callable[[WarningKind], None]
Strike = Callable[[str, Found], str]
STRUCK_RESIDENT = re.compile(r"\d{6}-\*{7}")


def unnoticed(_kind: WarningKind) -> None:
    """For what is struck out where nobody needs to be told."""


def may_hold_numbers(text: str) -> bool:
    """Whether text or JSON deserves a closer look. Cheap, and never wrong when it says no."""
    told = text.encode(errors="surrogateescape")
    if LONG in told.translate(SHAPE, SEPARATORS) or FULL_WIDTH in told:
        return True
    return b"\\u" in told and ESCAPED.search(text) is not None


def is_resident_number(text: str) -> bool:
    """Whether a whole text is one, or one that was struck out: it names everybody born that day."""
    match = RESIDENT.fullmatch(text)
    return _is_resident(match) if match else STRUCK_RESIDENT.fullmatch(text) is not None


def without_resident_numbers(text: str, found: Found = unnoticed) -> str:
    """Strike the second half of every resident number out of a text; `found` is told of each."""

    def struck(match: re.Match[str]) -> str:
        if not _is_resident(match):
            return match[0]
        found(WarningKind.RESIDENT_NUMBER)
        return f"{match[1]}-*******"

    return RESIDENT.sub(struck, text)


def without_numbers(text: str, found: Found = unnoticed) -> str:
    """Strike every such number out of a text, those of cards too; `found` is told of each."""
    text = without_resident_numbers(text, found)
    for match in CARD.finditer(text):
        if _is_card(_digits(match[1])):
            found(WarningKind.CARD_NUMBER)
            text = text[: match.start(1)] + DIGIT_BEFORE_LAST_FOUR.sub("*", match[1]) + text[match.end(1) :]
    return text


def without_numbers_in_json(text: str, found: Found = unnoticed, strike: Strike = without_numbers) -> str:
    """Do the same to JSON, whole or broken. A number becomes a string; all else stays as it was written."""
    if not may_hold_numbers(text):
        return text
    return TOKEN.sub(lambda token: _struck_token(token[0], found, strike), text)


def without_numbers_in_bytes(body: bytes) -> bytes:
    """Do the same to a call as it came."""
    return without_numbers_in_json(body.decode(errors="surrogateescape")).encode(errors="surrogateescape")


def without_resident_numbers_in_lines(content: bytes) -> bytes:
    """
    Strike resident numbers out of a file of events before it is kept, be its lines rows or JSON.

    Card numbers stay until the events are read: here an id that looks like one would lose what tells it from others.
    """
    lines = content.decode(errors="surrogateescape").split("\n")
    struck = [
        without_numbers_in_json(line, strike=without_resident_numbers)
        if line.lstrip().startswith("{")
        else without_resident_numbers(line)
        for line in lines
    ]
    return "\n".join(struck).encode(errors="surrogateescape")


def _struck_token(token: str, found: Found, strike: Strike) -> str:
    if not may_hold_numbers(token):
        return token
    try:
        text = json.loads(token) if token.startswith('"') else token
    except ValueError:
        text = token
    struck = strike(text, found)
    return token if struck == text else json.dumps(struck, ensure_ascii=False)


def _is_resident(match: re.Match[str]) -> bool:
    digits = _digits(match[0])
    if digits[6] in "09":
        return False
    try:
        born = date((1900 if digits[6] in "1256" else 2000) + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    if born > date.today():  # noqa: DTZ011 - a day more or less does not matter
        return False
    if match[2]:
        return True
    check = (11 - sum(int(digit) * weight for digit, weight in zip(digits, WEIGHTS, strict=False)) % 11) % 10
    return check == int(digits[12]) and int(digits) not in MOMENTS


def _is_card(digits: str) -> bool:
    if not ISSUED.fullmatch(digits):
        return False
    doubled = (sum(divmod(int(digit) * 2, 10)) for digit in digits[-2::-2])
    return (sum(doubled) + sum(int(digit) for digit in digits[-1::-2])) % 10 == 0


def _digits(text: str) -> str:
    """Return the digits of a number as plain ones; Korean keyboards make full-width ones too."""
    return "".join(str(int(sign)) for sign in text if sign.isdecimal())
