"""Who belongs together: people who share an e-mail, a phone number, a postal address or a household."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from dangol.customers.enums import RelationKind
from dangol.customers.models import Person, Relation

HOUSEHOLD_AT_MOST = 20
"""A value that more people share is a place-holder or an office, not a household."""

COLUMNS = ("email", "phone", "address")
HOUSEHOLD = len(COLUMNS)
Values = tuple[str, ...]
"""E-mail, phone, address, and behind them the households in which the person lives."""

Link = tuple[int, str]
"""The place of a value, `HOUSEHOLD` for every household, and the value."""


def cluster_keys(person_ids: Sequence[UUID]) -> dict[UUID, str]:
    """
    Return the cluster of each person: the id of its oldest member.

    Sharing is followed through others: if A shares a phone with B and B an address with C, all three are one cluster.
    """
    people = _values_of(Q(pk__in=person_ids))
    followed: set[Link] = set()
    crowded: set[Link] = set()
    while wanted := _links(people.values()) - followed:
        followed |= wanted
        found = _values_of(_sharing(wanted))
        crowded |= _crowded(found, wanted)
        near = {pk: values for pk, values in found.items() if _links([values]) & wanted - crowded}
        if near.keys() <= people.keys():
            break
        people |= near
    return _oldest_of_each(people, person_ids, crowded)


def _values_of(condition: Q) -> dict[UUID, Values]:
    rows = Person.objects.filter(condition).values_list("pk", "email", "phone", "address")
    found: dict[UUID, Values] = {
        pk: (email.lower(), phone, " ".join(address.lower().split())) for pk, email, phone, address in rows
    }
    living = _living().filter(source_person__in=list(found)).values_list("source_person_id", "target_household_id")
    for pk, household in living:
        found[pk] += (str(household),)
    return found


def _living() -> QuerySet[Relation]:
    return Relation.objects.filter(kind=RelationKind.LIVES_IN, until__isnull=True)


def _links(people: Iterable[Values]) -> set[Link]:
    return {(min(place, HOUSEHOLD), value) for values in people for place, value in enumerate(values) if value}


def _crowded(people: dict[UUID, Values], links: set[Link]) -> set[Link]:
    holders = Counter(link for values in people.values() for link in _links([values]) & links)
    return {link for link, count in holders.items() if count > HOUSEHOLD_AT_MOST}


def _sharing(wanted: Iterable[Link]) -> Q:
    by_place = defaultdict(list)
    for place, value in wanted:
        by_place[place].append(value)
    condition = Q(pk__in=[])
    for place, column in enumerate(COLUMNS):
        if by_place[place]:
            condition |= Q(**{f"{column}__in": by_place[place]})
    if by_place[HOUSEHOLD]:
        inside = _living().filter(target_household_id__in=[UUID(one) for one in by_place[HOUSEHOLD]])
        condition |= Q(pk__in=list(inside.values_list("source_person_id", flat=True)))
    return condition


def _oldest_of_each(people: dict[UUID, Values], person_ids: Sequence[UUID], crowded: set[Link]) -> dict[UUID, str]:
    parent = {pk: pk for pk in people}

    def root(pk: UUID) -> UUID:
        while parent[pk] != pk:
            parent[pk] = parent[parent[pk]]
            pk = parent[pk]
        return pk

    shared = defaultdict(list)
    for pk, values in people.items():
        for link in _links([values]) - crowded:
            shared[link].append(pk)
    for group in shared.values():
        oldest = min(root(pk) for pk in group)
        for pk in group:
            parent[root(pk)] = oldest
    return {pk: str(root(pk)) for pk in person_ids if pk in people}
