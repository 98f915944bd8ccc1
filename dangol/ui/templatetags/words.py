"""Numbers, money and time as a reader of the current language writes them."""

from datetime import date, datetime
from decimal import ROUND_HALF_UP, Decimal
from html import escape
from typing import Any, Final

from django.template import Library
from django.utils import timezone
from django.utils.dates import MONTHS_3
from django.utils.formats import date_format
from django.utils.safestring import SafeString, mark_safe
from django.utils.translation import get_language, gettext, ngettext_lazy

from dangol.kit.pagination import CappedCount
from dangol.kit.phones import dialled

register = Library()

MOST_DIGITS = 24
"""Longer amounts are no money, but some system may tell them; they are written as they are."""

WITHOUT_MINOR_UNIT: Final = frozenset({"KRW", "JPY", "VND", "CLP"})
SYMBOLS: Final = {"KRW": "₩", "USD": "$", "EUR": "€", "JPY": "¥", "GBP": "£", "CNY": "CN¥"}
NOTHING: Final = "—"

Number = int | float | Decimal

MINUTE, HOUR, DAY, MONTH, YEAR = 60, 3600, 86400, 30 * 86400, 365 * 86400
Scale = tuple[tuple[int, Any], ...]
"""Units in seconds, the largest first, with the words for a number `n` of them."""

AGO: Final[Scale] = (
    (YEAR, ngettext_lazy("%(n)d year ago", "%(n)d years ago", "n")),
    (MONTH, ngettext_lazy("%(n)d month ago", "%(n)d months ago", "n")),
    (DAY, ngettext_lazy("%(n)d day ago", "%(n)d days ago", "n")),
    (HOUR, ngettext_lazy("%(n)d hour ago", "%(n)d hours ago", "n")),
    (MINUTE, ngettext_lazy("%(n)d minute ago", "%(n)d minutes ago", "n")),
)
AHEAD: Final[Scale] = (
    (YEAR, ngettext_lazy("in %(n)d year", "in %(n)d years", "n")),
    (MONTH, ngettext_lazy("in %(n)d month", "in %(n)d months", "n")),
    (DAY, ngettext_lazy("in %(n)d day", "in %(n)d days", "n")),
    (HOUR, ngettext_lazy("in %(n)d hour", "in %(n)d hours", "n")),
    (MINUTE, ngettext_lazy("in %(n)d minute", "in %(n)d minutes", "n")),
)


def in_korean() -> bool:
    """Whether the reader reads Korean."""
    return (get_language() or "").startswith("ko")


@register.filter
def money(amount: Number | str | None, currency: str = "KRW") -> str:
    """Write an amount: 12,000원 or ₩12,000, $12.50. Korean won and yen have no minor unit."""
    if amount is None or amount == "":
        return NOTHING
    code = (currency or "KRW").upper()
    unit = Decimal(1) if code in WITHOUT_MINOR_UNIT else Decimal("0.01")
    value = Decimal(str(amount))
    if value.adjusted() < MOST_DIGITS:
        value = value.quantize(unit, ROUND_HALF_UP)
    sign, digits = ("−" if value < 0 else ""), f"{abs(value):,f}"
    if code == "KRW" and in_korean():
        return f"{sign}{digits}원"
    return f"{sign}{SYMBOLS[code]}{digits}" if code in SYMBOLS else f"{sign}{digits} {code}"


@register.filter
def count(number: Number | None) -> str:
    """Write a count with thousands."""
    return NOTHING if number is None or number == "" else f"{Decimal(str(number)):,.0f}"


@register.filter
def capped(counted: CappedCount | None) -> str:
    """Write a count that may have stopped counting: 10,000+."""
    return NOTHING if counted is None else f"{counted.value:,}{'+' if counted.is_capped else ''}"


@register.filter
def phone(number: str) -> str:
    """Write a phone number as people dial it."""
    return dialled(number)


@register.filter
def percent(share: Number | None, digits: int | None = None) -> str:
    """Write a share (0.123) as 12.3%; one digit below ten per cent, none above, unless `digits` says so."""
    if share is None or share == "":
        return NOTHING
    value = Decimal(str(share)) * 100
    if digits is None:
        digits = 1 if value % 1 and abs(value) < 10 else 0  # noqa: PLR2004 - two digits are enough to read
    return f"{value.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP):,}%"


@register.filter
def when(moment: datetime | date | None) -> SafeString | str:
    """Write a day, or a moment in the active time zone, as short as it stays clear; the full form is the title."""
    if moment is None or moment == "":
        return NOTHING
    local = _local(moment)
    shown = _day(local)
    if isinstance(local, datetime):
        shown = f"{shown} {local:%H:%M}" if in_korean() else f"{shown}, {local:%H:%M}"
    return _time_element(moment, local, shown)


@register.filter
def day(moment: datetime | date | None) -> SafeString | str:
    """Write the day of a moment in the active time zone."""
    if moment is None or moment == "":
        return NOTHING
    local = _local(moment)
    return _time_element(moment, local, _day(local))


@register.filter
def today(moment: datetime) -> str:
    """Write a day with its weekday, as the heading of a page about that day."""
    return date_format(_local(moment), "Y년 n월 j일 l" if in_korean() else "l, j F Y", use_l10n=False)


@register.filter
def ago(moment: datetime | None) -> SafeString | str:
    """Write how long ago something was, or how soon it will be, in its largest unit."""
    if moment is None or moment == "":
        return NOTHING
    seconds = (timezone.now() - moment).total_seconds()
    if abs(seconds) < MINUTE:
        return _time_element(moment, _local(moment), gettext("just now"))
    return _time_element(moment, _local(moment), _in_largest_unit(int(abs(seconds)), AGO if seconds > 0 else AHEAD))


def _in_largest_unit(seconds: int, scale: Scale) -> str:
    """Say a length of time in the largest unit that fits into it, at least one minute."""
    unit, words = next(step for step in scale if seconds >= step[0])
    return str(words % {"n": seconds // unit})


def _local(moment: datetime | date) -> datetime | date:
    return timezone.localtime(moment) if isinstance(moment, datetime) and timezone.is_aware(moment) else moment


def _day(local: datetime | date) -> str:
    today = datetime.now(local.tzinfo) if isinstance(local, datetime) else timezone.localdate()
    this_year = local.year == today.year
    if in_korean():
        shown = f"{local.month}월 {local.day}일"
        return shown if this_year else f"{local.year}년 {shown}"
    shown = f"{local.day} {MONTHS_3[local.month].title()}"
    return shown if this_year else f"{shown} {local.year}"


def _time_element(moment: datetime | date, local: datetime | date, shown: str) -> SafeString:
    """Tie what is shown to the exact time. All but the words is digits and signs, so only the words are escaped."""
    full = str(local)
    if isinstance(local, datetime):
        full = f"{full[:16]} {local.tzname() or ''}".strip()
    element = f'<time datetime="{moment.isoformat()}" title="{full}">{escape(shown)}</time>'
    return mark_safe(element)  # noqa: S308 - see above
