"""Custom fields that the workspace defined: what conditions need to know of one."""

from dataclasses import dataclass
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
    side_table: UUID | None = None
    about: Subject = Subject.PERSON
    definition: UUID | None = None
