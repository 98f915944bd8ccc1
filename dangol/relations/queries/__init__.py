"""Everything that can be asked about a relationship."""

from dangol.relations.queries.care import hurts_of, latest_feeling, open_hurts, open_promises, promises_to
from dangol.relations.queries.explanations import (
    StrengthPart,
    attention_of,
    strength_parts,
    why_attention,
    why_strength,
)
from dangol.relations.queries.pictures import RhythmPicture, rhythm_picture
from dangol.relations.queries.rhythms import latest_fit
from dangol.relations.queries.standing import attention_loads, people_hurt, scores_of, strength_of
from dangol.relations.queries.story import StoryPage, relationship_of, story_page, story_so_far, told
from dangol.relations.queries.together import (
    SpentTogether,
    StoryTogether,
    StrengthTogether,
    spent_together,
    story_together,
    strength_together,
)
from dangol.relations.relationship import Relationship
from dangol.relations.sentences.reasons import AttentionUse
from dangol.relations.sentences.so_far import five_lines, regular_share, still_a_regular

__all__ = [
    "AttentionUse",
    "Relationship",
    "RhythmPicture",
    "SpentTogether",
    "StoryPage",
    "StoryTogether",
    "StrengthPart",
    "StrengthTogether",
    "attention_loads",
    "attention_of",
    "five_lines",
    "hurts_of",
    "latest_feeling",
    "latest_fit",
    "open_hurts",
    "open_promises",
    "people_hurt",
    "promises_to",
    "regular_share",
    "relationship_of",
    "rhythm_picture",
    "scores_of",
    "spent_together",
    "still_a_regular",
    "story_page",
    "story_so_far",
    "story_together",
    "strength_of",
    "strength_parts",
    "strength_together",
    "told",
    "why_attention",
    "why_strength",
]
