"""Reads about segments: which there are, who is in them, who would be."""

from dangol.segments.queries.in_lake import people_in_lake
from dangol.segments.queries.matching import (
    Estimate,
    compile_people,
    estimate,
    matching_ids,
    matching_rows,
    people_matching,
    sample,
)
from dangol.segments.queries.segments import (
    member_ids,
    members_visible,
    segments_of_person,
    segments_using,
    segments_visible,
)
from dangol.segments.queries.turns import next_turn_at, people_turning
from dangol.segments.queries.wording import describe, linked_names_in, offers, sentences

__all__ = [
    "Estimate",
    "compile_people",
    "describe",
    "estimate",
    "linked_names_in",
    "matching_ids",
    "matching_rows",
    "member_ids",
    "members_visible",
    "next_turn_at",
    "offers",
    "people_in_lake",
    "people_matching",
    "people_turning",
    "sample",
    "segments_of_person",
    "segments_using",
    "segments_visible",
    "sentences",
]
