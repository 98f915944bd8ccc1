"""The inventory of personal data: what every room declared, and the fields that the workspace made itself."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from dangol.customers.models import FieldDefinition, SealedField
from dangol.privacy.models import RetentionChoice
from dangol.privacy.queries.retention import chosen_periods
from dangol.workspaces.contracts import Kept, PersonalData
from dangol.workspaces.enums import DataPurpose, DataSort
from dangol.workspaces.models import Workspace

COLUMNS = ("table", "field", "title", "whose", "sort", "purpose", "basis", "kept")


@dataclass(frozen=True)
class InventoryLine:
    """Some fields of one table, and how long their rows stay, in words."""

    held: PersonalData
    kept: str | Promise


@dataclass(frozen=True)
class InventoryPart:
    """Everything that is kept for one purpose."""

    purpose: DataPurpose
    lines: Sequence[InventoryLine]


@dataclass(frozen=True)
class Inventory:
    """All personal data of a workspace."""

    workspace: Workspace
    parts: Sequence[InventoryPart]
    own_fields: Sequence[FieldDefinition]
    sealed_fields: Sequence[SealedField]


def inventory(workspace: Workspace) -> Inventory:
    """Return what is kept, by purpose, in the order in which the rooms stand upon each other. Three queries."""
    chosen = chosen_periods(workspace.pk)
    lines = [InventoryLine(held, kept_words(held, chosen.get(held.table))) for held in PersonalData.held]
    parts = [
        InventoryPart(purpose, [line for line in lines if line.held.purpose == purpose]) for purpose in DataPurpose
    ]
    return Inventory(workspace, parts, _own_fields(workspace.pk), _sealed_fields(workspace.pk))


def inventory_rows(told: Inventory) -> Iterator[Sequence[str]]:
    """Yield one line a field, for programs and spreadsheets, in the order of `COLUMNS`."""
    for part in told.parts:
        for line in part.lines:
            held = line.held
            for name in held.fields:
                words = (held.title, held.whose.label, held.sort.label, held.purpose.label, held.basis.label, line.kept)
                yield [held.table, name, *(str(word) for word in words)]


def kept_words(held: PersonalData, choice: RetentionChoice | None) -> str | Promise:
    """Say how long rows stay."""
    if isinstance(held.kept, Kept):
        return held.kept.words
    if choice is not None and choice.is_on:
        return format_lazy(_("{days} days"), days=f"{choice.days:,}")
    return format_lazy(
        _("{days} days are proposed; nothing goes until that is switched on"), days=f"{held.kept.days:,}"
    )


def sorts_of(part: InventoryPart) -> list[DataSort]:
    """Return what sorts of data are kept for a purpose, each once."""
    return list(dict.fromkeys(line.held.sort for line in part.lines))


def _own_fields(workspace_id: UUID) -> list[FieldDefinition]:
    fields = FieldDefinition.objects.filter(workspace_id=workspace_id, archived_at=None)
    return list(fields.order_by("object", "position", "id"))


def _sealed_fields(workspace_id: UUID) -> list[SealedField]:
    return list(SealedField.objects.filter(workspace_id=workspace_id).order_by("id"))
