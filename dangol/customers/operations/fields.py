"""Defining fields: what they are called, what they hold, whether they can be filtered by."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Max
from django.utils.translation import gettext as _

from dangol.customers.enums import FieldKind, IndexState
from dangol.customers.field_kinds import BETWEEN_CHOICES, KINDS
from dangol.customers.models import CustomObject, FieldDefinition
from dangol.customers.operations.choices import default_after, settle_removed
from dangol.customers.operations.field_index import empty_field_index, fill_field_index
from dangol.customers.operations.field_values import UnableToReadValue, read_field_value
from dangol.kit.errors import OperationError
from dangol.kit.ids import uuid7
from dangol.kit.locks import hold
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

MOST_FIELDS = 200
MOST_CHOICES = 200
CHOICE_LENGTH = 100
KEY = re.compile(r"[^\W\d_][\w-]{0,59}")
CURRENCY = re.compile("[A-Z]{3}")


class UnableToDefineField(OperationError):
    """The field cannot be like this. `field` names the input to mend."""

    def __init__(self, message: str, field: str = "") -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class FieldDetails:
    """What a member decides about a field. `default` is as somebody would write it; key and kind never change."""

    label: str
    kind: str
    key: str = ""
    target: str = ""
    currency: str = ""
    choices: tuple[str, ...] = ()
    is_required: bool = False
    is_unique: bool = False
    is_filterable: bool = False
    default: str = ""
    help_text: str = ""


@transaction.atomic
def define_field(*, member: Member, object: str, details: FieldDetails, now: datetime) -> FieldDefinition:  # noqa: A002 - the word of the trade
    """
    Give people, companies or an own object one more field. An indexed one is filled by a job.

    :raises UnableToDefineField: when the definition makes no sense, the key is taken, or there are 200 already
    """
    others = _others(member, object)
    if others.filter(archived_at__isnull=True).count() >= MOST_FIELDS:
        raise UnableToDefineField(
            _("There are %(most)s fields already. Archive one that nobody uses.") % {"most": MOST_FIELDS}
        )
    key = _free_key(details, set(others.values_list("key", flat=True)))
    place = (others.aggregate(last=Max("position"))["last"] or 0) + 1
    field = FieldDefinition(workspace_id=member.workspace_id, object=object, key=key, position=place)
    field.kind, field.target = details.kind, _target(member, details)
    _write(field, details)
    field.save(force_insert=True)
    _arrange_index(field)
    _record(member, "FieldDefined", field, now, asdict(details))
    return field


@transaction.atomic
def change_field(
    *,
    field: FieldDefinition,
    member: Member,
    details: FieldDetails,
    now: datetime,
    becomes: Mapping[str, str] = MappingProxyType({}),
    batch: UUID | None = None,
) -> FieldDefinition:
    """
    Change a field. Its key, kind, target and currency stay, because values are kept by them.

    :param becomes: for each choice that goes though rows hold it: the choice that they hold from now on, "" for none
    :param batch: by which that can be taken back, see `take_exchange_back`
    :raises UnableToDefineField: when the definition makes no sense
    :raises ChoicesInUse: for choices that go, of which `becomes` says nothing
    """
    changed = _locked(field)
    before = details_of_field(changed)
    former = {"choices": changed.choices, "default": changed.default}
    fixed = replace(details, key=changed.key, kind=changed.kind, target=changed.target, currency=changed.currency)
    if becomes:
        fixed = replace(fixed, default=default_after(details.default, becomes))
    _write(changed, fixed)
    settle_removed(changed, before=former, becomes=becomes, member=member, batch=batch or uuid7(), now=now)
    after = details_of_field(changed)
    told = {name: value for name, value in asdict(after).items() if value != getattr(before, name)}
    if told:
        changed.save()
        _arrange_index(changed, again=after.is_unique and not before.is_unique)
        _record(member, "FieldChanged", changed, now, told)
    return changed


@transaction.atomic
def archive_field(*, field: FieldDefinition, member: Member, now: datetime) -> None:
    """Take a field out of every page and form. Its values stay where they are; its side table is emptied."""
    changed = _locked(field)
    if changed.archived_at is not None:
        return
    changed.archived_at = now
    changed.save()
    _arrange_index(changed)
    _record(member, "FieldArchived", changed, now, {})


@transaction.atomic
def restore_field_definition(*, field: FieldDefinition, member: Member, now: datetime) -> None:
    """
    Bring an archived field back.

    :raises UnableToDefineField: when there are 200 others by now
    """
    changed = _locked(field)
    if changed.archived_at is None:
        return
    if _others(member, changed.object).filter(archived_at__isnull=True).count() >= MOST_FIELDS:
        raise UnableToDefineField(
            _("There are %(most)s fields already. Archive one that nobody uses.") % {"most": MOST_FIELDS}
        )
    changed.archived_at = None
    changed.save()
    _arrange_index(changed)
    _record(member, "FieldRestored", changed, now, {})


@transaction.atomic
def order_fields(*, member: Member, object: str, ids: list[UUID], now: datetime) -> None:  # noqa: A002 - the word of the trade
    """Put the fields into this order; those that are not named follow in the order they had."""
    fields = {field.pk: field for field in _others(member, object).order_by("position", "id")}
    named = list(dict.fromkeys(row_id for row_id in ids if row_id in fields))
    order = [*named, *(row_id for row_id in fields if row_id not in named)]
    for place, row_id in enumerate(order):
        fields[row_id].position = place
    FieldDefinition.objects.bulk_update(fields.values(), ["position"])
    record_act(member=member, verb="FieldsOrdered", detail={"object": object}, now=now)


def move_field(*, field: FieldDefinition, member: Member, steps: int, now: datetime) -> None:
    """Move a field up (negative) or down among those in use."""
    live = _others(member, field.object).filter(archived_at__isnull=True).order_by("position", "id")
    ids = list(live.values_list("pk", flat=True))
    if field.pk in ids:
        at = ids.index(field.pk)
        ids.insert(max(0, min(len(ids) - 1, at + steps)), ids.pop(at))
        order_fields(member=member, object=field.object, ids=ids, now=now)


def details_of_field(field: FieldDefinition) -> FieldDetails:
    """Return what is decided about a field now."""
    default = "" if field.default is None else KINDS[field.kind].entry(field, field.default)
    return FieldDetails(
        label=field.label, kind=field.kind, key=field.key, target=field.target, currency=field.currency,
        choices=tuple(field.choices), is_required=field.is_required, is_unique=field.is_unique,
        is_filterable=field.is_filterable, default=default, help_text=field.help_text,
    )  # fmt: skip


def key_of(label: str) -> str:
    """Return the key that a label gives: letters and digits of any script, lower case, words joined by _."""
    words = re.findall(r"\w+", label.lower())
    return re.sub(r"^[\d_]+", "", "_".join(words))[:40]


def _write(field: FieldDefinition, details: FieldDetails) -> None:
    kind = KINDS[details.kind]
    field.label = details.label.strip()
    if not field.label:
        raise UnableToDefineField(_("Write what the field is called."), "label")
    field.help_text = details.help_text.strip()
    field.choices = _choices(details)
    field.currency = _currency(details)
    field.is_required = details.is_required and details.kind != FieldKind.BOOLEAN
    if details.is_unique and not kind.may_be_unique:
        raise UnableToDefineField(_("Only texts, numbers and web addresses can be unique."), "is_unique")
    if details.is_filterable and not kind.may_be_filtered:
        raise UnableToDefineField(_("Long texts and files cannot be filtered by."), "is_filterable")
    field.is_unique, field.is_filterable = details.is_unique, details.is_filterable
    field.default = _default(field, details)


def _choices(details: FieldDetails) -> list[str]:
    if details.kind not in (FieldKind.CHOICE, FieldKind.CHOICES):
        return []
    words = list(dict.fromkeys(choice.strip() for choice in details.choices if choice.strip()))
    if not words or len(words) > MOST_CHOICES or len({word.casefold() for word in words}) != len(words):
        message = _("Write one to %(most)s different choices, one on each line.") % {"most": MOST_CHOICES}
        raise UnableToDefineField(message, "choices")
    for word in words:
        if len(word) > CHOICE_LENGTH or BETWEEN_CHOICES.search(word) or '"' in word or "\\" in word:
            message = _("A choice has at most 100 letters and none of these: %(signs)s") % {"signs": ', ; | " \\'}
            raise UnableToDefineField(message, "choices")
    return words


def _currency(details: FieldDetails) -> str:
    if details.kind != FieldKind.MONEY:
        return ""
    code = details.currency.strip().upper()
    if not CURRENCY.fullmatch(code):
        raise UnableToDefineField(_("Write the currency with three letters, like KRW."), "currency")
    return code


def _default(field: FieldDefinition, details: FieldDetails) -> Any:
    if not details.default.strip():
        return None
    if not KINDS[field.kind].may_have_default or field.is_unique:
        raise UnableToDefineField(_("This field cannot begin with a value."), "default")
    try:
        return read_field_value(field, details.default)
    except UnableToReadValue as refusal:
        raise UnableToDefineField(str(refusal), "default") from None


def _target(member: Member, details: FieldDetails) -> str:
    if details.kind != FieldKind.RECORD:
        return ""
    if not CustomObject.objects.filter(workspace_id=member.workspace_id, key=details.target).exists():
        raise UnableToDefineField(_("Choose what the link leads to."), "target")
    return details.target


def _free_key(details: FieldDetails, taken: set[str]) -> str:
    asked = details.key.strip()
    if asked:
        if not KEY.fullmatch(asked):
            message = _("A key begins with a letter and has only letters, digits, - and _, at most 60.")
            raise UnableToDefineField(message, "key")
        if asked in taken:
            raise UnableToDefineField(_("Another field has this key. Choose another one."), "key")
        return asked
    key = key_of(details.label) or "field"
    return next(
        name for number in range(1, len(taken) + 2) if (name := f"{key}_{number}" if number > 1 else key) not in taken
    )


def _others(member: Member, object: str) -> Any:  # noqa: A002 - the word of the trade
    """The fields of an object. Members who define fields at once do so one after the other."""
    hold(f"fields of {member.workspace_id}")
    return FieldDefinition.objects.filter(workspace_id=member.workspace_id, object=object)


def _locked(field: FieldDefinition) -> FieldDefinition:
    return FieldDefinition.objects.select_for_update().get(workspace_id=field.workspace_id, pk=field.pk)


def _arrange_index(field: FieldDefinition, *, again: bool = False) -> None:
    """Start to fill the side table of a field that needs one from now on, or to empty it."""
    wanted = field.archived_at is None and (field.is_filterable or field.is_unique or field.is_link)
    if wanted == field.is_indexed and not (wanted and again):
        return
    field.is_indexed = wanted
    field.index_state = IndexState.FILLING if wanted else IndexState.EMPTYING
    field.index_done, field.index_total, field.index_after = 0, 0, None
    field.save()
    work = fill_field_index if wanted else empty_field_index
    work.defer(workspace_id=field.workspace_id, definition_id=field.pk)


def _record(member: Member, verb: str, field: FieldDefinition, now: datetime, told: dict[str, Any]) -> None:
    detail = {"field_id": str(field.pk), "object": field.object, **told, "key": field.key}
    record_act(member=member, verb=verb, detail=detail, now=now)
