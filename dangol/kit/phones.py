"""Phone numbers as people read and dial them."""

import re
from functools import lru_cache

import phonenumbers

KOREAN_MOBILE = re.compile(r"\+8210(\d{4})(\d{4})")
KOREA = 82


def dialled(number: str) -> str:
    """Write a kept number (+821012345678) as 010-1234-5678, one from elsewhere as +1 212-555-0100."""
    if mobile := KOREAN_MOBILE.fullmatch(number):
        return f"010-{mobile[1]}-{mobile[2]}"
    return _spaced(number)


@lru_cache(maxsize=10_000)
def _spaced(number: str) -> str:
    try:
        parsed = phonenumbers.parse(number)
    except phonenumbers.NumberParseException:
        return number
    at_home = parsed.country_code == KOREA
    style = phonenumbers.PhoneNumberFormat.NATIONAL if at_home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(parsed, style)
