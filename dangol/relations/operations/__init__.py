"""Everything that writes a relationship."""

from dangol.relations.operations.attention import NewCharge, charge_attention, recount_attention
from dangol.relations.operations.consents import tell_of_consent_given, tell_of_consent_withdrawn, tell_of_recognition
from dangol.relations.operations.feelings import UnableToNoteFeeling, note_feeling
from dangol.relations.operations.hurts import UnableToOpenHurt, UnableToResolveHurt, open_hurt, resolve_hurt
from dangol.relations.operations.promises import UnableToEndPromise, UnableToPromise, end_promise, make_promise
from dangol.relations.operations.purchases import tell_of_import, tell_of_orders, tell_of_silence, tell_purchases
from dangol.relations.operations.story import NewEntry, UnknownKind, write_story
from dangol.relations.operations.strength import (
    forget_forecast_of,
    measure,
    measure_everybody,
    refresh_forecast_of,
    refresh_strength,
    refresh_strength_of,
)

__all__ = [
    "NewCharge",
    "NewEntry",
    "UnableToEndPromise",
    "UnableToNoteFeeling",
    "UnableToOpenHurt",
    "UnableToPromise",
    "UnableToResolveHurt",
    "UnknownKind",
    "charge_attention",
    "end_promise",
    "forget_forecast_of",
    "make_promise",
    "measure",
    "measure_everybody",
    "note_feeling",
    "open_hurt",
    "recount_attention",
    "refresh_forecast_of",
    "refresh_strength",
    "refresh_strength_of",
    "resolve_hurt",
    "tell_of_consent_given",
    "tell_of_consent_withdrawn",
    "tell_of_import",
    "tell_of_orders",
    "tell_of_recognition",
    "tell_of_silence",
    "tell_purchases",
    "write_story",
]
