"""
What a custom field can hold: one class per kind, which reads what people type and shows what is kept.

What is read is JSON: text, an int or float of at most 15 digits (which a float keeps exactly), a day as 2026-01-31, a
list of choices, true or false, the id of a linked row. `entry` gives the text that reads back to the same value.
"""

import re
import unicodedata
from abc import ABC, abstractmethod
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any, ClassVar, Protocol
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.utils.formats import date_format
from django.utils.translation import gettext as _

from dangol.customers.enums import FieldKind
from dangol.ui.templatetags.words import WITHOUT_MINOR_UNIT, money

TEXT_LENGTH = 500
LONG_TEXT_LENGTH = 10_000
URL_LENGTH = 2000
MOST_DIGITS = 15
MOST_DECIMALS = 9
NUMBER = re.compile(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?")
DAY = re.compile(r"(\d{4})\s*[-./년]\s*(\d{1,2})\s*[-./월]\s*(\d{1,2})\s*[일.]?(?:[ T]\d.*)?|(\d{4})(\d{2})(\d{2})")
BETWEEN_CHOICES = re.compile(r"[,;|\n]")
YES = frozenset(["y", "yes", "true", "t", "1", "o", "○", "v", "✓", "예", "네", "참"])
NO = frozenset(["n", "no", "false", "f", "0", "x", "×", "아니오", "아니요", "거짓"])

FieldJson = str | int | float | bool | list[str] | dict[str, Any] | None


class Unreadable(ValueError):
    """The text is no such value. The message is translated and says what to write."""


class Described(Protocol):
    """What a kind needs to know about its field."""

    choices: list[str]
    former_choices: dict[str, str]
    currency: str


class Kind(ABC):
    """One kind of field."""

    may_be_filtered: ClassVar[bool] = True
    may_be_unique: ClassVar[bool] = False
    may_have_default: ClassVar[bool] = True

    @abstractmethod
    def read(self, field: Described, text: str) -> FieldJson:
        """Read a trimmed text that is not empty. Raises Unreadable."""

    def show(self, field: Described, value: Any) -> str:
        """Say a kept value in the reader's language; what another system wrote here is shown as it is."""
        return value if isinstance(value, str) else str(value)

    def entry(self, field: Described, value: Any) -> str:
        """Return the text that reads back to the value."""
        return value if isinstance(value, str) else str(value)


class Text(Kind):
    """One line."""

    may_be_unique = True

    def read(self, field: Described, text: str) -> FieldJson:
        return limited(" ".join(text.split()), TEXT_LENGTH)


class LongText(Kind):
    """Many lines. Too long to look up."""

    may_be_filtered = False

    def read(self, field: Described, text: str) -> FieldJson:
        return limited(text.replace("\r\n", "\n").replace("\r", "\n"), LONG_TEXT_LENGTH)


class Number(Kind):
    """A number of at most 15 digits, 9 of them behind the point."""

    may_be_unique = True

    def read(self, field: Described, text: str) -> FieldJson:
        plain = unicodedata.normalize("NFKC", text).replace(" ", "").replace("−", "-")
        if not NUMBER.fullmatch(plain):
            raise Unreadable(_("Write a number, like 1234.5."))
        return as_json(Decimal(plain.replace(",", "")))

    def show(self, field: Described, value: Any) -> str:
        number = _decimal(value)
        return str(value) if number is None else f"{number:,f}"

    def entry(self, field: Described, value: Any) -> str:
        number = _decimal(value)
        return str(value) if number is None else f"{number:f}"


class Money(Number):
    """An amount in the field's one currency."""

    may_be_unique = False

    def read(self, field: Described, text: str) -> FieldJson:
        plain = re.sub(rf"[₩$€£¥원]|{re.escape(field.currency)}", "", text, flags=re.IGNORECASE)
        amount = super().read(field, plain.strip())
        if field.currency in WITHOUT_MINOR_UNIT and not isinstance(amount, int):
            raise Unreadable(_("This currency has no smaller unit. Write a whole number."))
        if Decimal(str(amount)).as_tuple().exponent < -2:  # type: ignore[operator] # noqa: PLR2004 - cents; the number is finite
            raise Unreadable(_("Write at most two digits behind the point."))
        return amount

    def show(self, field: Described, value: Any) -> str:
        number = _decimal(value)
        return str(value) if number is None else money(number, field.currency)


class Day(Kind):
    """A calendar day."""

    def read(self, field: Described, text: str) -> FieldJson:
        match = DAY.fullmatch(text)
        if match:
            year, month, day = match.groups()[:3] if match[1] else match.groups()[3:]
            try:
                return date(int(year), int(month), int(day)).isoformat()
            except ValueError:
                pass
        raise Unreadable(_("Write a date, like 2026-12-31."))

    def show(self, field: Described, value: Any) -> str:
        try:
            return date_format(date.fromisoformat(str(value)[:10]))
        except ValueError:
            return str(value)


class Choice(Kind):
    """One of the field's words. Upper and lower case are the same."""

    def read(self, field: Described, text: str) -> FieldJson:
        return chosen(field, text)


class Choices(Kind):
    """Some of the field's words, in the order in which the field lists them."""

    def read(self, field: Described, text: str) -> FieldJson:
        parts = {chosen(field, part.strip()) for part in BETWEEN_CHOICES.split(text) if part.strip()}
        return [choice for choice in field.choices if choice in parts] or None

    def show(self, field: Described, value: Any) -> str:
        return ", ".join(map(str, value)) if isinstance(value, list) else str(value)

    def entry(self, field: Described, value: Any) -> str:
        return self.show(field, value)


class Boolean(Kind):
    """Yes or no."""

    def read(self, field: Described, text: str) -> FieldJson:
        word = text.lower()
        if word in YES or word in NO:
            return word in YES
        raise Unreadable(_("Write yes or no."))

    def show(self, field: Described, value: Any) -> str:
        return {True: _("Yes"), False: _("No")}.get(value, str(value)) if isinstance(value, bool) else str(value)

    def entry(self, field: Described, value: Any) -> str:
        return {True: "yes", False: "no"}.get(value, str(value)) if isinstance(value, bool) else str(value)


class Url(Kind):
    """A web address. Only http and https: anything else could run something."""

    may_be_unique = True

    def read(self, field: Described, text: str) -> FieldJson:
        address = text if re.match("https?://", text, re.IGNORECASE) else f"https://{text}"
        try:
            URLValidator(schemes=["http", "https"])(limited(address, URL_LENGTH))
        except ValidationError:
            raise Unreadable(_("Write a web address, like https://example.com/page.")) from None
        return address


class Link(Kind):
    """The id of another row. Operations look up who is meant by a name or an address."""

    may_have_default = False

    def read(self, field: Described, text: str) -> FieldJson:
        try:
            return str(UUID(text))
        except ValueError:
            raise Unreadable(_("Choose one from the list.")) from None


class File(Kind):
    """A file that is kept with the row: `{"file": id, "name": …, "size": bytes}`."""

    may_be_filtered = False
    may_have_default = False

    def read(self, field: Described, text: str) -> FieldJson:
        raise Unreadable(_("Upload the file on the page of its owner."))

    def show(self, field: Described, value: Any) -> str:
        return str(value.get("name", "")) if isinstance(value, dict) else str(value)

    def entry(self, field: Described, value: Any) -> str:
        return self.show(field, value)


KINDS: dict[str, Kind] = {
    FieldKind.TEXT: Text(),
    FieldKind.LONG_TEXT: LongText(),
    FieldKind.NUMBER: Number(),
    FieldKind.MONEY: Money(),
    FieldKind.DATE: Day(),
    FieldKind.CHOICE: Choice(),
    FieldKind.CHOICES: Choices(),
    FieldKind.BOOLEAN: Boolean(),
    FieldKind.PERSON: Link(),
    FieldKind.COMPANY: Link(),
    FieldKind.RECORD: Link(),
    FieldKind.URL: Url(),
    FieldKind.FILE: File(),
}


def limited(text: str, longest: int) -> str:
    """Return the text unless it is too long."""
    if len(text) > longest:
        raise Unreadable(_("Write at most %(longest)s letters.") % {"longest": f"{longest:,}"})
    return text


def chosen(field: Described, text: str) -> str:
    """Return the choice that is meant, by its name or by the name that it had before."""
    for choice in field.choices:
        if choice == text or choice.casefold() == text.casefold():
            return choice
    if text.casefold() in field.former_choices:
        return field.former_choices[text.casefold()]
    raise Unreadable(_("Choose one of these: %(choices)s") % {"choices": " · ".join(field.choices[:20])})


def as_json(number: Decimal) -> int | float:
    """Return a number that JSON keeps exactly. Raises Unreadable for more digits than that."""
    shown = f"{number.normalize():f}"
    decimals = len(shown.partition(".")[2])
    if len(shown.lstrip("-").replace(".", "").lstrip("0")) > MOST_DIGITS or decimals > MOST_DECIMALS:
        raise Unreadable(_("Write at most 15 digits, 9 of them behind the point."))
    return float(number) if decimals else int(number)


def _decimal(value: Any) -> Decimal | None:
    if isinstance(value, bool):
        return None
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        return None
    return number if number.is_finite() else None
