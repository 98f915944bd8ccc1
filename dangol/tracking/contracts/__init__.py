"""What rooms tell each other of events: names, what fields mean, what is built on them, what the lake copies."""

from dangol.tracking.calls import Unusable, basic_user
from dangol.tracking.contracts.event_names import EVERYDAY, EventNames
from dangol.tracking.contracts.lake import INSIDE, TEXT_BY_KEY, LakeColumn, LakeTable
from dangol.tracking.contracts.mapping import (
    MAPPED,
    Delivery,
    FieldMapping,
    check_call,
    delivery_decoder,
    fields_of,
    flattened,
    mapped_call,
    read_delivery,
    usable_call,
)
from dangol.tracking.contracts.uses import EventUse, EventUser, uses_of
from dangol.tracking.personal_numbers import without_resident_numbers_in_lines

__all__ = [
    "EVERYDAY",
    "INSIDE",
    "MAPPED",
    "TEXT_BY_KEY",
    "Delivery",
    "EventNames",
    "EventUse",
    "EventUser",
    "FieldMapping",
    "LakeColumn",
    "LakeTable",
    "Unusable",
    "basic_user",
    "check_call",
    "delivery_decoder",
    "fields_of",
    "flattened",
    "mapped_call",
    "read_delivery",
    "usable_call",
    "uses_of",
    "without_resident_numbers_in_lines",
]
