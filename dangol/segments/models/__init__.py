"""Segments and who is in them."""

from dangol.segments.models.segment import Segment, SegmentMember

__all__ = ["Segment", "SegmentMember"]
