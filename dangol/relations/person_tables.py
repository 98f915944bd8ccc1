"""Which tables of this room speak of a person."""

from django.utils.translation import gettext_lazy as _

from dangol.customers.contracts import Delete, OnMerge, PersonTable
from dangol.relations.models import Attention, AttentionCharge, Feeling, Hurt, Promise, StoryEntry, Strength

PersonTable(
    model=StoryEntry,
    on_merge=OnMerge.KEEP_ONE,
    title=_("Your story with us"),
    on_erasure=Delete(),
    exported=("at", "kind", "chapter", "details"),
).register()
PersonTable(
    model=Feeling,
    on_merge=OnMerge.MOVE,
    title=_("Feelings"),
    on_erasure=Delete(),
    exported=("at", "valence", "intensity", "source", "touchpoint", "evidence"),
).register()
PersonTable(
    model=Promise,
    on_merge=OnMerge.MOVE,
    title=_("Promises"),
    on_erasure=Delete(),
    exported=("made_at", "due_at", "sentence"),
).register()
PersonTable(
    model=Hurt,
    on_merge=OnMerge.MOVE,
    title=_("Complaints"),
    on_erasure=Delete(),
    exported=("opened_at", "reason"),
).register()
PersonTable(
    model=AttentionCharge,
    on_merge=OnMerge.KEEP_ONE,
    title=_("What contacts cost in attention"),
    on_erasure=Delete(),
    exported=("at", "kind", "channel", "points", "reason"),
).register()
PersonTable(
    model=Attention,
    on_merge=OnMerge.RECOMPUTE,
    title=_("Attention"),
    on_erasure=Delete(),
    exported=("load", "at"),
).register()
PersonTable(
    model=Strength,
    on_merge=OnMerge.RECOMPUTE,
    title=_("Strength of the relationship"),
    on_erasure=Delete(),
    exported=("score", "trend", "alive", "expected_orders", "expected_amount", "computed_at"),
).register()
