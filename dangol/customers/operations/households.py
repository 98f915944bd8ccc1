"""Households: who lives together, because somebody said so."""

from collections.abc import Iterable

from django.db import transaction
from django.utils.translation import gettext as _

from dangol.customers.enums import RelationKind
from dangol.customers.models import Household, Person, Relation
from dangol.customers.queries.trust import BY_HAND
from dangol.kit.errors import OperationError
from dangol.workspaces.models import Member


class UnableToKeepHousehold(OperationError):
    """The household cannot be so."""


@transaction.atomic
def create_household(
    *, member: Member, name: str, people: Iterable[Person] = (), address: str = "", note: str = ""
) -> Household:
    """
    Make a household of these people.

    :raises UnableToKeepHousehold: without a name
    """
    household = Household(workspace_id=member.workspace_id)
    _write(household, name, address, note)
    household.save(force_insert=True)
    Relation.objects.bulk_create(
        Relation(
            workspace_id=member.workspace_id, kind=RelationKind.LIVES_IN, source_person=person,
            target_household=household, origin=BY_HAND, by=member,
        )
        for person in people
    )  # fmt: skip
    return household


@transaction.atomic
def change_household(*, household: Household, name: str, address: str = "", note: str = "") -> Household:
    """
    Rename a household, or correct its address.

    :raises UnableToKeepHousehold: without a name
    """
    _write(household, name, address, note)
    household.save(update_fields=["name", "address", "note"])
    return household


@transaction.atomic
def dissolve_household(*, household: Household) -> None:
    """Take a household apart: nobody is said to live in it any more. The people stay; the history keeps who did."""
    ends = {"workspace_id": household.workspace_id}
    Relation.objects.filter(**ends, target_household=household).delete()
    Relation.objects.filter(**ends, source_household=household).delete()
    Household.objects.filter(**ends, pk=household.pk).delete()


def _write(household: Household, name: str, address: str, note: str) -> None:
    household.name = _clean(name)[:200]
    if not household.name:
        raise UnableToKeepHousehold(_("Give the household a name."))
    household.address, household.note = _clean(address)[:300], _clean(note)[:500]


def _clean(text: str) -> str:
    return text.replace("\x00", "").strip()
