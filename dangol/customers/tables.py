"""How the columns of a file are shown for choosing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.customers.enums import sort_of
from dangol.customers.models import FieldDefinition
from dangol.customers.operations import CUSTOM, TARGETS
from dangol.customers.queries import ImportColumn


@dataclass(frozen=True)
class ColumnChoice:
    """One column with everything that it can mean."""

    column: ImportColumn
    options: list[tuple[str, str | Promise]]


def column_choices(
    columns: Sequence[ImportColumn], *, target: str = "people", definitions: Sequence[FieldDefinition] = ()
) -> list[ColumnChoice]:
    """Return for every column the meanings to choose from; its own header can become a field of one's own."""
    known: list[tuple[str, str | Promise]] = [(told.key, told.label) for told in TARGETS[sort_of(target)].values()]
    known += [(CUSTOM + field.key, field.label) for field in definitions]
    keys = {key for key, _label in known}
    return [
        ColumnChoice(column, [("", _("Leave out")), *known, *(own for own in _own_field(column) if own[0] not in keys)])
        for column in columns
    ]


def _own_field(column: ImportColumn) -> list[tuple[str, str | Promise]]:
    title = column.title.strip()[:60]
    return [(CUSTOM + title, _("Custom field"))] if title else []
