"""One module per family of conditions. Importing this package registers them all."""

from dangol.segments.conditions import (
    attribute,
    company_attributes,
    consent,
    custom_field,
    draw,
    event,
    everyone,
    groups,
    membership,
    orders,
    person_attributes,
    record_attributes,
    records,
    strength,
    tags,
    working,
)

__all__ = [
    "attribute",
    "company_attributes",
    "consent",
    "custom_field",
    "draw",
    "event",
    "everyone",
    "groups",
    "membership",
    "orders",
    "person_attributes",
    "record_attributes",
    "records",
    "strength",
    "tags",
    "working",
]
