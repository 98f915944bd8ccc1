"""What the pages about fields, and the fields on other pages, show."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet

from dangol.customers.enums import FieldKind, IndexState
from dangol.customers.models import Company, CustomObject, CustomRecord, FieldDefinition, FieldValue, Person
from dangol.customers.models.field import CORE_LABELS, CORE_OBJECTS, PERSON
from dangol.customers.queries.fields import ShownField, custom_objects, definitions_of, field_definitions, shown_fields
from dangol.customers.queries.records import companies_of_record, people_of_record, related_records
from dangol.customers.queries.search import people_found
from dangol.customers.queries.ways import LAST_LETTER
from dangol.workspaces.models import Member

SUGGESTED = 8


@dataclass(frozen=True)
class FieldsPage:
    """The fields of one object, and the objects beside it."""

    object_key: str
    objects: list[tuple[str, str]]
    live: list[FieldDefinition]
    archived: list[FieldDefinition]

    @property
    def is_working(self) -> bool:
        """Whether a side table is being filled or emptied."""
        states = {field.index_state for field in (*self.live, *self.archived)}
        return bool(states & {IndexState.FILLING.value, IndexState.EMPTYING.value})


@dataclass(frozen=True)
class RowFields:
    """The custom fields and the records of a person or company, as their page shows them."""

    fields: list[ShownField]
    records: list[CustomRecord]


@dataclass(frozen=True)
class RecordPage:
    """One record with all that belongs to it."""

    record: CustomRecord
    fields: list[ShownField]
    people: list[Person]
    companies: list[Company]


def fields_page(member: Member, object_key: str) -> FieldsPage | None:
    """Return the page of an object's fields; None for an object that is not there."""
    own = [(one.key, one.plural) for one in custom_objects(member) if one.archived_at is None]
    objects = [*((key, str(CORE_LABELS[key])) for key in CORE_OBJECTS), *own]
    if object_key not in dict(objects):
        return None
    fields = list(definitions_of(member, object_key))
    live = [field for field in fields if field.archived_at is None]
    return FieldsPage(object_key, objects, live, [field for field in fields if field.archived_at is not None])


def fields_visible(member: Member) -> QuerySet[FieldDefinition]:
    """Every field of the member's workspace."""
    return FieldDefinition.objects.filter(workspace_id=member.workspace_id)


def doubled_values(field: FieldDefinition) -> int:
    """How many rows have a value of a unique field that another row had first."""
    rows = FieldValue.objects.filter(workspace_id=field.workspace_id, definition=field, once__isnull=True)
    return rows.count() if field.index_state == IndexState.READY else 0


def row_fields(row: Person | Company, member: Member) -> RowFields:
    """Return the fields of a person or company that hold something, and its records. Two queries, one more per link."""
    object_key = PERSON if isinstance(row, Person) else "company"
    definitions = field_definitions(workspace_id=row.workspace_id, object=object_key)
    return RowFields(shown_fields(definitions, row.fields, member), related_records(row, member))


def record_page(record: CustomRecord, member: Member) -> RecordPage:
    """Return what the page of a record shows."""
    definitions = field_definitions(workspace_id=record.workspace_id, object=record.object.key)
    shown = shown_fields(definitions, record.fields, member)
    return RecordPage(record, shown, people_of_record(record, member), companies_of_record(record, member))


def field_suggestions(member: Member, field: FieldDefinition, typed: str) -> list[str]:
    """Return a few rows that a link may lead to, each as the form reads it back: a name with its id."""
    asked = typed.replace("\x00", "").strip()[:100]
    if not asked or not field.is_link:
        return []
    found = _candidates(member, field, asked)
    return [f"{row} ({row.pk})" for row in found[:SUGGESTED]]


def _candidates(member: Member, field: FieldDefinition, asked: str) -> QuerySet[Any]:
    if field.kind == FieldKind.PERSON:
        return people_found(member, asked).only("name", "email")
    begins = {"name__gte": asked, "name__lt": asked + LAST_LETTER}
    if field.kind == FieldKind.COMPANY:
        return Company.objects.visible_to(member).filter(**begins).only("name", "external_id").order_by("name", "id")
    own = CustomObject.objects.filter(workspace_id=member.workspace_id, key=field.target)
    records = CustomRecord.objects.visible_to(member).filter(object__in=own, **begins)
    return records.only("name").order_by("name", "id")
