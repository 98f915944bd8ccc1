"""Custom fields that the workspace defined: what conditions need to know of one."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from dangol.segments.contracts.subject import Subject


@dataclass(frozen=True)
class KnownField:
    """
    A field of people, companies or records with its kind. `side_table` is the definition whose values stand in
    `customers_fieldvalue`; without it the field is not filterable (yet), and its values are read from the own row.
    """

    key: str
    label: str
    kind: str
    choices: tuple[str, ...] = ()
    former_choices: Mapping[str, str] = field(default_factory=dict, hash=False)
    side_table: UUID | None = None
    about: Subject = Subject.PERSON
    definition: UUID | None = None

    def of_today(self, operand: Any) -> Any:
        """Return what is asked for, with the names that choices have today."""
        if isinstance(operand, tuple):
            return tuple(self.of_today(one) for one in operand)
        return self.former_choices.get(operand.casefold(), operand) if isinstance(operand, str) else operand
