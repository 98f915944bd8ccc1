"""How the columns of a file are shown for choosing."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from dangol.customers.operations import CUSTOM, TARGETS
from dangol.customers.queries import ImportColumn


@dataclass(frozen=True)
class ColumnChoice:
    """One column with everything that it can mean."""

    column: ImportColumn
    options: list[tuple[str, str | Promise]]


def column_choices(columns: Sequence[ImportColumn]) -> list[ColumnChoice]:
    """Return for every column the meanings to choose from; its own header can become a custom field."""
    known: list[tuple[str, str | Promise]] = [(target.key, target.label) for target in TARGETS["people"].values()]
    return [ColumnChoice(column, [("", _("Leave out")), *known, *_own_field(column)]) for column in columns]


def _own_field(column: ImportColumn) -> list[tuple[str, str | Promise]]:
    title = column.title.strip()[:60]
    return [(CUSTOM + title, _("Custom field"))] if title else []
