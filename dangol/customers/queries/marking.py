"""Which part of a name or address is the one that was typed."""

from collections.abc import Callable, Iterator, Sequence

from dangol.customers.enums import FoundBy
from dangol.customers.name_keys import name_key
from dangol.customers.queries.ways import Question
from dangol.kit.korean import initials

Marked = Sequence[tuple[str, bool]]
"""A text in parts, and of each whether it is the one that was typed."""


def marked(text: str, question: Question, by: FoundBy) -> Marked:
    """Return the text with the typed part told apart; whole where nothing of it was typed."""
    for typed, letters in _readings(text, question, by):
        joined = "".join(letter for _at, letter in letters)
        begins = joined.find(typed) if typed else -1
        if begins >= 0:
            first, last = letters[begins][0], letters[begins + len(typed) - 1][0]
            parts = ((text[:first], False), (text[first : last + 1], True), (text[last + 1 :], False))
            return [part for part in parts if part[0]]
    return [(text, False)] if text else []


def _readings(text: str, question: Question, by: FoundBy) -> Iterator[tuple[str, list[tuple[int, str]]]]:
    """What may have been typed, beside the letters of the text in the same spelling and where each stands."""
    if by == FoundBy.INITIALS:
        yield question.consonants, _spelled(text, initials)
    elif by == FoundBy.PHONE:
        digits = question.digits
        for typed in (digits, digits.removeprefix("82"), digits.removeprefix("0")):
            yield typed, [(at, letter) for at, letter in enumerate(text) if letter in "0123456789"]
    elif by in {FoundBy.EMAIL, FoundBy.DOMAIN}:
        yield question.text.lower().removeprefix("@"), _spelled(text, str.lower)
    else:
        for typed in (question.key, *question.words):
            yield typed, _spelled(text, name_key)


def _spelled(text: str, spelling: Callable[[str], str]) -> list[tuple[int, str]]:
    return [(at, spelled) for at, letter in enumerate(text) for spelled in spelling(letter)]
