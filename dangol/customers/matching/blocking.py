"""Whom to compare with whom: only those who share at least one of a few keys."""

import math
from collections.abc import Iterator

import numpy as np
import numpy.typing as npt
import pyarrow.compute as pc

from dangol.customers.matching.columns import Column
from dangol.customers.matching.records import People

Keys = npt.NDArray[np.int64]

LARGEST_BLOCK = 25
"""A key that more people share says too little, and would cost its square."""

SMALLEST_LIMIT = 8
CROWDED = 20_000
"""Above so many people blocks must be smaller: their number grows with the people, and so does what they cost."""

MIX = np.uint64(0x9E3779B97F4A7C15)


def company_keys_of(companies: People) -> list[Keys]:
    """Return the keys of companies, which have no given and family names."""
    stem_head = companies.company.head(4)
    columns: list[tuple[Column, ...]] = [
        (companies.company,),
        (companies.phone,),
        (companies.email,),
        (stem_head, companies.city),
        (stem_head, companies.postal_code),
        (companies.street, companies.number),
    ]
    return [_mixed(number, columns_of_key) for number, columns_of_key in enumerate(columns, 101)]


def keys_of(people: People) -> list[Keys]:
    """Return the keys of everybody, one array per kind of key; 0 where somebody has none. Hashes, so that they last."""
    year = people.born.head(4)
    month_day = people.born.derived(lambda born: pc.utf8_slice_codeunits(born, 4))
    given_head = people.given_letters.head(3)
    family_head = people.family_letters.head(3)
    street_head = people.street.head(5)
    initial = people.given_sound.head(1)
    columns: list[tuple[Column, ...]] = [
        (people.phone,),
        (people.email,),
        (people.mailbox, initial),
        (people.family_class, people.given_sound),
        (people.born,),
        (people.family_class, year, initial),
        (people.given_sound, month_day),
        (people.given_sound, people.postal_code),
        (people.family_class, people.postal_code),
        (people.postal_code, people.number),
        (people.street, people.number),
        (people.street, family_head),
        (street_head, people.number, given_head),
        (people.family_class, people.city),
        (street_head, people.postal_code),
        (people.company, people.given_sound),
        (people.company, people.phone),
        (people.company, people.family_class, initial),
    ]
    made = [_mixed(number, columns_of_key) for number, columns_of_key in enumerate(columns, 1)]
    return [*made, _unordered(people.given, people.family)]


def largest_block(people: int) -> int:
    """Return how many people may share a key among so many."""
    fitting = LARGEST_BLOCK * math.sqrt(CROWDED / max(1, people))
    return max(SMALLEST_LIMIT, min(LARGEST_BLOCK, round(fitting)))


def pairs_of(people: People, keys: list[Keys]) -> tuple[Keys, Keys]:
    """Return the pairs of positions that share a key, each once, the smaller position first."""
    largest = largest_block(len(people))
    found = [first * len(people) + second for column in keys for first, second in _pairs_in(column, largest)]
    if not found:
        return np.empty(0, np.int64), np.empty(0, np.int64)
    pairs = np.concatenate(found)
    pairs.sort()  # a third of the time that `np.unique` takes
    pairs = pairs[np.r_[True, pairs[1:] != pairs[:-1]]]
    one, other = np.divmod(pairs, len(people))
    return one, other


def _pairs_in(keys: Keys, largest: int) -> Iterator[tuple[Keys, Keys]]:
    """Yield the pairs inside the blocks of one kind of key, by their distance in the sorted order."""
    order = np.flatnonzero(keys)
    order = order[np.argsort(keys[order], kind="stable")]
    ordered = keys[order]
    if not len(ordered):
        return
    edges = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1], True])
    sizes = np.diff(edges)
    chosen = np.repeat((sizes > 1) & (sizes <= largest), sizes)
    order, ordered = order[chosen], ordered[chosen]
    for distance in range(1, largest):
        at = np.flatnonzero(ordered[:-distance] == ordered[distance:]) if distance < len(ordered) else order[:0]
        if not len(at):
            return
        one, other = order[at], order[at + distance]
        yield np.minimum(one, other), np.maximum(one, other)


def _mixed(number: int, columns: tuple[Column, ...]) -> Keys:
    """Return one hash of several columns, 0 where one of them is empty."""
    hashes = [column.hashes for column in columns]
    mixed = np.full(len(hashes[0]), number, np.uint64)
    for own in hashes:
        mixed = (mixed ^ own) * MIX
        mixed ^= mixed >> np.uint64(29)
    for own in hashes:
        mixed[own == 0] = 0
    return mixed.view(np.int64)


def _unordered(one: Column, other: Column) -> Keys:
    """Return a hash of two columns that is the same when their values are exchanged."""
    first, second = one.hashes, other.hashes
    mixed = (first + second) * MIX
    mixed[(first == 0) | (second == 0)] = 0
    return mixed.view(np.int64)
