"""Who lives together, and who might."""

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from dangol.customers.enums import RelationKind
from dangol.customers.models import Household, Person, Relation
from dangol.customers.queries.seen import Seen
from dangol.customers.queries.ties import Tie
from dangol.kit.masking import Masked
from dangol.workspaces.models import Member

MOST_SUGGESTED = 5


@dataclass(frozen=True)
class Housemate:
    """Somebody who might live with the person, and by what we see it."""

    person: Person
    same_address: bool
    same_phone: bool


def housemates_of(person: Person, member: Member, ties: Sequence[Tie]) -> list[Relation]:
    """
    Return who else lives where the person lives, as far as the member may see them: relations, by household.

    :param ties: the person's, of which those to homes are followed
    """
    homes = [tie.other.pk for tie in ties if tie.kind == RelationKind.LIVES_IN and tie.holds]
    if not homes:
        return []
    others = _living(person.workspace_id).filter(target_household_id__in=homes).exclude(source_person=person)
    seen = others.filter(source_person_id__in=Person.objects.visible_to(member).values("pk"))
    return list(seen.select_related("source_person", "target_household").order_by("source_person__name", "id"))


def households_of(person: Person) -> list[Household]:
    """Return where the person lives today."""
    living = _living(person.workspace_id).filter(source_person=person)
    return list(Household.objects.filter(pk__in=living.values("target_household_id")).order_by("name", "id"))


def housemates_suggested(person: Person, member: Member) -> list[Housemate]:
    """
    Return people with the same address or phone who share no household with the person yet. Nobody is put in.

    By a number that is masked nobody is found: who shares it would tell it.
    """
    known = {name: getattr(person, name) for name in ("address", "phone")}
    shared = {name: value for name, value in known.items() if value and not isinstance(value, Masked)}
    if not shared:
        return []
    found = NEIGHBOURS(member, person_id=person.pk, **shared)
    return [
        Housemate(
            one,
            same_address="address" in shared and one.address == person.address,
            same_phone="phone" in shared and one.phone == person.phone,
        )
        for one in found
    ]


def _living(workspace_id: UUID) -> QuerySet[Relation]:
    return Relation.objects.filter(workspace_id=workspace_id, kind=RelationKind.LIVES_IN, until__isnull=True)


def _neighbours(member: Member, *, person_id: UUID, **shared: str) -> QuerySet[Person]:
    homes = _living(member.workspace_id).filter(source_person=person_id).values("target_household_id")
    already = _living(member.workspace_id).filter(target_household_id__in=homes).values("source_person_id")
    same = Q(*shared.items(), _connector=Q.OR)
    found = Person.objects.visible_to(member).filter(same).exclude(pk=person_id).exclude(pk__in=already)
    return found.order_by("name", "id")[:MOST_SUGGESTED]


NEIGHBOURS: Seen[Person] = Seen(_neighbours)
