"""Reading what people and files say in custom fields, and writing it down as strictly as members expect."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, transaction
from django.db.models import Q, QuerySet
from django.utils.translation import gettext as _

from dangol.customers.enums import FieldKind, IdentityKind
from dangol.customers.field_kinds import KINDS, FieldJson, Unreadable
from dangol.customers.models import Company, CustomRecord, FieldDefinition, Identity, Person
from dangol.customers.operations.phone import normalised_phone
from dangol.customers.operations.resident_numbers import holds_resident_number
from dangol.kit.errors import OperationError
from dangol.kit.ids import as_uuid
from dangol.workspaces.models import Member

NAMED_KEY = re.compile(r".*\(([^()]+)\)\s*", re.DOTALL)
UNIQUE = "customers_fieldvalue_once"
AMBIGUOUS = 2


class UnableToReadValue(OperationError):
    """The text says no value of the field."""


class UnableToKeepValue(OperationError):
    """Another row has this value of a unique field. `key` names the field."""

    def __init__(self, message: str, key: str) -> None:
        super().__init__(message)
        self.key = key


def read_field_value(definition: FieldDefinition, text: str, *, member: Member | None = None) -> FieldJson:
    """
    Return the JSON that a field keeps for what somebody wrote; None for nothing.

    A link is read from an id, an e-mail address, a phone or customer number, or a name that only one row has.

    :param member: link only to what this member may see
    :raises UnableToReadValue: with a translated message that says what to write
    """
    (value,) = read_field_values(definition, [text], member=member)
    if isinstance(value, UnableToReadValue):
        raise value
    return value


def read_field_values(
    definition: FieldDefinition, texts: Sequence[str], *, member: Member | None = None
) -> list[FieldJson | UnableToReadValue]:
    """Read many texts of one field at once; what cannot be read is its refusal. At most four queries, for links."""
    cleaned = [text.replace("\x00", "").strip() for text in texts]
    linked = _linked_ids(definition, {text for text in cleaned if text}, member) if definition.is_link else {}
    return [_read(definition, text, linked) for text in cleaned]


def default_values(definitions: Iterable[FieldDefinition]) -> dict[str, Any]:
    """Return what a new row begins with."""
    return {field.key: field.default for field in definitions if field.default is not None}


def with_values(before: Mapping[str, Any], values: Mapping[str, Any]) -> dict[str, Any]:
    """Return `fields` with these values in them; None takes a value out."""
    return {key: value for key, value in {**before, **values}.items() if value is not None or key not in values}


@contextmanager
def strict_fields(definitions: Iterable[FieldDefinition] = ()) -> Iterator[None]:
    """
    Refuse, inside the block, a second row with the same value of a unique field.

    Elsewhere the second is kept and counted on the field's page: what customers do is never lost for a field.

    :raises UnableToKeepValue: after rolling back what the block did
    """
    try:
        with transaction.atomic():
            _set_strict("strict")
            yield
            _set_strict("")
    except IntegrityError as refusal:
        key = _doubled_key(refusal)
        if key is None:
            raise
        label = next((field.label for field in definitions if field.key == key), key)
        raise UnableToKeepValue(_("Another one has this value already: %(field)s.") % {"field": label}, key) from None


def _set_strict(value: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute("SELECT set_config('dangol.fields', %s, true)", [value])


def _doubled_key(refusal: IntegrityError) -> str | None:
    diagnosis = getattr(refusal.__cause__, "diag", None)
    return diagnosis.message_detail if diagnosis is not None and diagnosis.constraint_name == UNIQUE else None


def _read(definition: FieldDefinition, text: str, linked: Mapping[str, UUID]) -> FieldJson | UnableToReadValue:
    if not text:
        return None
    if definition.is_link:
        found = linked.get(text)
        return str(found) if found else UnableToReadValue(_("Nobody and nothing here is called so, or several are."))
    if holds_resident_number(text):
        return UnableToReadValue(_("A resident registration number must not be kept. Leave it out."))
    try:
        return KINDS[definition.kind].read(definition, text)
    except Unreadable as refusal:
        return UnableToReadValue(str(refusal))


def _linked_ids(definition: FieldDefinition, texts: set[str], member: Member | None) -> dict[str, UUID]:
    """Find whom each text means: by the key in brackets behind a name, else by the whole text."""
    keys = {text: match[1].strip() if (match := NAMED_KEY.fullmatch(text)) else text for text in texts}
    by_key = _rows_by_key(definition, set(keys.values()) | texts, member)
    found = {text: by_key.get(key) or by_key.get(text) for text, key in keys.items()}
    return {text: row_id for text, row_id in found.items() if row_id}


def _rows_by_key(definition: FieldDefinition, keys: set[str], member: Member | None) -> dict[str, UUID]:
    rows = _candidates(definition, member)
    ids = {key: row_id for key in keys if (row_id := as_uuid(key))}
    there = set(rows.filter(pk__in=ids.values()).values_list("pk", flat=True)) if ids else set()
    found = {key: row_id for key, row_id in ids.items() if row_id in there}
    rest = keys - found.keys()
    if not rest:
        return found
    if definition.kind == FieldKind.PERSON:
        return found | _by_name(rows, rest) | _by_identity(definition.workspace_id, rows, rest)
    numbered = rows.filter(external_id__in=rest).values_list("external_id", "pk")
    return found | _by_name(rows, rest) | dict(numbered)


def _candidates(definition: FieldDefinition, member: Member | None) -> QuerySet[Any]:
    model = {FieldKind.PERSON: Person, FieldKind.COMPANY: Company, FieldKind.RECORD: CustomRecord}[
        FieldKind(definition.kind)
    ]
    rows: QuerySet[Any] = model.objects.filter(workspace_id=definition.workspace_id)  # type: ignore[attr-defined] # each has a manager
    if definition.kind == FieldKind.RECORD:
        rows = rows.filter(object__key=definition.target)
    return rows & model.objects.visible_to(member) if member else rows  # type: ignore[attr-defined] # each has a manager


def _by_name(rows: QuerySet[Any], names: set[str]) -> dict[str, UUID]:
    """Names that exactly one row has."""
    found: dict[str, list[UUID]] = {}
    for name, row_id in rows.filter(name__in=names).values_list("name", "pk")[: AMBIGUOUS * len(names) + 100]:
        found.setdefault(name, []).append(row_id)
    return {name: ids[0] for name, ids in found.items() if len(ids) == 1}


def _by_identity(workspace_id: UUID, rows: QuerySet[Any], keys: set[str]) -> dict[str, UUID]:
    wanted = {(IdentityKind.EXTERNAL_ID.value, key): key for key in keys}
    wanted |= {(IdentityKind.EMAIL.value, key.lower()): key for key in keys if "@" in key}
    wanted |= {(IdentityKind.PHONE.value, number): key for key in keys if (number := normalised_phone(key))}
    asked = Q(kind__in={kind for kind, _value in wanted}, value__in={value for _kind, value in wanted})
    known = Identity.objects.filter(asked, workspace_id=workspace_id, person__in=rows.values("pk"))
    return {
        wanted[kind, value]: person_id
        for kind, value, person_id in known.values_list("kind", "value", "person_id")
        if (kind, value) in wanted
    }
