"""Fields and objects of a workspace, and the values in them as people read them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse

from dangol.customers.enums import FieldKind
from dangol.customers.field_kinds import KINDS
from dangol.customers.models import Company, CustomObject, CustomRecord, FieldDefinition, Person
from dangol.customers.models.field import CORE_OBJECTS
from dangol.kit import tenancy
from dangol.kit.compiled import Compiled
from dangol.kit.ids import as_uuid
from dangol.workspaces.models import Member

DEFINITIONS: Compiled[FieldDefinition] = Compiled(
    lambda **whose: FieldDefinition.objects.filter(**whose, archived_at__isnull=True).order_by("position", "id")
)
Linked = Mapping[str, str]
"""Names of linked rows by their ids."""


@dataclass(frozen=True)
class ShownField:
    """One field of one row, ready to be shown. `href` leads to what it names."""

    definition: FieldDefinition
    text: str
    href: str = ""


def field_definitions(*, workspace_id: UUID, object: str) -> list[FieldDefinition]:  # noqa: A002 - the word of the trade
    """Return the fields of people ("person"), companies ("company") or an own object, in their order. One query."""
    return DEFINITIONS(workspace_id=workspace_id, object=object)


def definitions_of(member: Member, object_key: str) -> QuerySet[FieldDefinition]:
    """Every field of an object, the archived ones last."""
    own = FieldDefinition.objects.filter(workspace_id=member.workspace_id, object=object_key)
    return own.order_by("archived_at", "position", "id")


def custom_objects(member: Member) -> QuerySet[CustomObject]:
    """Every object that the workspace made for itself, the archived ones last."""
    own = CustomObject.objects.filter(workspace_id=member.workspace_id)
    return own.order_by("archived_at", "position", "id")


def live_objects(member: Member) -> QuerySet[CustomObject]:
    """The objects in use."""
    return custom_objects(member).filter(archived_at__isnull=True)


def has_fields(member: Member, object_key: str) -> bool:
    """Whether there is such an object."""
    return object_key in CORE_OBJECTS or custom_objects(member).filter(key=object_key).exists()


def field_text(definition: FieldDefinition, value: Any, linked: Linked | None = None) -> str:
    """
    Say a value in the reader's language; an absent one is empty.

    :param linked: names of linked rows, for many values at once; without it a link is looked up alone
    """
    if value is None or value == "":
        return ""
    if definition.is_link:
        names = linked if linked is not None else linked_names(definition.workspace_id, [(definition, value)])
        return names.get(str(value), "")
    return KINDS[definition.kind].show(definition, value)


def field_entry(definition: FieldDefinition, value: Any, linked: Linked | None = None) -> str:
    """Return the text by which a form shows the value, and which `read_field_value` reads back to it."""
    if value is None or value == "":
        return ""
    if definition.is_link:
        name = field_text(definition, value, linked)
        return f"{name} ({value})" if name else str(value)
    return KINDS[definition.kind].entry(definition, value)


def shown_fields(definitions: Sequence[FieldDefinition], values: Mapping[str, Any], member: Member) -> list[ShownField]:
    """Return the fields that hold something. One query for each kind of row that they link to."""
    held = [(field, values[field.key]) for field in definitions if values.get(field.key) not in (None, "", [])]
    names = linked_names(member.workspace_id, held, member=member)
    shown = [ShownField(field, field_text(field, value, names), _href(field, value, names)) for field, value in held]
    return [one for one in shown if one.text]


def linked_names(
    workspace_id: UUID, values: Iterable[tuple[FieldDefinition, Any]], *, member: Member | None = None
) -> dict[str, str]:
    """
    Return the names of linked rows by their ids; of those who are gone or hidden, none.

    :param member: name only what this member may see
    """
    wanted: dict[str, set[UUID]] = {}
    for field, value in values:
        if field.is_link and (row_id := as_uuid(value)):
            wanted.setdefault(field.kind, set()).add(row_id)
    names: dict[str, str] = {}
    for kind, ids in wanted.items():
        rows = _visible(kind, member).filter(workspace_id=workspace_id, pk__in=ids)
        names |= {str(row.pk): str(row) for row in rows.only(*NAMED[kind])}
        gone = {row_id for row_id in ids if str(row_id) not in names}
        if gone and kind != FieldKind.RECORD:
            names |= _names_after_merging(workspace_id, kind, gone, member)
    return names


MOST_MERGES = 5
NAMED = {
    FieldKind.PERSON.value: ("name", "email"),
    FieldKind.COMPANY.value: ("name", "external_id"),
    FieldKind.RECORD.value: ("name",),
}
ROUTES = {
    FieldKind.PERSON.value: "person",
    FieldKind.COMPANY.value: "company",
    FieldKind.RECORD.value: "fields:record",
}
MODELS = {FieldKind.PERSON.value: Person, FieldKind.COMPANY.value: Company, FieldKind.RECORD.value: CustomRecord}


def _names_after_merging(workspace_id: UUID, kind: str, ids: set[UUID], member: Member | None) -> dict[str, str]:
    """Return for those who were merged the names of those who are kept. Their old addresses lead there."""
    into: dict[UUID, UUID] = {}
    step = {row_id: row_id for row_id in ids}
    with tenancy.open_trash():
        for _merge in range(MOST_MERGES):
            merged = MODELS[kind].objects.filter(workspace_id=workspace_id, merged_into__isnull=False)  # type: ignore[attr-defined] # each has a manager
            next_of = dict(merged.filter(pk__in=set(step.values())).values_list("pk", "merged_into_id"))
            step = {first: next_of[last] for first, last in step.items() if last in next_of}
            if not step:
                break
            into |= step
    kept = {row.pk: str(row) for row in _visible(kind, member).filter(pk__in=into.values()).only(*NAMED[kind])}
    return {str(row_id): kept[keeper] for row_id, keeper in into.items() if keeper in kept}


def _visible(kind: str, member: Member | None) -> QuerySet[Any]:
    rows = MODELS[kind].objects  # type: ignore[attr-defined] # each of the three has a manager
    visible: QuerySet[Any] = rows.visible_to(member) if member else rows.all()
    return visible


def _href(field: FieldDefinition, value: Any, names: Linked) -> str:
    if field.kind == FieldKind.URL:
        text = str(value)
        return text if text.lower().startswith(("http://", "https://")) else ""
    if field.kind == FieldKind.FILE and isinstance(value, dict) and as_uuid(value.get("file")):
        return reverse("fields:file", args=[value["file"]])
    if str(value) not in names:
        return ""
    return reverse(ROUTES[field.kind], args=[value])
