"""What somebody may mean by what they type: each way of finding is one range of one index."""

import re
import unicodedata
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from uuid import UUID

from dangol.customers.enums import FindableKind, FoundBy
from dangol.customers.name_keys import name_key
from dangol.customers.search_index import KEYS, TAILS
from dangol.kit.jamo import FIRST_SYLLABLE, INITIALS, is_jamo, is_syllable, joined, slips, split
from dangol.kit.korean import initials

EXACT, BEGINNING, PART, CONSONANTS, SIMILAR = range(5)
"""How well something fits, best first."""

LAST_LETTER = chr(0x10FFFF)
LONGEST_QUESTION = 100
SCANNED = 1000
RANKS = 100
PHONE_TAIL = 4
FINALS = 28
WORDS = 4
SLIP_SYLLABLES, SLIP_LETTERS, LONGEST_SLIP = 3, 5, 20
NUMBER_DIGITS, BEGUN_NUMBER = 10, 4


@dataclass(frozen=True, kw_only=True)
class Way:
    """
    Rows whose column lies in a range, from `low` to before `high`; without `high` those that equal `low`.

    :param only: a condition that the index serves as well, as SQL
    :param also: a condition on the row as `scanned`, checked for at most 1,000 rows; `values` belong to it
    :param beside: the columns of `scanned` beside its id
    :param exact: value of the column that fits exactly, whatever `fit` says
    """

    by: FoundBy
    fit: int
    table: str
    column: str
    low: str
    high: str = ""
    exact: str = ""
    id: str = "id"
    only: str = ""
    also: str = ""
    beside: str = "workspace_id"
    values: tuple[str | int, ...] = ()

    def statement(self, cap: int) -> str:
        """Return the SQL of at most so many rows: id and rank, in the order of the column."""
        rank = f"CASE WHEN {self.column} = %s THEN {EXACT} ELSE {self.fit} END * {RANKS} + {self.by.value}"
        scan, order = f"SELECT {self.id} AS id, {rank} AS rank", f"ORDER BY {self.column} LIMIT"
        if self.also:
            scanned = f"{scan}, {self.beside} {self._range} {order} {SCANNED}"
            return f"(SELECT id, rank FROM ({scanned}) AS scanned WHERE {self.also} LIMIT {cap})"  # noqa: S608 - our own columns
        return f"({scan} {self._range} {order} {cap})"

    def parameters(self, workspace_id: UUID) -> list[str | int | UUID]:
        """Return the values of `statement`."""
        return [self.exact, *self.all_parameters(workspace_id)]

    def all_rows(self) -> str:
        """Return the SQL of the ids of all rows."""
        scan = f"SELECT {self.id} AS id, {self.beside} {self._range}"
        return f"SELECT id FROM ({scan}) AS scanned" + (f" WHERE {self.also}" if self.also else "")  # noqa: S608 - our own columns

    def is_met_by(self, row: str) -> str:
        """
        Return the SQL of whether a row is among them, given the SQL of its id.

        It is looked up row by row: LIMIT keeps PostgreSQL from gathering them all before.
        """
        return f"(SELECT true FROM ({self.all_rows()}) AS way WHERE way.id = {row} LIMIT 1)"  # noqa: S608 - our own columns

    def all_parameters(self, workspace_id: UUID) -> list[str | int | UUID]:
        """Return the values of `all_rows`."""
        bounds = [self.low, self.high] if self.high else [self.low]
        return [workspace_id, *bounds, *self.values]

    @property
    def _range(self) -> str:
        compared = f"{self.column} >= %s AND {self.column} < %s" if self.high else f"{self.column} = %s"
        return f"FROM {self.table} WHERE workspace_id = %s AND {compared} {self.only}"


def starting(column: str, beginning: str, *, by: FoundBy, fit: int, **more: str) -> Way:
    """Return the way to rows whose column begins so."""
    return Way(by=by, fit=fit, column=column, low=beginning, high=beginning + LAST_LETTER, exact=beginning, **more)  # type: ignore[arg-type] # names of texts


@dataclass(frozen=True)
class Question:
    """What was typed, read in all ways that make sense. `key_of` says how names of the kind are compared."""

    text: str
    key_of: Callable[[str], str] = name_key

    @classmethod
    def read(cls, typed: str, key_of: Callable[[str], str] = name_key) -> "Question":
        """Clean what was typed."""
        return cls(unicodedata.normalize("NFC", typed.replace("\x00", "")).strip()[:LONGEST_QUESTION].strip(), key_of)

    @cached_property
    def key(self) -> str:
        return self.key_of(self.text)

    @cached_property
    def words(self) -> list[str]:
        """The words as they are compared, the longest first."""
        return sorted(filter(None, map(name_key, self.text.split())), key=len, reverse=True)

    @cached_property
    def consonants(self) -> str:
        """The 초성 key of a question with lone consonants in it, otherwise nothing."""
        return initials(self.key) if any(is_jamo(letter) for letter in self.key) else ""

    @cached_property
    def syllables(self) -> str:
        """The whole letters before the first lone consonant."""
        return re.split("[ㄱ-ㅣ]", self.key, maxsplit=1)[0]

    @cached_property
    def digits(self) -> str:
        """The digits of a number, or nothing where there are letters as well."""
        if any(letter.isalpha() for letter in self.text):
            return ""
        return "".join(letter for letter in self.text if letter in "0123456789")

    @cached_property
    def address(self) -> str:
        """What can begin an e-mail address."""
        return self.text.lower() if self.text.isascii() and " " not in self.text and self.text[:1].isalnum() else ""

    @cached_property
    def domain(self) -> str:
        """What can begin the domain of an e-mail address."""
        domain = self.text.lower().removeprefix("@")
        told = self.text.startswith("@") or "." in domain
        return domain if told and "@" not in domain and " " not in domain and domain.isascii() else ""

    @cached_property
    def identifier(self) -> UUID | None:
        try:
            return UUID(self.text) if len(self.text) >= 32 else None  # noqa: PLR2004 - hexadecimal digits of an id
        except ValueError:
            return None

    @cached_property
    def numbers(self) -> list[str]:
        """How the phone numbers begin that begin like this, as they are kept: +8210…"""
        if len(self.digits) < PHONE_TAIL:
            return []
        if self.text.startswith("+"):
            return [f"+{self.digits}"]
        if self.digits.startswith("0"):
            return [f"+82{self.digits[1:]}"]
        return [f"+{self.digits}"] if self.digits.startswith("82") else []

    @cached_property
    def slips(self) -> Sequence[str]:
        """What may have been meant if a finger slipped, for names that are long enough to be told apart."""
        letters = self.key
        if len(letters) > LONGEST_SLIP or not letters.isalpha():
            return ()
        least = SLIP_SYLLABLES if is_syllable(letters[0]) else SLIP_LETTERS
        return slips(letters) if len(letters) >= least else ()


