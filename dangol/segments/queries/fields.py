"""The custom fields of people, as conditions ask for them."""

from collections.abc import Iterable
from uuid import UUID

from dangol.customers.enums import IndexState
from dangol.customers.models import FieldDefinition
from dangol.customers.models.field import PERSON
from dangol.customers.queries import field_definitions
from dangol.segments.conditions.attribute import AttributeCondition
from dangol.segments.conditions.person_attributes import CustomField
from dangol.segments.contracts import Condition, KnownField


def known_fields(conditions: Iterable[Condition]) -> dict[str, KnownField]:
    """Return the defined fields that conditions name, by key. No query for conditions that name none."""
    named = {
        part.attribute.name
        for condition in conditions
        for part in condition.walk()
        if isinstance(part, AttributeCondition) and isinstance(part.attribute, CustomField)
    }
    if not named:
        return {}
    own = FieldDefinition.objects.filter(object=PERSON, key__in=named, archived_at__isnull=True)
    return {field.key: _known(field) for field in own}


def offered_fields(workspace_id: UUID) -> list[KnownField]:
    """Return every field of people that the workspace defined, in its order."""
    return [_known(field) for field in field_definitions(workspace_id=workspace_id, object=PERSON)]


def _known(field: FieldDefinition) -> KnownField:
    is_ready = field.is_indexed and field.index_state == IndexState.READY
    return KnownField(field.key, field.label, field.kind, tuple(field.choices), field.pk if is_ready else None)
