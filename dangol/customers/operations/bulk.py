"""
Changing many people or companies in one statement each, and one field of one row with an eye on other editors.

Names, addresses and numbers by which a person is recognised are never written to many rows at once.
"""

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from dangol import facts
from dangol.customers.models import Company, FieldDefinition, Person, Tag, Tagging
from dangol.customers.operations.announcing import announce
from dangol.customers.operations.field_values import (
    UnableToKeepValue,
    UnableToReadValue,
    read_field_value,
    strict_fields,
    with_values,
)
from dangol.customers.operations.golden import Saying, own_values, settle, speaks_alone, values_before
from dangol.customers.operations.golden_many import say_of_many
from dangol.customers.operations.people import UnableToSavePerson, refuse_what_is_only_read
from dangol.customers.operations.resident_numbers import holds_resident_number
from dangol.customers.operations.some_details import change_some
from dangol.customers.queries import field_entry
from dangol.customers.queries.trust import BY_HAND
from dangol.kit.errors import OperationError
from dangol.kit.masking import OWN_FIELD, unmasked
from dangol.workspaces.models import Member

Row = Person | Company
MODELS: Mapping[str, type[Person] | type[Company]] = {"people": Person, "companies": Company}
LONGEST_TAG = 60

TAG = """
INSERT INTO customers_tagging (workspace_id, id, tag_id, {column}, by_id, at)
SELECT %(workspace)s, gen_random_uuid(), %(tag)s, id, %(by)s, %(now)s FROM {table}
WHERE workspace_id = %(workspace)s AND id = ANY(%(ids)s)
ON CONFLICT DO NOTHING
"""


class UnableToChange(OperationError):
    """The value cannot be kept in this field."""


class ChangedMeanwhile(OperationError):
    """Somebody else changed the field after it was shown. `found` is what stands there now."""

    def __init__(self, found: Any) -> None:
        super().__init__(_("Somebody changed this meanwhile. Look at the new value before you write over it."))
        self.found = found


def _text(limit: int) -> Callable[[str], str]:
    def read(value: str) -> str:
        text = value.replace("\x00", "").strip()
        if len(text) > limit:
            raise UnableToChange(_("This text is too long."))
        if holds_resident_number(text):
            raise UnableToChange(_("A resident registration number must not be kept. Leave it out."))
        return text

    return read


def _code(letters: int, *, upper: bool) -> Callable[[str], str]:
    def read(value: str) -> str:
        text = value.strip()
        if text and not (len(text) == letters and text.isascii() and text.isalpha()):
            raise UnableToChange(_("Choose one of the options."))
        return text.upper() if upper else text.lower()

    return read


def _owner(value: str) -> UUID | None:
    try:
        return UUID(value) if value else None
    except ValueError:
        raise UnableToChange(_("Choose one of the options.")) from None


SHARED: dict[str, Callable[[str], Any]] = {
    "city": _text(100),
    "country": _code(2, upper=True),
    "postal_code": _text(12),
    "owner_id": _owner,
}
FOR_MANY: Mapping[str, Mapping[str, Callable[[str], Any]]] = {
    "people": SHARED | {"language": _code(2, upper=False), "honorific": _text(20)},
    "companies": SHARED | {"industry": _text(100)},
}
"""Which fields may be written to many rows at once, and how what was typed is read."""


def change_field_of_many(
    *, workspace_id: UUID, listed: str, ids: Sequence[UUID], field: str, value: str, now: datetime
) -> int:
    """
    Write one value to one field of many rows, and return how many became different. Run it inside `act_as`.

    :raises UnableToChange: for a field that is not for many rows, or a value that does not fit it
    """
    read = FOR_MANY[listed].get(field)
    if read is None:
        raise UnableToChange(_("This field cannot be changed in many rows at once."))
    kept = read(value)
    if field == "owner_id" and kept and not Member.objects.filter(workspace_id=workspace_id, pk=kept).exists():
        raise UnableToChange(_("Choose one of the options."))
    rows = MODELS[listed].objects.filter(workspace_id=workspace_id, pk__in=ids)
    same = Q(**{f"{field}__isnull": True}) if kept is None else Q(**{field: kept, f"{field}__isnull": False})
    unlike = list(rows.exclude(same).values_list("pk", flat=True))
    kind = MODELS[listed]._meta.model_name or ""
    won = say_of_many(workspace_id=workspace_id, kind=kind, ids=unlike, field=field, value=kept, now=now)
    if listed == "people":
        announce(facts.PeopleChanged, workspace_id=workspace_id, person_ids=unlike)
    return rows.filter(pk__in=unlike).update(**{field: kept, "updated_at": now, **won})


