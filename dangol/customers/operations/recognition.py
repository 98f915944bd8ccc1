"""
Who was it? Set-based recognition of people by customer number, e-mail, phone and browser id.

`recognise` reads and decides, `remember` writes. Two people are never merged here: what contradicts is refused with a
reason, and everything else keeps its place. The order in which an anonymous visitor's events and the call that names
the visitor arrive does not matter.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection

from dangol.customers.enums import IdentityKind
from dangol.customers.models import Identity, Person
from dangol.customers.operations.traits import apply_traits, update_people
from dangol.customers.queries.sharing import shared_keys
from dangol.kit.ids import uuid7

Key = tuple[str, str]
Span = tuple[datetime, datetime]

KNOWN = """
SELECT i.kind, i.value, i.person_id FROM customers_identity i
JOIN jsonb_array_elements(%s) AS wanted(key) ON i.kind = wanted.key ->> 0 AND i.value = wanted.key ->> 1
WHERE i.workspace_id = %s
"""

SEEN = """
UPDATE customers_person p
SET last_seen_at = greatest(p.last_seen_at, s.last), first_seen_at = least(p.first_seen_at, s.first)
FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS s(id, first, last)
WHERE p.workspace_id = %s AND p.id = s.id
  AND (p.last_seen_at IS NULL OR p.last_seen_at < s.last OR p.first_seen_at > s.first)
"""

NUMBERED = """
UPDATE customers_person p SET external_id = n.number FROM unnest(%s::uuid[], %s::text[]) AS n(id, number)
WHERE p.workspace_id = %s AND p.id = n.id AND p.external_id = ''
"""


class Sighting(NamedTuple):
    """What events say about who it was. `former_id` is the previous id of an alias call."""

    user_id: str
    anonymous_id: str
    email: str = ""
    former_id: str = ""
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why one sighting was not followed. `code` is `alias_refused` or `email_taken`."""

    index: int
    code: str
    detail: str


@dataclass(slots=True)
class Recognition:
    """The decision about a chunk of sightings, not yet written."""

    person_ids: list[UUID | None]
    refusals: list[Refusal] = field(default_factory=list)
    new_people: dict[UUID, str] = field(default_factory=dict)
    new_identities: dict[Key, UUID] = field(default_factory=dict)

    @property
    def linked(self) -> dict[str, UUID]:
        """Browser ids that belong to a known person from now on."""
        kind = IdentityKind.ANONYMOUS_ID
        return {value: person for (of, value), person in self.new_identities.items() if of == kind}


def recognise(*, workspace_id: UUID, sightings: Sequence[Sighting]) -> Recognition:
    """
    Decide for every sighting which person it is; None where the visitor stays unknown. Writes nothing.

    An address or number that several people share says nothing about who it was; see `shared_keys`.
    """
    if shared := shared_keys(workspace_id=workspace_id, keys=_ways(sightings)):
        sightings = [
            Sighting(
                sighting.user_id,
                sighting.anonymous_id,
                "" if (IdentityKind.EMAIL, sighting.email) in shared else sighting.email,
                sighting.former_id,
                "" if (IdentityKind.PHONE, sighting.phone) in shared else sighting.phone,
            )
            for sighting in sightings
        ]
    known = _known(workspace_id, _keys(sightings))
    named = _with_customer_number(workspace_id, {known[key] for key in known if key[0] == IdentityKind.EMAIL})
    return _Decider(known, named).decide(sightings)


def remember(
    *,
    workspace_id: UUID,
    recognition: Recognition,
    traits: Mapping[UUID, Mapping[str, Any]],
    seen: Mapping[UUID, Span],
    origin: str,
    now: datetime,
) -> None:
    """Write a decision: new people with their traits, changed people, identities, and when each was seen."""
    newcomers = [
        Person(id=person_id, workspace_id=workspace_id, external_id=number, origin=origin, first_seen_at=now)
        for person_id, number in recognition.new_people.items()
    ]
    for person in newcomers:
        person.first_seen_at, person.last_seen_at = seen.get(person.pk, (now, now))
        apply_traits(person, traits.get(person.pk, {}))
    Person.objects.bulk_create(newcomers, batch_size=2000)
    others = {person_id: told for person_id, told in traits.items() if person_id not in recognition.new_people and told}
    said_at = {person_id: seen[person_id][1] for person_id in others if person_id in seen}
    update_people(workspace_id=workspace_id, traits=others, origin=origin, now=now, said_at=said_at)
    _write_identities(workspace_id, recognition, origin)
    _mark_seen(workspace_id, {person: span for person, span in seen.items() if person not in recognition.new_people})


