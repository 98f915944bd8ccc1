"""Who lives together, and who might."""

from dataclasses import dataclass

from django.db.models import Q

from dangol.customers.enums import RelationKind
from dangol.customers.models import Household, Person, Relation
from dangol.workspaces.models import Member

MOST_SUGGESTED = 5


@dataclass(frozen=True)
class Housemate:
    """Somebody who might live with the person, and by what we see it."""

    person: Person
    same_address: bool
    same_phone: bool


def housemates_of(person: Person, member: Member) -> list[Relation]:
    """Return who else lives where the person lives, as far as the member may see them: relations, by household."""
    living = Relation.objects.filter(workspace_id=person.workspace_id, kind=RelationKind.LIVES_IN, until__isnull=True)
    homes = living.filter(source_person=person).values("target_household_id")
    others = living.filter(target_household_id__in=homes).exclude(source_person=person)
    seen = others.filter(source_person_id__in=Person.objects.visible_to(member).values("pk"))
    return list(seen.select_related("source_person", "target_household").order_by("source_person__name", "id"))


def households_of(person: Person) -> list[Household]:
    """Return where the person lives today."""
    living = Relation.objects.filter(
        workspace_id=person.workspace_id, kind=RelationKind.LIVES_IN, source_person=person, until__isnull=True
    )
    return list(Household.objects.filter(pk__in=living.values("target_household_id")).order_by("name", "id"))


def housemates_suggested(person: Person, member: Member) -> list[Housemate]:
    """Return people with the same address or phone who share no household with the person yet. Nobody is put in."""
    same = Q()
    if person.address:
        same |= Q(address=person.address)
    if person.phone:
        same |= Q(phone=person.phone)
    if not same:
        return []
    living = Relation.objects.filter(workspace_id=person.workspace_id, kind=RelationKind.LIVES_IN, until__isnull=True)
    homes = living.filter(source_person=person).values("target_household_id")
    already = living.filter(target_household_id__in=homes).values("source_person_id")
    found = Person.objects.visible_to(member).filter(same).exclude(pk=person.pk).exclude(pk__in=already)
    return [
        Housemate(
            one,
            same_address=bool(person.address) and one.address == person.address,
            same_phone=bool(person.phone) and one.phone == person.phone,
        )
        for one in found.order_by("name", "id")[:MOST_SUGGESTED]
    ]
