"""Everything that writes a relationship."""

from dangol.relations.operations.attention import NewCharge, charge_attention
from dangol.relations.operations.story import NewEntry, UnknownKind, write_story

__all__ = ["NewCharge", "NewEntry", "UnknownKind", "charge_attention", "write_story"]
