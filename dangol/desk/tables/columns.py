"""
The columns of a list: what a cell says, how it is edited, and by what it is sorted or grouped.

A cell is made in Python, not by a template: a page has hundreds of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from html import escape
from typing import Any, ClassVar
from uuid import UUID

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from dangol.customers.enums import FieldKind
from dangol.customers.models import FieldDefinition
from dangol.customers.operations import as_typed
from dangol.customers.queries import field_entry, field_text
from dangol.desk.queries.sorting import FIELD, is_groupable, is_sortable
from dangol.kit.masking import Masked
from dangol.kit.phones import dialled
from dangol.ui.templatetags.words import ago, day

Label = str | Promise
NOTHING = "—"


@dataclass(frozen=True)
class Beside:
    """What the cells of one page need beside the rows themselves, read once for all rows."""

    tags: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    companies: Mapping[UUID, Sequence[str]] = field(default_factory=dict)
    headcounts: Mapping[UUID, int] = field(default_factory=dict)
    strengths: Mapping[UUID, int] = field(default_factory=dict)
    links: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Column:
    """A text column. `editor` says with which input it is edited in the list; empty for a column that is read only."""

    key: str
    label: Label
    attribute: str = ""
    editor: str = ""
    sort: str = ""
    needs: ClassVar[str] = ""
    css: ClassVar[str] = ""

    def value(self, row: Any) -> Any:
        """Return what the row holds."""
        return getattr(row, self.attribute or self.key)

    def entry(self, row: Any) -> str:
        """Return the value as an input shows it."""
        return as_typed(self.value(row))

    def text(self, row: Any, beside: Beside) -> str:
        """Return the cell as plain text, for a file."""
        value = self.value(row)
        return "" if value is None else str(value)

    def cell(self, row: Any, beside: Beside) -> SafeString | str:
        """Return the cell as it is shown."""
        return copyable(self.text(row, beside))


class PhoneColumn(Column):
    """A phone number: shown as it is dialled, written into files as it is kept."""

    def cell(self, row: Any, beside: Beside) -> SafeString | str:
        return copyable(dialled(self.text(row, beside)))


class OwnerColumn(Column):
    """The member who looks after the row."""

    def text(self, row: Any, beside: Beside) -> str:
        return str(row.owner.user.name) if row.owner_id else ""

    def cell(self, row: Any, beside: Beside) -> SafeString | str:
        return self.text(row, beside) or NOTHING


class DayColumn(Column):
    """A day, or the day of a moment."""

    def text(self, row: Any, beside: Beside) -> str:
        value = self.value(row)
        if isinstance(value, datetime):
            value = timezone.localdate(value)
        if isinstance(value, Masked):
            return value
        return value.isoformat() if isinstance(value, date) else ""

    def cell(self, row: Any, beside: Beside) -> SafeString | str:
        value = self.value(row)
        return value if isinstance(value, Masked) else day(value)


class AgoColumn(DayColumn):
    """How long ago something was."""

    def cell(self, row: Any, beside: Beside) -> SafeString | str:
        return ago(self.value(row))


class TagsColumn(Column):
    """The words that stick on the row."""

    needs = "tags"

    def text(self, row: Any, beside: Beside) -> str:
        return ", ".join(beside.tags.get(row.pk, ()))

    def cell(self, row: Any, beside: Beside) -> SafeString | str:
        words = beside.tags.get(row.pk, ())
        return format_html_join(" ", '<span class="badge">{}</span>', ((word,) for word in words)) or NOTHING


class CompaniesColumn(Column):
    """Where the person works."""

    needs = "companies"

    def text(self, row: Any, beside: Beside) -> str:
        return ", ".join(beside.companies.get(row.pk, ()))


class HeadcountColumn(Column):
    """How many people of a company are known."""

    needs = "headcounts"
    css = "num"

    def text(self, row: Any, beside: Beside) -> str:
        return str(beside.headcounts.get(row.pk, 0))

    def cell(self, row: Any, beside: Beside) -> SafeString | str:
        return self.text(row, beside)


class StrengthColumn(Column):
    """How strong the relationship is, 0 to 100, as a small bar with its number."""

    needs = "strengths"
    css = "num"

    def text(self, row: Any, beside: Beside) -> str:
        score = beside.strengths.get(row.pk)
        return "" if score is None else str(score)

    def cell(self, row: Any, beside: Beside) -> SafeString | str:
        score = beside.strengths.get(row.pk)
        if score is None:
            return NOTHING
        return format_html('<meter min="0" max="100" value="{}" aria-hidden="true"></meter> {}', score, score)


class BusinessNumberColumn(Column):
    """A 사업자등록번호 with its hyphens."""

    def cell(self, row: Any, beside: Beside) -> SafeString | str:
        number = self.value(row)
        return copyable(f"{number[:3]}-{number[3:5]}-{number[5:]}" if number else "")


@dataclass(frozen=True)
class FieldColumn(Column):
    """A field that the workspace added."""

    definition: FieldDefinition | None = None
    needs = "links"

    @property
    def is_groupable(self) -> bool:
        """Whether the field divides a list into a few groups."""
        return is_groupable(self.field)

    @property
    def field(self) -> FieldDefinition:
        """The definition, which every such column has."""
        assert self.definition is not None
        return self.definition

    def value(self, row: Any) -> Any:
        return row.fields.get(self.field.key)

    def entry(self, row: Any) -> str:
        return field_entry(self.field, self.value(row))

    def text(self, row: Any, beside: Beside) -> str:
        return field_text(self.field, self.value(row), beside.links)


EDITORS = {
    FieldKind.TEXT: "text",
    FieldKind.NUMBER: "text",
    FieldKind.MONEY: "text",
    FieldKind.DATE: "date",
    FieldKind.URL: "url",
    FieldKind.CHOICE: "choice",
}
"""With which input a field of each kind is edited in a list; the others are edited on the row's own page."""


def copyable(text: str) -> SafeString | str:
    """Show a text that readers often copy."""
    return mark_safe(f'<span class="copyable">{escape(text)}</span>') if text else NOTHING  # noqa: S308 - escaped here


def field_column(definition: FieldDefinition) -> FieldColumn:
    """Return the column of a field that the workspace added."""
    editor = EDITORS.get(FieldKind(definition.kind), "")
    key = f"{FIELD}{definition.key}"
    return FieldColumn(
        key, definition.label, editor=editor, sort=key if is_sortable(definition) else "", definition=definition
    )
