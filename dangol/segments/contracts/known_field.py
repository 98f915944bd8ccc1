"""Custom fields that the workspace defined: what conditions need to know of one."""

from dataclasses import dataclass
from uuid import UUID


@dataclass(frozen=True)
class KnownField:
    """
    A field of people with its kind. `side_table` is the definition whose values stand in `customers_fieldvalue`.

    Without it the field is not filterable (yet), and its values are read from the person's own row.
    """

    key: str
    label: str
    kind: str
    choices: tuple[str, ...] = ()
    side_table: UUID | None = None