def tag_many(*, member: Member, listed: str, ids: Sequence[UUID], name: str, now: datetime) -> int:
    """
    Stick a word on many rows, and return on how many it did not stick before. A new word is kept for everybody.

    :raises UnableToChange: for an empty or too long word
    """
    word = " ".join(name.split())
    if not word or len(word) > LONGEST_TAG:
        raise UnableToChange(_("Write a tag of at most 60 letters."))
    tag, _is_new = Tag.objects.get_or_create(workspace_id=member.workspace_id, name=word)
    model = MODELS[listed]
    statement = TAG.format(table=model._meta.db_table, column=_subject(listed))
    values: dict[str, Any] = {
        "workspace": member.workspace_id,
        "tag": tag.pk,
        "by": member.pk,
        "now": now,
        "ids": list(ids),
    }
    with connection.cursor() as cursor:
        cursor.execute(statement, values)
        return int(cursor.rowcount)


def untag_many(*, workspace_id: UUID, listed: str, ids: Sequence[UUID], name: str) -> int:
    """Take a word away from many rows, and return from how many. A word nobody wears stays known."""
    worn = Tagging.objects.filter(workspace_id=workspace_id, tag__name=" ".join(name.split()))
    taken, _by_model = worn.filter(**{f"{_subject(listed)}__in": ids}).delete()
    return taken


@unmasked
@transaction.atomic
def change_row_field(*, row: Row, field: str, value: str, seen: str, member: Member, now: datetime) -> Row:
    """
    Write one field of one person or company, unless it no longer holds what the member saw.

    :param seen: the value on the member's screen, as text
    :raises ChangedMeanwhile: if another value stands there now
    :raises UnableToSavePerson: for a value of a person that cannot be kept
    :raises UnableToSaveCompany: for one of a company
    """
    locked = type(row).objects.select_for_update(of=("self",)).get(workspace_id=row.workspace_id, pk=row.pk)
    _refuse_what_changed(as_typed(getattr(locked, field)), seen=seen, value=value)
    read = FOR_MANY["people" if isinstance(row, Person) else "companies"].get(field, str)
    told = _typed(field, value if field == "owner_id" else read(value))
    return change_some(row=locked, told={field: told}, member=member, now=now)


@unmasked
@transaction.atomic
def change_own_field(
    *, row: Row, definition: FieldDefinition, value: str, seen: str, member: Member, now: datetime
) -> Row:
    """
    Write one of the workspace's own fields of one person or company, unless it no longer holds what the member saw.

    :param seen: the value on the member's screen, as a form shows it
    :raises ChangedMeanwhile: if another value stands there now
    :raises UnableToChange: for a value that the field does not take, or that another row has of a unique field
    """
    locked = type(row).objects.select_for_update(of=("self",)).get(workspace_id=row.workspace_id, pk=row.pk)
    if isinstance(locked, Person):
        refuse_what_is_only_read(member, [f"{OWN_FIELD}{definition.key}"])
    _refuse_what_changed(field_entry(definition, locked.fields.get(definition.key)), seen=seen, value=value)
    stood = values_before(locked)
    try:
        told = {definition.key: read_field_value(definition, value, member=member)}
        locked.fields = with_values(locked.fields, told)
        if not speaks_alone(locked, BY_HAND):
            saying = Saying(locked, stood, own_values(told), now)
            settle(workspace_id=locked.workspace_id, origin=BY_HAND, sayings=[saying])
        with strict_fields([definition]):
            locked.save()
        if isinstance(locked, Person):
            announce(facts.PeopleChanged, workspace_id=locked.workspace_id, person_ids=[locked.pk])
    except (UnableToReadValue, UnableToKeepValue) as refusal:
        raise UnableToChange(str(refusal)) from None
    return locked


def as_typed(value: Any) -> str:
    """Return a field's value as an input shows it."""
    return "" if value is None else value.isoformat() if isinstance(value, date) else str(value)


def _refuse_what_changed(found: str, *, seen: str, value: str) -> None:
    """Refuse to write over what the member has not seen; what already stands there is no conflict."""
    if found not in {seen.strip(), value.strip()}:
        raise ChangedMeanwhile(found)


def _typed(field: str, value: str) -> Any:
    if field == "owner_id":
        return _owner(value)
    if field != "born_on":
        return value
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise UnableToSavePerson(_("This is not a date. Write it like 1990-12-31."), field) from None


def _subject(listed: str) -> str:
    return {"people": "person_id", "companies": "company_id"}[listed]
