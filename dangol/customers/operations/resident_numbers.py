"""Resident registration numbers, which nobody may keep without a statute (개인정보 보호법 24조의2)."""

import re
from datetime import date

PATTERN = re.compile(r"(?<!\d)(\d{6})(-?)([0-9])\d{6}(?!\d)")
IN_BYTES = re.compile(rb"(?<!\d)(\d{6})(-?)([0-9])\d{6}(?!\d)")
MASKED = re.compile(r"(?<!\d)\d{6}-\*{7}")
CENTURIES = {
    "9": 1800,
    "0": 1800,
    "1": 1900,
    "2": 1900,
    "5": 1900,
    "6": 1900,
    "3": 2000,
    "4": 2000,
    "7": 2000,
    "8": 2000,
}


def holds_resident_number(text: str) -> bool:
    """Whether a text holds such a number, or one that was struck out by `without_resident_numbers`."""
    return MASKED.search(text) is not None or any(_is_birth_date(match) for match in PATTERN.finditer(text))


def without_resident_numbers(text: str) -> str:
    """Strike the secret half of every such number out: 900101-*******."""
    return PATTERN.sub(lambda match: f"{match[1]}-*******" if _is_birth_date(match) else match[0], text)


def without_resident_numbers_in_bytes(content: bytes) -> bytes:
    """Do the same to a text in any encoding that contains ASCII."""
    return IN_BYTES.sub(lambda match: match[1] + b"-*******" if _is_birth_date(match) else match[0], content)


def _is_birth_date(match: re.Match[str] | re.Match[bytes]) -> bool:
    digits, century = (str(part, "ascii") if isinstance(part, bytes) else part for part in (match[1], match[3]))
    try:
        date(CENTURIES[century] + int(digits[:2]), int(digits[2:4]), int(digits[4:6]))
    except ValueError:
        return False
    return True
