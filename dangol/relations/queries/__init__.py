"""Everything that can be asked about a relationship."""

from dangol.relations.queries.standing import attention_loads, people_hurt, strength_of

__all__ = ["attention_loads", "people_hurt", "strength_of"]
