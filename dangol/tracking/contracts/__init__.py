"""What other rooms tell this one: what fields of documents mean, and which of their tables the lake copies."""

from dangol.tracking.contracts.lake import INSIDE, TEXT_BY_KEY, LakeColumn, LakeTable
from dangol.tracking.contracts.mapping import (
    MAPPED,
    Delivery,
    FieldMapping,
    delivery_decoder,
    fields_of,
    flattened,
    mapped_call,
    read_delivery,
)

__all__ = [
    "INSIDE",
    "MAPPED",
    "TEXT_BY_KEY",
    "Delivery",
    "FieldMapping",
    "LakeColumn",
    "LakeTable",
    "delivery_decoder",
    "fields_of",
    "flattened",
    "mapped_call",
    "read_delivery",
]
