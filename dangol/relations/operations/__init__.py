"""Everything that writes a relationship."""

from dangol.relations.operations.attention import NewCharge, charge_attention
from dangol.relations.operations.consents import tell_of_consent_given, tell_of_consent_withdrawn, tell_of_recognition
from dangol.relations.operations.purchases import tell_of_import, tell_of_orders, tell_of_silence, tell_purchases
from dangol.relations.operations.story import NewEntry, UnknownKind, write_story

__all__ = [
    "NewCharge",
    "NewEntry",
    "UnknownKind",
    "charge_attention",
    "tell_of_consent_given",
    "tell_of_consent_withdrawn",
    "tell_of_import",
    "tell_of_orders",
    "tell_of_recognition",
    "tell_of_silence",
    "tell_purchases",
    "write_story",
]
