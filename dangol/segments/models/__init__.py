"""Segments, who is in them, how they came to be what they are; lists and computed traits they are made of."""

from dangol.segments.models.imported_list import ImportedList, ListedPerson
from dangol.segments.models.segment import Segment, SegmentMember, SegmentSize, SegmentVersion
from dangol.segments.models.trait import ComputedTrait

__all__ = [
    "ComputedTrait",
    "ImportedList",
    "ListedPerson",
    "Segment",
    "SegmentMember",
    "SegmentSize",
    "SegmentVersion",
]
