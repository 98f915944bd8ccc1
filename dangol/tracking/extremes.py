"""
JSON that PostgreSQL would keep and nobody could read again: a few bytes that stand for a hundred thousand digits, and
objects so deep in each other that no page can show them.
"""

import json
import re

DEEPEST = 100
LONGEST_NUMBER = 309
"""So many digits has the largest number that a program reads."""

SHAPE = bytes(ord("0") if byte in b"0123456789" else ord("e") if byte in b"eE" else ord("x") for byte in range(256))
SIGNS = b"+-"
EXPONENT = b"0e000"
WRITTEN_OUT = b"0" * (LONGEST_NUMBER + 1)

BRACKET = re.compile(r'"(?:[^"\\]|\\.)*"|([\[{])|([\]}])')


class Extreme(ValueError):
    """The JSON cannot be read again."""


def may_be_extreme(text: str) -> bool:
    """Whether JSON deserves a closer look. Cheap, and never wrong when it says no."""
    return may_hold_extremes(text) or may_be_deep(text)


def may_hold_extremes(text: str) -> bool:
    """Whether there may be an extreme number in JSON, or in any of several texts that are joined."""
    shape = text.encode().translate(SHAPE, SIGNS)
    return EXPONENT in shape or (len(text) > LONGEST_NUMBER and WRITTEN_OUT in shape)


def may_be_deep(text: str) -> bool:
    """Whether objects of this JSON may be too deep in each other."""
    return len(text) > 2 * DEEPEST and text.count("[") + text.count("{") > DEEPEST


def check_extremes(text: str) -> None:
    """
    Look closely.

    :raises Extreme: with what it is
    """
    if _depth(text) > DEEPEST:
        raise Extreme(f"More than {DEEPEST} levels deep")
    json.loads(text, parse_int=_checked, parse_float=_checked)


def _depth(text: str) -> int:
    depth = deepest = 0
    for bracket in BRACKET.finditer(text):
        depth += bool(bracket[1]) - bool(bracket[2])
        deepest = max(deepest, depth)
    return deepest


def _checked(number: str) -> None:
    exponent = number.lower().partition("e")[2] or "0"
    if len(number) > LONGEST_NUMBER + 1 or abs(int(exponent)) >= LONGEST_NUMBER:
        raise Extreme(number[:40])