def name_ways(question: Question, kind: FindableKind) -> Iterator[Way]:
    """Ways by name: its beginning, the given name alone, any part of it, first consonants."""
    key, only = question.key, f"AND kind = {kind.value}"
    if question.consonants:
        yield _consonants(question, only)
    elif key:
        for low, high in _beginnings(key):
            whole = Way(
                by=FoundBy.NAME, fit=BEGINNING, table=KEYS, column="name", low=low, high=high, exact=key, only=only
            )
            yield whole
            if len(key) > 1:
                yield replace(whole, fit=PART, column="rest", exact="")
        if len(key) > 1:
            yield _part(TAILS, "tail", key, only)
        yield from _scattered(question.words, only)


def phone_end_way(question: Question, kind: FindableKind, table: str) -> Iterator[Way]:
    """The way by the last four digits of the phone; of more digits all have to fit."""
    digits = question.digits
    if len(digits) < PHONE_TAIL:
        return
    tail = digits.removeprefix("82").lstrip("0") or digits
    whole = (
        f"EXISTS (SELECT 1 FROM {table} AS t WHERE t.workspace_id = scanned.workspace_id AND t.id = scanned.id "  # noqa: S608 - our own tables
        "AND right(t.phone, %s) = %s)"
    )
    longer = len(digits) > PHONE_TAIL
    yield Way(
        by=FoundBy.PHONE,
        fit=BEGINNING,
        table=KEYS,
        column="phone_end",
        low=digits[-PHONE_TAIL:],
        only=f"AND kind = {kind.value}",
        also=whole if longer else "",
        values=(len(tail), tail) if longer else (),
    )


def domain_way(question: Question, kind: FindableKind) -> Iterator[Way]:
    """The way by the domain of the e-mail address."""
    if question.domain:
        only = f"AND kind = {kind.value}"
        yield starting("domain", question.domain, by=FoundBy.DOMAIN, fit=PART, table=KEYS, only=only)


def _consonants(question: Question, only: str) -> Way:
    """First consonants, as in ㄱㅁㅅ; where whole syllables stand before them, as in 김ㅁㅅ, the name begins so."""
    return Way(
        by=FoundBy.INITIALS,
        fit=CONSONANTS,
        table=KEYS,
        column="initials",
        low=question.consonants,
        high=question.consonants + LAST_LETTER,
        only=only,
        also="starts_with(scanned.name, %s)" if question.syllables else "",
        beside="name",
        values=(question.syllables,) if question.syllables else (),
    )


def _part(table: str, column: str, word: str, only: str) -> Way:
    return Way(by=FoundBy.NAME, fit=PART, table=table, column=column, low=word, high=word + LAST_LETTER, only=only)


def _scattered(words: list[str], only: str) -> Iterator[Way]:
    """Several words in any order: the longest begins a part of the name, the others stand somewhere in it."""
    told = [word for word in words if len(word) > 1 or not word.isascii()]
    word, *others = told[:WORDS] or [""]
    if not others or len(word) == 1:
        return
    stand = " AND ".join("strpos(name, %s) > 0" for _other in others)
    for column in ("name", "rest"):
        yield replace(_part(KEYS, column, word, only), also=stand, beside="name", values=tuple(others))
    whole = "k.workspace_id = scanned.workspace_id AND k.id = scanned.id"
    also = f"EXISTS (SELECT 1 FROM {KEYS} AS k WHERE {whole} AND {stand})"  # noqa: S608 - our own table
    yield replace(_part(TAILS, "tail", word, only), also=also, values=tuple(others))


def _span(beginning: str) -> tuple[str, str]:
    return beginning, beginning + LAST_LETTER


def _beginnings(key: str) -> Sequence[tuple[str, str]]:
    """
    Return the ranges of names that begin so, also while the last syllable is still being typed.

    Who types 김민 has typed 김미 on the way; who types 하늘 has typed 하느, and 한 before.
    """
    last = key[-1]
    if not is_syllable(last):
        return [_span(key)]
    initial, vowel, final = split(last)
    if not final:
        return [(key, key[:-1] + chr(ord(last) + FINALS))]
    moved, kept = final[-1], final[:-1]
    if moved not in INITIALS:
        return [_span(key)]
    follows = FIRST_SYLLABLE + INITIALS.index(moved) * 588
    opened = key[:-1] + joined(initial, vowel, kept)
    return [_span(key), (opened + chr(follows), opened + chr(follows + 588))]
