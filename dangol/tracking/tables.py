"""Rows as the pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass

from dangol.tracking.enums import DeadLetterCode
from dangol.tracking.models import DeadLetter

TEXT_SHOWN = 1000


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One dead letter with its reason in words and the beginning of its text."""

    letter: DeadLetter
    reason: str
    text: str
    is_cut: bool


def letter_rows(letters: Iterable[DeadLetter]) -> list[LetterRow]:
    """Decode what can be shown; bytes that are no text become question marks."""
    return [_row(letter) for letter in letters]


def _row(letter: DeadLetter) -> LetterRow:
    body = bytes(letter.body)
    reason = str(DeadLetterCode(letter.code).label) if letter.code in DeadLetterCode.values else letter.code
    return LetterRow(letter, reason, body[:TEXT_SHOWN].decode(errors="replace"), len(body) > TEXT_SHOWN)
