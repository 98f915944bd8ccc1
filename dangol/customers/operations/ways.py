"""Several e-mail addresses, phones and postal addresses: adding one, taking one away, making one the main one."""

from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from dangol.customers.enums import ContactKind, ContactUse
from dangol.customers.models import Company, ContactPoint, Identity, Person
from dangol.customers.operations.phone import normalised_phone
from dangol.customers.operations.resident_numbers import holds_resident_number
from dangol.customers.operations.some_details import change_some
from dangol.customers.queries.sharing import shared_keys
from dangol.customers.queries.trust import BY_HAND
from dangol.kit.errors import OperationError
from dangol.kit.road_addresses import read_road_address
from dangol.workspaces.models import Member

Row = Person | Company
LONGEST = {ContactKind.EMAIL: 254, ContactKind.PHONE: 20, ContactKind.ADDRESS: 300}


class UnableToKeepWay(OperationError):
    """This is no way to reach somebody."""


@transaction.atomic
def add_way(
    *,
    row: Row,
    kind: ContactKind,
    value: str,
    now: datetime,
    use: ContactUse = ContactUse.OTHER,
    is_shared: bool = False,
    origin: str = BY_HAND,
    confidence: int = 100,
) -> ContactPoint:
    """
    Note one more way to reach a person or a company; told again, it is known a little longer.

    A person's own e-mail address or phone recognises the person from now on. What is shared never does: what the caller
    says is shared, an address like info@, and what leads to somebody else already.

    :raises UnableToKeepWay: for something that is no e-mail address, phone number or address
    """
    kept = _normalised(kind, value)
    shared = is_shared or _is_shared(row, kind, kept)
    if isinstance(row, Person) and kind != ContactKind.ADDRESS:
        shared = not _recognise(row, kind, kept, origin=origin, confidence=confidence, shared=shared)
    link: dict[str, Any] = {"person" if isinstance(row, Person) else "company": row}
    point, is_new = ContactPoint.objects.get_or_create(
        workspace_id=row.workspace_id, kind=kind, value=kept, **link,
        defaults={
            "use": use, "parts": _parts(kind, kept), "is_shared": shared, "origin": origin, "confidence": confidence,
            "first_told_at": now, "last_told_at": now,
        },
    )  # fmt: skip
    if not is_new:
        point.use, point.is_shared, point.last_told_at = use, shared, max(now, point.last_told_at)
        point.save(update_fields=["use", "is_shared", "last_told_at"])
    return point


@transaction.atomic
def remove_way(*, row: Row, kind: ContactKind, value: str) -> None:
    """
    Forget a way to reach somebody; it recognises nobody any more.

    :raises UnableToKeepWay: for the main one
    """
    if _main(row, kind) == value:
        raise UnableToKeepWay(_("This is the main one. Make another one the main one first."))
    link: dict[str, Any] = {"person" if isinstance(row, Person) else "company": row}
    ContactPoint.objects.filter(workspace_id=row.workspace_id, kind=kind, value=value, **link).delete()
    if isinstance(row, Person):
        _own_identity(row, kind, value).delete()


@transaction.atomic
def make_main(*, row: Row, kind: ContactKind, value: str, member: Member, now: datetime) -> None:
    """
    Let a known way be the one that is shown and written to. The former main one stays known.

    :raises UnableToKeepWay: if the way is not known any more
    :raises UnableToSavePerson: if it leads to somebody else by now
    """
    former = _main(row, kind)
    if former == value:
        return
    link: dict[str, Any] = {"person" if isinstance(row, Person) else "company": row}
    point = ContactPoint.objects.filter(workspace_id=row.workspace_id, kind=kind, value=value, **link).first()
    if point is None and not (isinstance(row, Person) and _own_identity(row, kind, value).exists()):
        raise UnableToKeepWay(_("This is not known any more. Look at the page anew."))
    shared = former and _was_shared(row, kind, former, link)
    change_some(row=row, told={kind.value: value}, member=member, now=now)
    if former:
        add_way(row=row, kind=kind, value=former, is_shared=bool(shared), now=now)


def _recognise(person: Person, kind: ContactKind, value: str, *, origin: str, confidence: int, shared: bool) -> bool:
    """Let a value lead to the person, unless it is shared; return whether it does."""
    if shared:
        _own_identity(person, kind, value).delete()
        return False
    Identity.objects.bulk_create(
        [
            Identity(
                workspace_id=person.workspace_id, person=person, kind=kind.value, value=value, origin=origin,
                confidence=confidence,
            )
        ],
        ignore_conflicts=True,
    )  # fmt: skip
    return _own_identity(person, kind, value).exists()


def _is_shared(row: Row, kind: ContactKind, value: str) -> bool:
    """Whether several people share it; what leads to this person already goes on doing so."""
    held = isinstance(row, Person) and _own_identity(row, kind, value).exists()
    return not held and bool(shared_keys(workspace_id=row.workspace_id, keys=[(kind.value, value)]))


def _own_identity(person: Person, kind: ContactKind, value: str) -> QuerySet[Identity]:
    return Identity.objects.filter(workspace_id=person.workspace_id, person=person, kind=kind.value, value=value)


def _was_shared(row: Row, kind: ContactKind, value: str, link: dict[str, Any]) -> bool:
    shared = ContactPoint.objects.filter(workspace_id=row.workspace_id, kind=kind, value=value, is_shared=True, **link)
    return shared.exists()


def _main(row: Row, kind: ContactKind) -> str:
    value: str = getattr(row, kind.value)
    return value


def _normalised(kind: ContactKind, value: str) -> str:
    text = " ".join(value.replace("\x00", "").split())
    if not text or len(text) > LONGEST[kind]:
        raise UnableToKeepWay(_("Write an e-mail address, a phone number or an address."))
    if holds_resident_number(text):
        raise UnableToKeepWay(_("A resident registration number must not be kept. Leave it out."))
    if kind == ContactKind.EMAIL:
        return _email(text.lower())
    if kind == ContactKind.ADDRESS:
        return text
    number = normalised_phone(text)
    if not number:
        raise UnableToKeepWay(_("This is not a phone number."))
    return number


def _email(address: str) -> str:
    try:
        validate_email(address)
    except ValidationError:
        raise UnableToKeepWay(_("This is not an e-mail address.")) from None
    return address


def _parts(kind: ContactKind, value: str) -> dict[str, str]:
    read = read_road_address(value) if kind == ContactKind.ADDRESS else None
    return read.parts() if read else {}
