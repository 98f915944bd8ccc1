"""In which orders a list can be shown: by columns that an index serves, and by filterable fields of the workspace."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django.db.models import Exists, F, FilteredRelation, OuterRef, Q, QuerySet
from django.db.models.fields.json import KeyTextTransform

from dangol.customers.enums import FieldKind, IndexState
from dangol.customers.models import FieldDefinition, FieldValue
from dangol.desk.enums import Listed
from dangol.workspaces.models import Member

NEWEST = "newest"
SORTS: Mapping[Listed, Mapping[str, tuple[str, ...]]] = {
    Listed.PEOPLE: {
        NEWEST: ("-created_at", "-id"),
        "name": ("name", "id"),
        "seen": ("-last_seen_at", "-id"),
        "email": ("email", "id"),
    },
    Listed.COMPANIES: {NEWEST: ("-created_at", "-id"), "name": ("name", "id")},
}
"""Orders that an index serves, so that the thousandth page is as quick as the first."""

FIELD = "field:"
OBJECT: Mapping[Listed, str] = {Listed.PEOPLE: "person", Listed.COMPANIES: "company"}
SORTED_BY: Mapping[str, str] = {
    FieldKind.TEXT: "words",
    FieldKind.URL: "words",
    FieldKind.CHOICE: "words",
    FieldKind.BOOLEAN: "words",
    FieldKind.DATE: "words",
    FieldKind.NUMBER: "number",
    FieldKind.MONEY: "number",
}
"""In which column of the side table the values of a kind stand in their order. Links and several values have none."""

GROUPED = (FieldKind.CHOICE, FieldKind.BOOLEAN)


def is_sortable(field: FieldDefinition) -> bool:
    """Whether a list can be shown in the order of a field."""
    return field.is_indexed and field.index_state == IndexState.READY and field.kind in SORTED_BY


def is_groupable(field: FieldDefinition) -> bool:
    """Whether a field divides a list into a few groups."""
    return is_sortable(field) and field.kind in GROUPED


def sorts_open_to(listed: Listed, member: Member) -> list[str]:
    """Return the orders of a list that tell nothing which the member may not read."""
    masked = member.rights.masked if listed == Listed.PEOPLE else frozenset()
    return [key for key in SORTS[listed] if key not in masked]


def fields_asked(listed: Listed, member: Member, keys: Iterable[str]) -> dict[str, FieldDefinition]:
    """Return the fields that orders or groupings such as "-field:grade" name, if they can be so used, by key."""
    asked = [key.removeprefix("-").replace("\x00", "") for key in keys]
    masked = member.rights.masked if listed == Listed.PEOPLE else frozenset()
    named = [key.removeprefix(FIELD) for key in asked if key.startswith(FIELD) and key not in masked]
    if not named:
        return {}
    own = FieldDefinition.objects.filter(
        workspace_id=member.workspace_id, object=OBJECT[listed], key__in=named, archived_at__isnull=True
    )
    return {field.key: field for field in own if is_sortable(field)}


def with_value(rows: QuerySet[Any], field: FieldDefinition) -> QuerySet[Any]:
    """Put the value of a field beside each row, as `sort_value`: a list in its order reads along the field's index."""
    own = Q(field_value__definition=field.pk, field_value__place=0)
    joined: QuerySet[Any] = rows.annotate(sorted=FilteredRelation("field_value", condition=own))
    ordered: QuerySet[Any] = joined.annotate(sort_value=F(f"sorted__{SORTED_BY[field.kind]}"))
    return ordered


def value_order(*, descending: bool) -> Sequence[str]:
    """Return the columns of such an order."""
    return ("-sort_value", "-id") if descending else ("sort_value", "id")


def field_text_of(field: FieldDefinition) -> KeyTextTransform:
    """Return the value of a field in the own row, as text."""
    return KeyTextTransform(field.key, "fields")


def within_field(field: FieldDefinition, value: str) -> Q:
    """Return which rows hold one value of a field; those without any for an empty one."""
    held = FieldValue.objects.filter(definition=field.pk, record_id=OuterRef("pk"))
    if not value:
        return ~Q(Exists(held))
    return Q(pk__in=FieldValue.objects.filter(definition=field.pk, words=value.lower()).values("record_id"))
