"""Story, feelings, promises, hurts, attention, buying rhythm and strength of a relationship."""

from dangol.relations.models.attention import Attention, AttentionCharge
from dangol.relations.models.feeling import Feeling
from dangol.relations.models.promise import Hurt, HurtResolution, Promise, PromiseEnd
from dangol.relations.models.story import StoryEntry
from dangol.relations.models.strength import RhythmFit, Strength

__all__ = [
    "Attention",
    "AttentionCharge",
    "Feeling",
    "Hurt",
    "HurtResolution",
    "Promise",
    "PromiseEnd",
    "RhythmFit",
    "StoryEntry",
    "Strength",
]
