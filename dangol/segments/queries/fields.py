"""The fields and objects of the workspace's own, as conditions ask for them."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet

from dangol.customers.enums import IndexState
from dangol.customers.models import CustomObject, FieldDefinition
from dangol.segments.conditions.attribute import AttributeCondition
from dangol.segments.conditions.custom_field import CustomField
from dangol.segments.conditions.records import HasRecords
from dangol.segments.contracts import Condition, KnownField, KnownObject, KnownTrait, Subject
from dangol.segments.models import ComputedTrait


def known_fields(conditions: Iterable[Condition]) -> dict[tuple[Subject, str], KnownField]:
    """Return the defined fields that conditions name, by object and key. No query for conditions that name none."""
    named = {
        (part.attribute.about, part.attribute.name)
        for condition in conditions
        for part in condition.walk()
        if isinstance(part, AttributeCondition) and isinstance(part.attribute, CustomField)
    }
    if not named:
        return {}
    objects, keys = {about.object for about, _name in named}, {name for _about, name in named}
    own = FieldDefinition.objects.filter(object__in=objects, key__in=keys, archived_at__isnull=True)
    known = [_known(field) for field in own]
    return {(field.about, field.key): field for field in known if (field.about, field.key) in named}


def known_traits(conditions: Iterable[Condition]) -> dict[str, KnownTrait]:
    """Return the computed traits that conditions name, by id. No query for conditions that name none."""
    ids = {row_id for one in conditions for kind, row_id in one.refers_to() if kind == "trait"}
    return {trait.id: trait for trait in _traits(ComputedTrait.objects.filter(pk__in=ids))} if ids else {}


def offered_traits(workspace_id: UUID) -> list[KnownTrait]:
    """Return the computed traits of the workspace, by name."""
    return _traits(ComputedTrait.objects.filter(workspace_id=workspace_id).order_by("name"))


def known_objects(conditions: Iterable[Condition], about: Subject) -> dict[str, KnownObject]:
    """Return the own objects of whose records something is said, by key. No query when there are none."""
    inside = {part.records for condition in conditions for part in condition.walk() if isinstance(part, HasRecords)}
    keys = {subject.object for subject in (about, *inside) if subject.kind == Subject.RECORD}
    return {own.key: own for own in _objects(CustomObject.objects.filter(key__in=keys))} if keys else {}


def offered_fields(workspace_id: UUID) -> list[KnownField]:
    """Return every field of people and companies that the workspace defined, and of records the filterable ones."""
    own = FieldDefinition.objects.filter(workspace_id=workspace_id, archived_at__isnull=True)
    known = [_known(field) for field in own.order_by("position", "id")]
    return [field for field in known if field.side_table or field.about.kind != Subject.RECORD]


def offered_objects(workspace_id: UUID) -> list[KnownObject]:
    """Return the own objects of the workspace, in its order."""
    own = CustomObject.objects.filter(workspace_id=workspace_id, archived_at__isnull=True)
    return _objects(own.order_by("position", "id"))


def _traits(own: QuerySet[ComputedTrait]) -> list[KnownTrait]:
    return [KnownTrait(str(trait.pk), trait.name, trait.question) for trait in own]


def _objects(own: QuerySet[CustomObject]) -> list[KnownObject]:
    return [KnownObject(one.key, one.label, one.plural) for one in own]


def _known(field: FieldDefinition) -> KnownField:
    is_ready = field.is_indexed and field.index_state == IndexState.READY
    return KnownField(
        field.key, field.label, field.kind, tuple(field.choices), field.former_choices,
        side_table=field.pk if is_ready else None, about=Subject.with_fields_of(field.object), definition=field.pk,
    )  # fmt: skip
