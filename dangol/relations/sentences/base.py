"""The base of every sentence, and the register of kinds."""

from abc import ABC, abstractmethod
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, ClassVar
from zoneinfo import ZoneInfo

from dangol.relations.sentences import wording

_kinds: dict[str, "Sentence"] = {}


@dataclass(frozen=True, kw_only=True)
class Telling:
    """One entry on its way to being told: what it holds, and where and on which day the reader stands."""

    kind: str
    at: datetime
    details: dict[str, Any]
    zone: ZoneInfo
    today: date

    def text(self, name: str) -> str:
        """Return one detail as text; a missing one is empty."""
        return str(self.details.get(name) or "")

    def number(self, name: str) -> int:
        """Return one detail as a whole number; a missing one is zero."""
        return int(self.details.get(name) or 0)

    def day(self, language: str, at: datetime | None = None) -> str:
        """Return the day of the entry, or of another moment, without the year when it is this year's."""
        return wording.day((at or self.at).astimezone(self.zone).date(), language, self.today)

    def moment(self, name: str) -> datetime | None:
        """Return one detail as a point in time."""
        return datetime.fromisoformat(self.text(name)) if self.text(name) else None


class Sentence(ABC):
    """How entries of some kinds are told. `kinds` names the values of `StoryEntry.kind`."""

    kinds: ClassVar[tuple[str, ...]]

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        _kinds.update(dict.fromkeys(cls.kinds, cls()))

    @abstractmethod
    def korean(self, telling: Telling) -> str:
        """Tell what happened in Korean, without the day."""

    @abstractmethod
    def english(self, telling: Telling) -> str:
        """Tell what happened in English, without the day."""


def kinds() -> frozenset[str]:
    """Every kind of entry that somebody can tell."""
    return frozenset(_kinds)


def tell(telling: Telling, language: str) -> str:
    """
    Return the entry as one or two sentences that start with its day.

    :raises KeyError: if nobody tells entries of this kind; `write_story` does not let them in
    """
    sentence = _kinds[telling.kind]
    if language == "ko":
        return f"{telling.day('ko')}, {sentence.korean(telling)}"
    return f"{telling.day('en')}: {sentence.english(telling)}"
