"""Days, amounts, ordinals and lengths of time as Korean and English say them."""

from datetime import date
from decimal import Decimal

from django.utils import translation

from dangol.ui.templatetags.words import money as as_shown

ENGLISH_MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip
ENGLISH_ORDINALS = ("", "first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
KOREAN_ORDINALS = ("", "첫", "두", "세", "네", "다섯", "여섯", "일곱", "여덟", "아홉", "열")
DAYS_IN_WEEK = 7
DAYS_IN_MONTH = 30.4375
DAYS_IN_YEAR = 365.25


def day(value: date, language: str, today: date) -> str:
    """Return '3월 2일' or '2 March', with the year unless it is this one."""
    this_year = value.year == today.year
    if language == "ko":
        return f"{value.month}월 {value.day}일" if this_year else f"{value.year}년 {value.month}월 {value.day}일"
    month_day = f"{value.day} {ENGLISH_MONTHS[value.month - 1]}"
    return month_day if this_year else f"{month_day} {value.year}"


def money(amount: Decimal, currency: str, language: str) -> str:
    """Return an amount as every screen writes it: '12,000원' or '₩12,000'."""
    with translation.override(language):
        return as_shown(amount, currency)


def percent(share: float) -> str:
    """Return '87%'; certainty is left to what has happened."""
    return f"{min(max(round(share * 100), 1), 99)}%"


def korean_ordinal(number: int) -> str:
    """Return '두 번째', from eleven on '11번째'."""
    return f"{KOREAN_ORDINALS[number]} 번째" if number < len(KOREAN_ORDINALS) else f"{number:,}번째"


def english_ordinal(number: int) -> str:
    """Return 'second', from eleven on '11th'."""
    if number < len(ENGLISH_ORDINALS):
        return ENGLISH_ORDINALS[number]
    teens = number % 100 in {11, 12, 13}
    return f"{number:,}{'th' if teens else {1: 'st', 2: 'nd', 3: 'rd'}.get(number % 10, 'th')}"


def length(days: float, language: str) -> str:
    """Return a length of time in the unit that a person would choose: '3주', 'five months' as '5 months'."""
    if days < 2 * DAYS_IN_WEEK:
        return _counted(max(round(days), 1), "일", "day", language)
    if days < 2 * DAYS_IN_MONTH:
        return _counted(round(days / DAYS_IN_WEEK), "주", "week", language)
    if days < 2 * DAYS_IN_YEAR:
        return _counted(round(days / DAYS_IN_MONTH), "개월", "month", language)
    return _counted(round(days / DAYS_IN_YEAR), "년", "year", language)


def sentence_of(text: str) -> str:
    """Return the text with a capital first letter and one full stop."""
    trimmed = text.strip()
    return f"{trimmed[:1].upper()}{trimmed[1:]}" + ("" if trimmed.endswith((".", "!", "?", "…")) else ".")


def _counted(number: int, korean: str, english: str, language: str) -> str:
    if language == "ko":
        return f"{number}{korean}"
    return f"{number} {english}" if number == 1 else f"{number} {english}s"