class _Decider:
    """The rules, over a dictionary of what is known already and grows as the chunk is read."""

    def __init__(self, known: dict[Key, UUID], named: set[UUID]) -> None:
        self._known = known
        self._named = named
        self._made = Recognition(person_ids=[])

    def decide(self, sightings: Sequence[Sighting]) -> Recognition:
        """Read who is named first, then look the nameless up: their order in the chunk does not matter."""
        made = self._made
        made.person_ids = [None] * len(sightings)
        for index, sighting in enumerate(sightings):
            if sighting.user_id or sighting.email or sighting.phone:
                made.person_ids[index] = self._named_person(index, sighting)
        for index, sighting in enumerate(sightings):
            if made.person_ids[index] is None and sighting.anonymous_id:
                made.person_ids[index] = self._known.get((IdentityKind.ANONYMOUS_ID, sighting.anonymous_id))
        return made

    def _named_person(self, index: int, sighting: Sighting) -> UUID:
        person = self._known.get((IdentityKind.EXTERNAL_ID, sighting.user_id)) if sighting.user_id else None
        if sighting.former_id:
            person = self._alias(index, sighting, person)
        by_email = self._known.get((IdentityKind.EMAIL, sighting.email)) if sighting.email else None
        if person is None and by_email is not None and not (sighting.user_id and by_email in self._named):
            person = by_email
        if person is None and sighting.phone and not (sighting.user_id or sighting.email):
            person = self._known.get((IdentityKind.PHONE, sighting.phone))
        if person is None:
            person = self._newcomer(sighting.user_id)
        if sighting.user_id:
            self._learn((IdentityKind.EXTERNAL_ID, sighting.user_id), person)
        if sighting.email and self._learn((IdentityKind.EMAIL, sighting.email), person) != person:
            self._made.refusals.append(Refusal(index, "email_taken", sighting.email))
        if sighting.phone:  # a number that leads to somebody stays with them: families share
            self._learn((IdentityKind.PHONE, sighting.phone), person)
        if sighting.anonymous_id:
            self._learn((IdentityKind.ANONYMOUS_ID, sighting.anonymous_id), person)
        return person

    def _alias(self, index: int, sighting: Sighting, person: UUID | None) -> UUID | None:
        """Follow an alias where only one of its ids belongs to somebody."""
        former = self._known.get((IdentityKind.EXTERNAL_ID, sighting.former_id)) or self._known.get(
            (IdentityKind.ANONYMOUS_ID, sighting.former_id)
        )
        if former is not None and person is not None and former != person:
            self._made.refusals.append(Refusal(index, "alias_refused", f"{sighting.former_id} → {sighting.user_id}"))
            return person
        owner = former or person or self._newcomer(sighting.user_id)
        if former is None:
            self._learn((IdentityKind.ANONYMOUS_ID, sighting.former_id), owner)
        return owner

    def _newcomer(self, number: str) -> UUID:
        person = uuid7()
        self._made.new_people[person] = number
        return person

    def _learn(self, key: Key, person: UUID) -> UUID:
        """Let a key mean this person unless it means somebody already; return whom it means."""
        owner = self._known.get(key)
        if owner is None:
            self._known[key] = owner = person
            self._made.new_identities[key] = person
            if key[0] == IdentityKind.EXTERNAL_ID:
                self._named.add(person)
        return owner


def _keys(sightings: Sequence[Sighting]) -> set[Key]:
    number, browser = IdentityKind.EXTERNAL_ID.value, IdentityKind.ANONYMOUS_ID.value
    keys = {(number, sighting.user_id) for sighting in sightings if sighting.user_id}
    keys |= {(browser, sighting.anonymous_id) for sighting in sightings if sighting.anonymous_id}
    formers = {sighting.former_id for sighting in sightings if sighting.former_id}
    return keys | _ways(sightings) | {(kind, former) for former in formers for kind in (number, browser)}


def _ways(sightings: Sequence[Sighting]) -> set[Key]:
    """E-mail addresses and phone numbers, which may be shared."""
    told = {(IdentityKind.EMAIL.value, sighting.email) for sighting in sightings if sighting.email}
    return told | {(IdentityKind.PHONE.value, sighting.phone) for sighting in sightings if sighting.phone}


def _known(workspace_id: UUID, keys: set[Key]) -> dict[Key, UUID]:
    if not keys:
        return {}
    ordered = sorted(keys)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [msgspec.json.encode(ordered).decode(), workspace_id])
        return {(kind, value): person_id for kind, value, person_id in cursor.fetchall()}


def _with_customer_number(workspace_id: UUID, person_ids: set[UUID]) -> set[UUID]:
    if not person_ids:
        return set()
    numbered = Identity.objects.filter(
        workspace_id=workspace_id, person_id__in=person_ids, kind=IdentityKind.EXTERNAL_ID
    )
    return set(numbered.values_list("person_id", flat=True))


def _write_identities(workspace_id: UUID, recognition: Recognition, origin: str) -> None:
    Identity.objects.bulk_create(
        (
            Identity(workspace_id=workspace_id, person_id=person_id, kind=kind, value=value, origin=origin)
            for (kind, value), person_id in recognition.new_identities.items()
        ),
        batch_size=2000,
    )
    adopted = {
        person_id: value
        for (kind, value), person_id in recognition.new_identities.items()
        if kind == IdentityKind.EXTERNAL_ID and person_id not in recognition.new_people
    }
    if adopted:
        with connection.cursor() as cursor:
            cursor.execute(NUMBERED, [list(adopted), list(adopted.values()), workspace_id])


def _mark_seen(workspace_id: UUID, seen: Mapping[UUID, Span]) -> None:
    if not seen:
        return
    told = [(person_id.hex, first.isoformat(), last.isoformat()) for person_id, (first, last) in seen.items()]
    with connection.cursor() as cursor:
        cursor.execute(SEEN, [*("{" + ",".join(column) + "}" for column in zip(*told, strict=True)), workspace_id])
