"""Reads about segments: which there are, who is in them, who would be."""

from dangol.segments.queries.bounds import checked_bound, read_bounds, test_of_bounds
from dangol.segments.queries.history import SizeChart, segment_versions, size_chart, versions_of
from dangol.segments.queries.in_lake import people_in_lake
from dangol.segments.queries.lists import lists_visible, with_uses
from dangol.segments.queries.matching import (
    Estimate,
    compile_people,
    estimate,
    matching_ids,
    matching_rows,
    people_matching,
    refuse_masked,
    sample,
)
from dangol.segments.queries.overlapping import Overlap, overlap, people_in_part
from dangol.segments.queries.segments import (
    member_ids,
    members_visible,
    segments_naming,
    segments_of_person,
    segments_using,
    segments_visible,
    segments_with_event,
)
from dangol.segments.queries.traits import TraitValue, trait_phrases, traits_of, traits_visible
from dangol.segments.queries.turns import next_turn_at, people_turning
from dangol.segments.queries.wording import MOST_OFFERED, describe, linked_names_in, offers, sentences

__all__ = [
    "MOST_OFFERED",
    "Estimate",
    "Overlap",
    "SizeChart",
    "TraitValue",
    "checked_bound",
    "compile_people",
    "describe",
    "estimate",
    "linked_names_in",
    "lists_visible",
    "matching_ids",
    "matching_rows",
    "member_ids",
    "members_visible",
    "next_turn_at",
    "offers",
    "overlap",
    "people_in_lake",
    "people_in_part",
    "people_matching",
    "people_turning",
    "read_bounds",
    "refuse_masked",
    "sample",
    "segment_versions",
    "segments_naming",
    "segments_of_person",
    "segments_using",
    "segments_visible",
    "segments_with_event",
    "sentences",
    "size_chart",
    "test_of_bounds",
    "trait_phrases",
    "traits_of",
    "traits_visible",
    "versions_of",
    "with_uses",
]
