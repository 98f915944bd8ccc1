"""Segments, who is in them, and how they came to be what they are."""

from dangol.segments.models.segment import Segment, SegmentMember, SegmentSize, SegmentVersion

__all__ = ["Segment", "SegmentMember", "SegmentSize", "SegmentVersion"]
