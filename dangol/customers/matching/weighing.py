"""
What an agreement counts: Fellegi and Sunter (1969), in bits.

For each field and level, `m` is how often two records of one person come out so, `u` how often two people's do. `u` is
counted on random pairs; `m` comes from EM over the pairs that share a key. Both start from prior counts, so that a
shop of fifty people gets sensible scores and one of a million its own.
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from dangol.customers.matching.blocking import keys_of, pairs_of
from dangol.customers.matching.comparing import DIFFERENT, FIELDS, MISSING, NAMES, compared
from dangol.customers.matching.records import People

RANDOM_PAIRS = 50_000
TRAINED_ON = 200_000
PARTLY_AT_MOST = 10.0
"""So many bits can come from what agrees in part. Pairs that need more are not compared letter by letter."""
PRIOR_SAME, PRIOR_OTHERS = 100.0, 20.0
"""How many observations the prior stands for."""

RARELY = 1e-6
EXPECTED_SHARE = 0.02
"""Of so many people a second record is expected before any data says otherwise."""

ROUNDS = 30
SETTLED = 1e-4
HOUSEHOLD_BITS = 10.0
"""
Where given names differ, what households share counts no more than this: father and daughter have one phone, one
address and one family name, and are two people.
"""

MOVED_BITS = -5.0
"""Who moved has another city, postal code, street and number: that is one difference, not four."""

ADDRESS = ("postal_code", "city", "street", "number")

PRIOR_OTHER = {"close": 0.02, "similar": 0.06, "alike": 0.01, "same": 0.005}


@dataclass(frozen=True)
class Crowd:
    """
    Who stands for everybody when it is asked how common a value is.

    :param positions: of these people among those who are here
    :param count: how many everybody is
    :param share: how many second records to expect for each
    """

    positions: Any
    count: int
    share: float


@dataclass(frozen=True)
class Model:
    """The weights: `bits[field][level]`, and what has to be overcome before two are thought one."""

    bits: Any
    same: Any
    start: float
    often: Any
    """For each field, how often each value of its exact column occurs."""


@dataclass(frozen=True)
class Scored:
    """Pairs of positions with their probability, and for each field its level and what it counts in bits."""

    one: Any
    other: Any
    probability: Any
    levels: Any
    bits: Any


def train(
    people: People, one: Any, other: Any, levels: Any, *, side: Any = None, seed: int = 7, crowd: Crowd | None = None
) -> Model:
    """
    Learn the weights from these people, nobody telling which pairs are true.

    :param crowd: who stands for everybody, where only a part of everybody is here
    """
    crowd = crowd or Crowd(np.arange(len(people)), len(people), EXPECTED_SHARE)
    random = np.random.default_rng(seed)
    others = _others(people, random, side, crowd)
    chosen = random.choice(len(one), min(len(one), TRAINED_ON), replace=False) if len(one) else np.empty(0, np.int64)
    seen, share = levels[:, chosen], len(chosen) / max(1, len(one))
    same = [np.array([0.0, *field.same]) for field in FIELDS]
    total = _all_pairs(crowd, side)
    matches = crowd.share * crowd.count
    for _round in range(ROUNDS):
        start = np.log2(max(matches, 0.5) / total)
        bits = _bits(same, others)
        chance = _chance(start + sum(bits[n][seen[n]] for n in range(len(FIELDS)))) if len(chosen) else np.empty(0)
        before = matches
        if crowd.count == len(people) and len(chosen):
            matches = (float(chance.sum()) / share + crowd.share * PRIOR_SAME) / (1 + PRIOR_SAME / len(people))
        same = [_updated(n, seen, chance) for n in range(len(FIELDS))]
        if abs(matches - before) < SETTLED * max(1.0, before):
            break
    return Model(_bits(same, others), same, float(np.log2(max(matches, 0.5) / total)), _often(people, crowd))


def score(people: People, model: Model, one: Any, other: Any, levels: Any, *, households: bool = True) -> Scored:
    """
    Weigh what was compared. Agreeing in a rare value counts more than in a common one.

    :param households: people of one family are among them, so that what a family shares proves little
    """
    bits = np.stack([model.bits[n][levels[n]] for n in range(len(FIELDS))]) if len(one) else np.zeros((len(FIELDS), 0))
    for n, field in enumerate(FIELDS):
        if len(one):
            column = field.exact(people)
            top = (levels[n] == len(field.levels)) & (column.codes[one] == column.codes[other])
            bits[n, top] = np.log2(model.same[n][-1] / model.often[n][column.codes[one[top]]])
    summed = bits.sum(axis=0) + _moved_once(bits)
    if households:
        summed = summed - _too_much_household(levels, bits)
    return Scored(one, other, _chance(model.start + summed), levels, bits)


def find_duplicates(
    people: People,
    *,
    at_least: float,
    keys: list[Any] | None = None,
    among: Any = None,
    side: Any = None,
    crowd: Crowd | None = None,
    households: bool = True,
) -> Scored:
    """
    Compare everybody who shares a key and return the pairs that are probable enough.

    :param among: compare only pairs with at least one of these: a truth value for each person
    :param side: compare only people for whom it is true with those for whom it is false
    """
    one, other = pairs_of(people, keys_of(people) if keys is None else keys)
    if side is not None:
        one, other = one[side[one] != side[other]], other[side[one] != side[other]]
    if among is not None:
        one, other = one[among[one] | among[other]], other[among[one] | among[other]]
    crowd = crowd or Crowd(np.arange(len(people)), len(people), EXPECTED_SHARE)
    promising = _promising(people, one, other, crowd)
    one, other = one[promising], other[promising]
    levels = compared(people, one, other)
    model = train(people, one, other, levels, side=side, crowd=crowd)
    scored = score(people, model, one, other, levels, households=households)
    likely = scored.probability >= at_least
    return Scored(one[likely], other[likely], scored.probability[likely], levels[:, likely], scored.bits[:, likely])


def _promising(people: People, one: Any, other: Any, crowd: Crowd) -> Any:
    """Return which pairs agree exactly in so much that the rest could come from what agrees in part."""
    exact = np.zeros(len(one))
    for field, often in zip(FIELDS, _often(people, crowd), strict=True):
        codes = field.exact(people).codes
        mine = codes[one]
        exact += np.where((mine == codes[other]) & (mine != 0), -np.log2(often)[mine], 0.0)
    start = np.log2(max(crowd.share * crowd.count, 0.5) / _all_pairs(crowd, None))
    return exact >= -start - PARTLY_AT_MOST


def _often(people: People, crowd: Crowd) -> list[Any]:
    """Return how often each value occurs in the crowd; what nobody there has is as rare as half a person."""
    found = []
    for field in FIELDS:
        column = field.exact(people)
        seen = np.bincount(column.codes[crowd.positions], minlength=len(column.values))
        found.append(np.maximum(seen, 0.5) / max(1, len(crowd.positions)))
    return found


def _others(people: People, random: Any, side: Any, crowd: Crowd) -> list[Any]:
    """Count how two random people compare."""
    size = min(RANDOM_PAIRS, len(crowd.positions) * 20)
    one, other = random.choice(crowd.positions, size), random.choice(crowd.positions, size)
    told = one != other if side is None else side[one] != side[other]
    levels = compared(people, one[told], other[told])
    found = []
    for n, field in enumerate(FIELDS):
        prior = np.array([0.0, *(PRIOR_OTHER.get(name, 0.9) for name in field.levels)])
        seen = np.bincount(levels[n], minlength=len(prior)).astype(float)
        seen[MISSING] = 0
        share = seen + PRIOR_OTHERS * prior / prior.sum()
        found.append(np.maximum(share / share.sum(), RARELY))
    return found


def _bits(same: list[Any], others: list[Any]) -> list[Any]:
    bits = [np.log2(np.maximum(mine, RARELY) / theirs) for mine, theirs in zip(same, others, strict=True)]
    for own in bits:
        own[MISSING] = 0.0
    return bits


def _updated(n: int, levels: Any, chance: Any) -> Any:
    prior = np.array([0.0, *FIELDS[n].same])
    seen = np.bincount(levels[n], weights=chance, minlength=len(prior))
    seen[MISSING] = 0
    share = seen + PRIOR_SAME * prior
    return share / share.sum()


def _moved_once(bits: Any) -> Any:
    """Return what has to be given back where all parts of the address differ."""
    place = np.minimum(bits[[NAMES.index(name) for name in ADDRESS]], 0.0).sum(axis=0)
    return np.maximum(MOVED_BITS - place, 0.0)


def _too_much_household(levels: Any, bits: Any) -> Any:
    """
    Return what a household may not count.

    Siblings often share a syllable of their given names: only what is close counts as the same name, and a name that is
    close counts as another where the birth dates differ.
    """
    shared = np.array([field.is_shared for field in FIELDS])
    household = bits[shared].sum(axis=0)
    given, born = levels[NAMES.index("given")], levels[NAMES.index("born")]
    close = FIELDS[NAMES.index("given")].levels.index("close") + 1
    unlike = ((given != MISSING) & (given < close)) | ((given == close) & (born == DIFFERENT))
    return np.where(unlike, np.maximum(household - HOUSEHOLD_BITS, 0.0), 0.0)


def _all_pairs(crowd: Crowd, side: Any) -> float:
    if side is None:
        return max(1.0, crowd.count * (crowd.count - 1) / 2)
    return max(1.0, float(side.sum()) * float((~side).sum()))


def _chance(bits: Any) -> Any:
    return 1.0 / (1.0 + np.exp2(-np.clip(bits, -60, 60)))
