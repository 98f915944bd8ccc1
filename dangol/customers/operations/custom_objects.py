"""Objects of a workspace's own, and the records of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dangol.customers.models import Company, CustomObject, CustomRecord, FieldDefinition, Person, RecordLink
from dangol.customers.models.field import CORE_OBJECTS
from dangol.customers.operations.field_files import UnableToKeepFile, put_values
from dangol.customers.operations.field_values import UnableToKeepValue, strict_fields
from dangol.customers.operations.fields import KEY, UnableToDefineField, key_of
from dangol.customers.operations.history import move_to_trash
from dangol.customers.operations.resident_numbers import holds_resident_number
from dangol.kit.authorship import act_as
from dangol.kit.errors import OperationError
from dangol.kit.ids import uuid7
from dangol.kit.korean import bigrams, initials
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

MOST_OBJECTS = 50
MOST_LINKS = 200
BY_HAND = "staff"


class UnableToSaveRecord(OperationError):
    """What was written about the record cannot be kept. `field` names the field to mend."""

    def __init__(self, message: str, field: str = "name") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class ObjectDetails:
    """What a member decides about an object. The key never changes."""

    label: str
    plural: str
    key: str = ""
    help_text: str = ""


@dataclass(frozen=True, kw_only=True)
class RecordDetails:
    """What a member writes about a record: its own columns, its fields, and to whom it belongs."""

    name: str
    external_id: str = ""
    owner_id: UUID | None = None
    values: Mapping[str, Any]
    definitions: Sequence[FieldDefinition] = ()
    person_ids: tuple[UUID, ...] | None = None
    company_ids: tuple[UUID, ...] | None = None


@transaction.atomic
def define_object(*, member: Member, details: ObjectDetails, now: datetime) -> CustomObject:
    """
    Let the workspace keep one more kind of thing.

    :raises UnableToDefineField: without a name, for a key that is taken, or when there are 50 already
    """
    own = CustomObject.objects.filter(workspace_id=member.workspace_id)
    if own.filter(archived_at__isnull=True).count() >= MOST_OBJECTS:
        raise UnableToDefineField(_("There are %(most)s objects already. Archive one first.") % {"most": MOST_OBJECTS})
    key = (details.key.strip() or key_of(details.label) or "object")[:40]
    taken = {*CORE_OBJECTS, "household", *own.values_list("key", flat=True)}
    if not KEY.fullmatch(key) or key in taken:
        raise UnableToDefineField(_("Another object has this key, or it is none. Choose another one."), "key")
    place = (own.aggregate(last=Max("position"))["last"] or 0) + 1
    made = CustomObject(workspace_id=member.workspace_id, key=key, position=place)
    _write_object(made, details)
    made.save(force_insert=True)
    _record_object(member, "ObjectDefined", made, now)
    return made


@transaction.atomic
def change_object(*, custom_object: CustomObject, member: Member, details: ObjectDetails, now: datetime) -> None:
    """
    Call an object something else.

    :raises UnableToDefineField: without a name
    """
    changed = CustomObject.objects.select_for_update().get(workspace_id=custom_object.workspace_id, pk=custom_object.pk)
    _write_object(changed, details)
    changed.save()
    _record_object(member, "ObjectChanged", changed, now)


@transaction.atomic
def archive_object(*, custom_object: CustomObject, member: Member, now: datetime, archived: bool = True) -> None:
    """Take an object out of every page, or bring it back. Its records stay."""
    CustomObject.objects.filter(workspace_id=member.workspace_id, pk=custom_object.pk).update(
        archived_at=now if archived else None
    )
    _record_object(member, "ObjectArchived" if archived else "ObjectRestored", custom_object, now)


@transaction.atomic
def create_record(
    *,
    custom_object: CustomObject,
    member: Member,
    details: RecordDetails,
    now: datetime,
) -> CustomRecord:
    """
    Add a record.

    :raises UnableToSaveRecord: without a name, or when a unique value or the number is taken
    """
    record = CustomRecord(workspace_id=member.workspace_id, object=custom_object, origin=BY_HAND)
    _save(record, member, details, now)
    told = {"record_id": str(record.pk), "object": custom_object.key}
    record_act(member=member, verb="RecordCreated", detail=told, now=now)
    return record


@transaction.atomic
def change_record(
    *,
    record: CustomRecord,
    member: Member,
    details: RecordDetails,
    now: datetime,
) -> CustomRecord:
    """
    Correct a record.

    :raises UnableToSaveRecord: without a name, or when a unique value or the number is taken
    """
    changed = CustomRecord.objects.select_for_update(of=("self",)).get(workspace_id=record.workspace_id, pk=record.pk)
    _save(changed, member, details, now)
    record_act(member=member, verb="RecordChanged", detail={"record_id": str(record.pk)}, now=now)
    return changed


@transaction.atomic
def delete_record(*, record: CustomRecord, member: Member, now: datetime) -> None:
    """Put a record into the trash, out of which it can be brought back."""
    move_to_trash(
        workspace_id=record.workspace_id, kind="record", ids=[record.pk], member=member, now=now, batch=uuid7()
    )
    record_act(member=member, verb="RecordDeleted", detail={"record_id": str(record.pk)}, now=now)


def _write_object(made: CustomObject, details: ObjectDetails) -> None:
    made.label, made.plural, made.help_text = details.label.strip(), details.plural.strip(), details.help_text.strip()
    if not made.label or not made.plural:
        raise UnableToDefineField(_("Write what one of them is called, and what many are called."), "label")


def _record_object(member: Member, verb: str, made: CustomObject, now: datetime) -> None:
    detail = {"object_id": str(made.pk), "key": made.key, "label": made.label, "plural": made.plural}
    record_act(member=member, verb=verb, detail=detail, now=now)


def _save(
    record: CustomRecord,
    member: Member,
    details: RecordDetails,
    now: datetime,
) -> None:
    record.name, record.external_id = _kept(details.name, "name"), _kept(details.external_id, "external_id")
    if not record.name:
        raise UnableToSaveRecord(_("Write a name."))
    record.owner_id = details.owner_id
    record.bigrams, record.initials = bigrams(record.name), initials(record.name)[:200]
    try:
        put_values(record, values=details.values, definitions=details.definitions, member=member, now=now)
        with act_as(member_id=member.pk), strict_fields(details.definitions):
            record.save()
    except UnableToKeepFile as refusal:
        raise UnableToSaveRecord(str(refusal)) from None
    except UnableToKeepValue as refusal:
        raise UnableToSaveRecord(str(refusal), f"field-{refusal.key}") from None
    except IntegrityError as refusal:
        if "custom_record_external_id_once" not in str(refusal):
            raise
        raise UnableToSaveRecord(_("Another one has this number already."), "external_id") from None
    _link(record, "person", Person.objects.visible_to(member), details.person_ids)
    _link(record, "company", Company.objects.visible_to(member), details.company_ids)


def _kept(text: str, field: str) -> str:
    cleaned = " ".join(text.replace("\x00", "").split())
    if holds_resident_number(cleaned):
        raise UnableToSaveRecord(_("A resident registration number must not be kept. Leave it out."), field)
    return cleaned


def _link(record: CustomRecord, end: str, visible: Any, ids: tuple[UUID, ...] | None) -> None:
    """Let the record belong to these and, among those whom the member may see, to no others. None changes nothing."""
    if ids is None:
        return
    own = RecordLink.objects.filter(workspace_id=record.workspace_id, record=record)
    own.filter(**{f"{end}__in": visible.values("pk")}).exclude(**{f"{end}__in": ids}).delete()
    there = visible.filter(pk__in=ids[:MOST_LINKS]).values_list("pk", flat=True)
    RecordLink.objects.bulk_create(
        [RecordLink(workspace_id=record.workspace_id, record=record, **{f"{end}_id": row_id}) for row_id in there],
        ignore_conflicts=True,
    )
