"""The custom fields of people and companies, as conditions ask for them."""

from collections.abc import Iterable
from uuid import UUID

from dangol.customers.enums import IndexState
from dangol.customers.models import FieldDefinition
from dangol.segments.conditions.attribute import AttributeCondition
from dangol.segments.conditions.custom_field import CustomField
from dangol.segments.contracts import Condition, KnownField, Subject


def known_fields(conditions: Iterable[Condition]) -> dict[tuple[str, str], KnownField]:
    """Return the defined fields that conditions name, by object and key. No query for conditions that name none."""
    named = {
        (part.attribute.about, part.attribute.name)
        for condition in conditions
        for part in condition.walk()
        if isinstance(part, AttributeCondition) and isinstance(part.attribute, CustomField)
    }
    if not named:
        return {}
    keys = {name for _about, name in named}
    own = FieldDefinition.objects.filter(object__in=list(Subject), key__in=keys, archived_at__isnull=True)
    return {(field.object, field.key): _known(field) for field in own if (field.object, field.key) in named}


def offered_fields(workspace_id: UUID) -> list[KnownField]:
    """Return every field of people and companies that the workspace defined, in its order."""
    own = FieldDefinition.objects.filter(workspace_id=workspace_id, object__in=list(Subject), archived_at__isnull=True)
    return [_known(field) for field in own.order_by("position", "id")]


def _known(field: FieldDefinition) -> KnownField:
    is_ready = field.is_indexed and field.index_state == IndexState.READY
    return KnownField(
        field.key, field.label, field.kind, tuple(field.choices),
        side_table=field.pk if is_ready else None, about=Subject(field.object), definition=field.pk,
    )  # fmt: skip
