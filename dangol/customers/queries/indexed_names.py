"""Where the parts of people's names lie in the search index, for rooms that write SQL of their own."""

from dangol.customers.name_keys import name_key
from dangol.customers.search_index import KEYS, TAILED, TAILS

NAMES = KEYS
PARTS = ((KEYS, "name"), (KEYS, "rest"), (TAILS, "tail"))
"""Tables and columns one of which begins with any part of a name that `part_of_name` knows."""

PARTLY_HELD = TAILED
"""Longer names are held in part: of `NAMES` each of them comes into question."""

SHORTEST, SHORTEST_ASCII = 2, 3


def part_of_name(text: str) -> str:
    """Return a part of a name as the index holds it; nothing for what is too short, since last letters are left out."""
    key = name_key(text)
    return key if len(key) >= (SHORTEST_ASCII if key[:1].isascii() else SHORTEST) else ""
