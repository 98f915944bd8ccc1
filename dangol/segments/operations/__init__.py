"""Segments: describe, change, delete; keep their membership true."""

from dangol.segments.operations.computing import (
    compute_membership,
    compute_segment,
    follow_clock,
    judge_in_segment,
    turn_segment,
)
from dangol.segments.operations.editing import (
    UnableToCreateSegment,
    UnableToDeleteSegment,
    UnableToEditSegment,
    create_segment,
    delete_segment,
    edit_segment,
)
from dangol.segments.operations.refreshing import (
    refresh_moving_segments,
    refresh_segments,
    refresh_segments_of,
    refresh_segments_of_people,
    refresh_segments_of_person,
)

__all__ = [
    "UnableToCreateSegment",
    "UnableToDeleteSegment",
    "UnableToEditSegment",
    "compute_membership",
    "compute_segment",
    "create_segment",
    "delete_segment",
    "edit_segment",
    "follow_clock",
    "judge_in_segment",
    "refresh_moving_segments",
    "refresh_segments",
    "refresh_segments_of",
    "refresh_segments_of_people",
    "refresh_segments_of_person",
    "turn_segment",
]
