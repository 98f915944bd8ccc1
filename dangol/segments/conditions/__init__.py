"""One module per family of conditions. Importing this package registers them all."""

from dangol.segments.conditions import (
    attribute,
    consent,
    draw,
    event,
    everyone,
    groups,
    membership,
    orders,
    person_attributes,
    strength,
)

__all__ = [
    "attribute",
    "consent",
    "draw",
    "event",
    "everyone",
    "groups",
    "membership",
    "orders",
    "person_attributes",
    "strength",
]
