"""Choosing by hand among what several sources say, and how far each source is trusted."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.customers.models import Company, Person, SourceTrust, Telling
from dangol.customers.operations.golden import Saying, settle, values_before
from dangol.customers.operations.people import refuse_what_is_only_read
from dangol.customers.operations.some_details import change_some
from dangol.customers.queries.merge_fields import CUSTOM
from dangol.customers.queries.trust import BY_HAND, DEFAULTS, GOVERNED, OTHERWISE
from dangol.kit.errors import OperationError
from dangol.kit.masking import OWN_FIELD, unmasked
from dangol.workspaces.models import Member

HIGHEST = 100


class UnableToChoose(OperationError):
    """The value is no longer there to be chosen."""


class UnableToTrust(OperationError):
    """The trust cannot be set so."""


@unmasked
@transaction.atomic
def choose_value(*, row: Person | Company, field: str, origin: str, member: Member, now: datetime) -> None:
    """
    Let a member say that what this source says is right: from now on it counts as written by hand.

    :raises UnableToChoose: if the source says nothing about the field any more
    :raises UnableToSavePerson: if the value belongs to somebody else by now
    """
    kind = "person" if isinstance(row, Person) else "company"
    if isinstance(row, Person):
        refuse_what_is_only_read(member, [field.replace(CUSTOM, OWN_FIELD)])
    found = Telling.objects.filter(**{"workspace_id": row.workspace_id, kind: row}, origin=origin).first()
    if found is None or field not in found.told or not (field in GOVERNED[kind] or field.startswith(CUSTOM)):
        raise UnableToChoose(_("This source says nothing about it any more. Look at the page anew."))
    value: Any = found.told[field]
    if field == "born_on":
        value = date.fromisoformat(value) if value else None
    _write_down(row, field, value, member, now)
    _say_so(row, field, value, now)


@transaction.atomic
def set_trust(*, workspace_id: UUID, told: Mapping[str, int]) -> None:
    """
    Set how far sources are trusted, 0 to 100. What was decided before stays until a source speaks again.

    :raises UnableToTrust: for a rank out of bounds, or for what members write by hand, which always counts most
    """
    if any(not 0 <= rank <= HIGHEST for rank in told.values()):
        raise UnableToTrust(_("Write a number from 0 to 100."))
    if BY_HAND in told:
        raise UnableToTrust(_("What members write by hand always counts most."))
    usual = [origin for origin, rank in told.items() if DEFAULTS.get(origin, OTHERWISE) == rank]
    SourceTrust.objects.filter(workspace_id=workspace_id, origin__in=usual).delete()
    SourceTrust.objects.bulk_create(
        [
            SourceTrust(workspace_id=workspace_id, origin=origin, rank=rank)
            for origin, rank in sorted(told.items())
            if origin not in usual
        ],
        update_conflicts=True, update_fields=["rank"], unique_fields=["workspace", "origin"],
    )  # fmt: skip


def _write_down(row: Person | Company, field: str, value: Any, member: Member, now: datetime) -> None:
    """Write the value as a member would, with identities and the record of who did what."""
    own = {field.removeprefix(CUSTOM): value} if field.startswith(CUSTOM) else {}
    change_some(row=row, told={} if own else {field: value}, member=member, now=now, values=own)


def _say_so(row: Person | Company, field: str, value: Any, now: datetime) -> None:
    """Note it as said by hand even where the value stands already: it won by rank, and shall stay."""
    rows: Any = type(row).objects
    fresh = rows.select_for_update(of=("self",)).get(workspace_id=row.workspace_id, pk=row.pk)
    saying = Saying(fresh, values_before(fresh), {field: value}, now)
    settle(workspace_id=row.workspace_id, origin=BY_HAND, sayings=[saying])
    fresh.save()
