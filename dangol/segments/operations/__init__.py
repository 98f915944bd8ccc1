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
from dangol.segments.operations.lists import UnableToImportList, import_list
from dangol.segments.operations.refreshing import (
    refresh_moving_segments,
    refresh_segments,
    refresh_segments_of,
    refresh_segments_of_people,
    refresh_segments_of_person,
)
from dangol.segments.operations.traits import UnableToDeleteTrait, UnableToSaveTrait, delete_trait, save_trait

__all__ = [
    "UnableToCreateSegment",
    "UnableToDeleteSegment",
    "UnableToDeleteTrait",
    "UnableToEditSegment",
    "UnableToImportList",
    "UnableToSaveTrait",
    "compute_membership",
    "compute_segment",
    "create_segment",
    "delete_segment",
    "delete_trait",
    "edit_segment",
    "follow_clock",
    "import_list",
    "judge_in_segment",
    "refresh_moving_segments",
    "refresh_segments",
    "refresh_segments_of",
    "refresh_segments_of_people",
    "refresh_segments_of_person",
    "save_trait",
    "turn_segment",
]
