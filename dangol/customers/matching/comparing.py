"""How far two people agree, field by field, in levels."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from rapidfuzz.distance import DamerauLevenshtein, JaroWinkler
from rapidfuzz.process import cpdist

from dangol.customers.matching.columns import Column
from dangol.customers.matching.records import People

MISSING, DIFFERENT = 0, 1
THREADS = 2


@dataclass(frozen=True)
class Field:
    """
    One field that is compared.

    `levels` names what can come out, from "different" up; `same` is how often each is seen in two records of one
    person before any data says otherwise. `exact` is the column whose frequent values count less.
    """

    name: str
    levels: Sequence[str]
    same: Sequence[float]
    compare: Callable[[People, Any, Any], Any]
    exact: Callable[[People], Column]
    is_shared: bool = False
    """Whether families and offices share it: it says household, not person."""


def compared(people: People, one: Any, other: Any) -> Any:
    """Return the levels of all fields for these pairs of positions: one row per field."""
    if not len(one):
        return np.empty((len(FIELDS), 0), np.int8)
    levels = np.stack([field.compare(people, one, other) for field in FIELDS])
    return _exchanged(people, one, other, levels.astype(np.int8))


def _by(column: Column, one: Any, other: Any, *steps: tuple[Any, float]) -> Any:
    """
    Return 0 where a value is missing, the top where both are the same, else the highest step that is reached.

    :param steps: (scorer, threshold) from the lowest level up; a distance has to be at most, a likeness at least that
    """
    mine, theirs = column.codes[one], column.codes[other]
    levels = np.full(len(one), DIFFERENT, np.int8)
    levels[(mine == 0) | (theirs == 0)] = MISSING
    levels[(mine == theirs) & (mine != 0)] = len(steps) + 2
    open_ = np.flatnonzero(levels == DIFFERENT)
    if not len(open_) or not steps:
        return levels
    low, high = np.minimum(mine[open_], theirs[open_]), np.maximum(mine[open_], theirs[open_])
    distinct, back = np.unique(low * len(column.values) + high, return_inverse=True)
    first = column.texts[distinct // len(column.values)].tolist()
    second = column.texts[distinct % len(column.values)].tolist()
    reached = np.full(len(distinct), DIFFERENT, np.int8)
    measured: dict[Any, Any] = {}
    for level, (scorer, threshold) in enumerate(steps, DIFFERENT + 1):
        if scorer not in measured:  # its lowest step comes first: what does not reach that reaches no other
            measured[scorer] = _scores(first, second, scorer, threshold)
        scores = measured[scorer]
        reached[scores <= threshold if scorer is DISTANCE else scores >= threshold] = level
    levels[open_] = reached[back]
    return levels


def _scores(first: list[str], second: list[str], scorer: Any, threshold: float) -> Any:
    cutoff = int(threshold) if scorer is DISTANCE else threshold
    return cpdist(first, second, scorer=scorer, score_cutoff=cutoff, workers=THREADS)


DISTANCE = DamerauLevenshtein.distance
LIKENESS = JaroWinkler.similarity


def _family(people: People, one: Any, other: Any) -> Any:
    levels = _by(people.family_letters, one, other, (LIKENESS, 0.85))
    same = people.family_class.codes[one] == people.family_class.codes[other]
    levels[(levels != MISSING) & same] = 3
    return levels


def _given(people: People, one: Any, other: Any) -> Any:
    levels = _by(people.given_letters, one, other, (LIKENESS, 0.8), (LIKENESS, 0.92))
    slip = _by(people.given_letters, one, other, (DISTANCE, 1))
    levels[(slip == 2) & (levels < 3)] = 3  # noqa: PLR2004 - one slip of the pen is close
    levels[levels == 4] = 5  # noqa: PLR2004 - the top moves up by one for what sounds the same
    sounds = people.given_sound.codes[one] == people.given_sound.codes[other]
    formal = people.given_formal.codes[one] == people.given_formal.codes[other]
    levels[(levels != MISSING) & (levels < 5) & (sounds | formal)] = 4  # noqa: PLR2004 - the level below the top
    return levels


def _email(people: People, one: Any, other: Any) -> Any:
    levels = _by(people.email, one, other)
    box = _by(people.mailbox, one, other, (LIKENESS, 0.9))
    levels[levels == 2] = 4  # noqa: PLR2004 - the same address is the top
    levels[(levels == DIFFERENT) & (box > DIFFERENT)] = box[(levels == DIFFERENT) & (box > DIFFERENT)]
    return levels


def _exchanged(people: People, one: Any, other: Any, levels: Any) -> Any:
    """Count given and family name that stand in each other's place as the same."""
    family, given = NAMES.index("family"), NAMES.index("given")
    known = {name: code for code, name in enumerate(people.family.texts)}
    as_family = np.array([known.get(name, -1) if name else -1 for name in people.given.texts])
    mine, theirs = people.family.codes, as_family[people.given.codes]
    swapped = (mine[one] == theirs[other]) & (mine[other] == theirs[one]) & (mine[one] > 0)
    swapped &= (levels[family] <= DIFFERENT) & (levels[given] <= DIFFERENT)
    levels[family, swapped], levels[given, swapped] = 3, 4
    return levels


FIELDS: tuple[Field, ...] = (
    Field(
        "given", ("different", "similar", "close", "alike", "same"), (0.04, 0.04, 0.08, 0.09, 0.75), _given,
        lambda p: p.given_letters,
    ),
    Field(
        "family", ("different", "close", "same"), (0.05, 0.07, 0.88), _family, lambda p: p.family_class, is_shared=True,
    ),
    Field(
        "born", ("different", "close", "same"), (0.05, 0.10, 0.85), lambda p, i, j: _by(p.born, i, j, (DISTANCE, 2)),
        lambda p: p.born,
    ),
    Field(
        "phone", ("different", "close", "same"), (0.25, 0.05, 0.70), lambda p, i, j: _by(p.phone, i, j, (DISTANCE, 1)),
        lambda p: p.phone, is_shared=True,
    ),
    Field(
        "email", ("different", "close", "alike", "same"), (0.35, 0.05, 0.20, 0.40), _email, lambda p: p.email,
        is_shared=True,
    ),
    Field(
        "postal_code", ("different", "close", "same"), (0.15, 0.10, 0.75),
        lambda p, i, j: _by(p.postal_code, i, j, (DISTANCE, 1)), lambda p: p.postal_code, is_shared=True,
    ),
    Field(
        "city", ("different", "close", "same"), (0.10, 0.10, 0.80), lambda p, i, j: _by(p.city, i, j, (LIKENESS, 0.88)),
        lambda p: p.city, is_shared=True,
    ),
    Field(
        "street", ("different", "close", "alike", "same"), (0.10, 0.07, 0.13, 0.70),
        lambda p, i, j: _by(p.street, i, j, (LIKENESS, 0.8), (LIKENESS, 0.92)), lambda p: p.street, is_shared=True,
    ),
    Field(
        "number", ("different", "close", "same"), (0.15, 0.10, 0.75),
        lambda p, i, j: _by(p.number, i, j, (DISTANCE, 1)), lambda p: p.number, is_shared=True,
    ),
    Field(
        "company", ("different", "close", "same"), (0.25, 0.10, 0.65),
        lambda p, i, j: _by(p.company, i, j, (LIKENESS, 0.9)), lambda p: p.company, is_shared=True,
    ),
)  # fmt: skip

NAMES = [field.name for field in FIELDS]
