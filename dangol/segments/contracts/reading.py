"""Strict reading of a definition's JSON: every wrong part is named by its path, in the reader's language."""

import datetime as dt
import math
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.segments.contracts.subject import Subject

Path = tuple[str | int, ...]

ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")
LARGEST_NUMBER = 10**12


@dataclass(frozen=True)
class Problem:
    """One thing that is wrong, and where: `("conditions", 0, "days")`."""

    path: Path
    message: str

    def __str__(self) -> str:
        place = "".join(f"[{part}]" if isinstance(part, int) else f".{part}" for part in self.path).lstrip(".")
        return f"{place}: {self.message}" if place else self.message


class InvalidDefinition(OperationError):
    """The definition of a segment cannot be understood."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = tuple(problems)


class JsonObject:
    """
    One JSON object, read key by key. `finish` refuses what nobody asked for.

    Every reader raises `InvalidDefinition` with the path of the key.
    """

    def __init__(self, data: object, path: Path = (), about: Subject = Subject.PERSON) -> None:
        self.path = path
        self.about = about
        if not isinstance(data, Mapping):
            raise self._wrong(None, _("A condition is expected here."))
        self._data: Mapping[str, Any] = data
        self._read: set[str] = {"kind"}

    def has(self, key: str) -> bool:
        """Whether the key is there with something in it."""
        return self._data.get(key) not in (None, "")

    def text(self, key: str, *, longest: int = 200) -> str:
        """A text with at least one visible letter."""
        value = self._get(key)
        if not isinstance(value, str) or not value.strip():
            raise self._wrong(key, _("Enter a text."))
        if len(value) > longest or "\x00" in value:
            raise self._wrong(key, _("Enter at most %(longest)s letters.") % {"longest": longest})
        return value.strip()

    def choice(self, key: str, options: Collection[str]) -> str:
        """One of the given words."""
        value = self._get(key)
        if not isinstance(value, str) or value not in options:
            raise self._wrong(key, _("Choose one of the options."))
        return value

    def whole(self, key: str, *, least: int, most: int) -> int:
        """A whole number within bounds, both included."""
        value = self._get(key)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise self._wrong(
                key, _("Enter a whole number from %(least)s to %(most)s.") % {"least": least, "most": f"{most:,}"}
            )
        return value

    def number(self, key: str) -> Decimal:
        """A number of at most twelve digits before the point."""
        value = self._get(key)
        is_number = isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)
        if not is_number or abs(value) >= LARGEST_NUMBER:
            raise self._wrong(key, _("Enter a number."))
        return Decimal(str(value))

    def day(self, key: str) -> dt.date:
        """A date as 2026-01-31."""
        value = self._get(key)
        try:
            return dt.date.fromisoformat(value if ISO_DATE.fullmatch(str(value)) else "")
        except ValueError:
            raise self._wrong(key, _("Enter a date.")) from None

    def id(self, key: str) -> UUID:
        """The id of a row."""
        try:
            return UUID(str(self._get(key)))
        except ValueError:
            raise self._wrong(key, _("Choose one of the options.")) from None

    def ids(self, key: str, *, most: int) -> tuple[UUID, ...]:
        """The ids of at least one row, each once."""
        texts = self.objects(key, most=most) if self.has(key) else []
        try:
            return tuple(dict.fromkeys([UUID(str(text)) for text in texts] or [self.id(key)]))
        except ValueError:
            raise self._wrong(key, _("Choose one of the options.")) from None

    def objects(self, key: str, *, most: int) -> list[Any]:
        """A list of at most so many things."""
        value = self._get(key)
        if not isinstance(value, list):
            raise self._wrong(key, _("A list is expected here."))
        if len(value) > most:
            raise self._wrong(key, _("Use at most %(most)s conditions.") % {"most": most})
        return value

    def object(self, key: str) -> object:
        """Whatever stands there, to be read by another reader."""
        return self._get(key)

    def finish(self) -> None:
        """Refuse keys that no reader asked for: a misspelt condition must not be silently weaker."""
        if unknown := sorted(str(key) for key in set(self._data) - self._read):
            raise self._wrong(unknown[0], _("This condition does not know “%(key)s”.") % {"key": unknown[0]})

    def wrong(self, key: str, message: str) -> InvalidDefinition:
        """Return the refusal of one key, to be raised."""
        return self._wrong(key, message)

    def _get(self, key: str) -> Any:
        self._read.add(key)
        return self._data.get(key)

    def _wrong(self, key: str | None, message: str) -> InvalidDefinition:
        return InvalidDefinition([Problem((*self.path, key) if key is not None else self.path, message)])
