"""Reading what a program says: details, own fields, owners. What cannot be kept is refused by field, all at once."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import Any, TypeVar
from uuid import UUID

from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dangol.api.problems import Problem, invalid, unseen
from dangol.api.queries import companies, people
from dangol.api.schemas import OwnFields, RecordTold
from dangol.customers.enums import FieldKind
from dangol.customers.models import CustomRecord, FieldDefinition
from dangol.customers.operations import (
    CompanyDetails,
    PersonDetails,
    RecordDetails,
    UnableToReadValue,
    default_values,
    read_field_value,
)
from dangol.workspaces.models import Member
from dangol.workspaces.queries import colleagues

D = TypeVar("D", PersonDetails, CompanyDetails)
EMPTY: tuple[Any, ...] = (None, "", [])
NULLABLE = frozenset({"owner_id", "born_on"})


def details_told(told: OwnFields, before: D, member: Member) -> D:
    """Return the details with what was said in them; null empties, what was left out stays."""
    said = told.model_dump(exclude_unset=True, exclude={"fields", "updated_at"})
    if said.get("owner_id") is not None and said["owner_id"] != before.owner_id:
        check_owner(said["owner_id"], member)
    written: dict[str, Any] = {
        name: "" if value is None and name not in NULLABLE else value for name, value in said.items()
    }
    return replace(before, **written)


def record_told(
    told: RecordTold,
    before: CustomRecord | None,
    values: Mapping[str, Any],
    definitions: Sequence[FieldDefinition],
    member: Member,
) -> RecordDetails:
    """Return what a record shall be; what was left out stays."""
    said = told.model_dump(exclude_unset=True, include={"name", "external_id", "owner_id"})
    held = {"name": "", "external_id": "", "owner_id": None} if before is None else vars(before)
    written = {name: said.get(name, held[name]) for name in ("name", "external_id", "owner_id")}
    if written["owner_id"] != held["owner_id"]:
        check_owner(written["owner_id"], member)
    return RecordDetails(
        name=written["name"] or "",
        external_id=written["external_id"] or "",
        owner_id=written["owner_id"],
        values=values,
        definitions=definitions,
        person_ids=_linked("person_ids", told.person_ids, people(member)),
        company_ids=_linked("company_ids", told.company_ids, companies(member)),
    )


def _linked(field: str, ids: list[UUID] | None, visible: QuerySet[Any]) -> tuple[UUID, ...] | None:
    """Refuse ids of nobody, and of those whom the member may not see."""
    if ids is None:
        return None
    if visible.filter(pk__in=ids).count() < len(set(ids)):
        raise unseen(field)
    return tuple(ids)


def check_owner(owner_id: UUID | None, member: Member) -> None:
    """Refuse an owner who does not work here."""
    if owner_id is not None and not colleagues(member).filter(pk=owner_id).exists():
        raise invalid("owner_id", _("Nobody in this workspace has this id. Send the id of a member, or null."))


def values_told(
    definitions: Sequence[FieldDefinition], told: Mapping[str, Any], member: Member, *, held: Mapping[str, Any] | None
) -> dict[str, Any]:
    """
    Return what the own fields shall hold, by key.

    :param held: what they hold now; None for a new row, which begins with the defaults
    :raises Problem: with every field that cannot be kept
    """
    known = {field.key: field for field in definitions}
    kept = default_values(definitions) if held is None else {}
    refused = [(f"fields.{key}", _no_such_field()) for key in told if key not in known]
    for field in definitions:
        try:
            if field.key in told:
                kept[field.key] = _read(field, told[field.key], (held or {}).get(field.key), member)
            if _is_missing(field, kept, is_new=held is None):
                refused.append((f"fields.{field.key}", _("This field is required. Send a value.")))
        except UnableToReadValue as refusal:
            refused.append((f"fields.{field.key}", str(refusal)))
    if refused:
        raise Problem("invalid", _("Some fields cannot be kept. See “errors”."), errors=refused)
    return kept


def _no_such_field() -> str:
    return _("There is no such field. GET /api/v1/fields/{object} lists those there are.")


def _is_missing(field: FieldDefinition, kept: Mapping[str, Any], *, is_new: bool) -> bool:
    """Files are put in by hand, so a required one is not asked of a program."""
    asked = field.is_required and field.kind != FieldKind.FILE
    return asked and (is_new or field.key in kept) and kept.get(field.key) in EMPTY


def _read(field: FieldDefinition, value: Any, held: Any, member: Member) -> Any:
    """Read one value. What is sent back as it was read stays as it was, even where it could not be chosen now."""
    if value == held:
        return held
    return read_field_value(field, _as_text(field, value), member=member)


def _as_text(field: FieldDefinition, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, int | float):
        return f"{Decimal(str(value)):f}"
    if isinstance(value, list) and field.kind == FieldKind.CHOICES and all(isinstance(one, str) for one in value):
        return "\n".join(value)
    if isinstance(value, str):
        return value
    raise UnableToReadValue(_("Send a text, a number, true, false or null; for several choices a list of texts."))
