"""Phone numbers as they are compared and dialled."""

import re
from functools import lru_cache

import phonenumbers

KOREAN_MOBILE = re.compile(r"(?:\+82|0)10(\d{8})")
PUNCTUATION = re.compile(r"[\s().\-]+")


def normalised_phone(text: str, region: str = "KR") -> str:
    """Return a number as +821012345678, or an empty string where it is none; without a country it is the region's."""
    bare = PUNCTUATION.sub("", text)
    if region == "KR" and (mobile := KOREAN_MOBILE.fullmatch(bare)) and bare.isascii():
        return f"+8210{mobile[1]}"
    return _parsed(text.strip(), region)


@lru_cache(maxsize=10_000)
def _parsed(text: str, region: str) -> str:
    try:
        number = phonenumbers.parse(text, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_valid_number(number):
        return ""
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)
