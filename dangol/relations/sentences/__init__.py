"""How a story is told: one class per kind of entry, each in Korean and in English."""

from dangol.relations.sentences import care, consent, contacts, meetings, orders  # noqa: F401 - they register their kinds
from dangol.relations.sentences.base import Sentence, Telling, kinds, tell

__all__ = ["Sentence", "Telling", "kinds", "tell"]
