"""
Who was it? Set-based recognition of people by customer number, e-mail, phone and browser id.

`recognise` reads and decides, `remember` writes. The order in which calls arrive does not matter, only when they were
made: a browser belongs to whoever was named on it first, an e-mail address to the number that first told it. So a call
that comes late may take a key over; what hung on it moves. Two people are never merged here: what contradicts becomes a
pair that somebody looks at. Of two calls at the very same moment the one that arrived first counts.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, LiteralString, NamedTuple
from uuid import UUID

import msgspec
from django.db import connection

from dangol.customers.enums import IdentityKind
from dangol.customers.models import Identity, Person
from dangol.customers.operations.duplicates import suggest_pairs
from dangol.customers.operations.traits import apply_traits, update_people
from dangol.customers.queries.sharing import shared_keys
from dangol.kit.ids import uuid7
from dangol.kit.new_rows import insert_rows

Key = tuple[str, str]
Span = tuple[datetime, datetime]
NUMBER, BROWSER, EMAIL, PHONE = (
    IdentityKind.EXTERNAL_ID.value,
    IdentityKind.ANONYMOUS_ID.value,
    IdentityKind.EMAIL.value,
    IdentityKind.PHONE.value,
)
NO_KEYS = {(kind, "") for kind in (NUMBER, BROWSER, EMAIL, PHONE)}
UNNUMBERED = datetime(9999, 1, 1, tzinfo=UTC)
"""The claim on an e-mail address by somebody without a customer number: any number's comes before it."""

# Each key is looked up by itself. In a join the wall between tenants would come before `->>`, and everybody be read.
KNOWN = """
SELECT found.* FROM jsonb_array_elements(%s) AS wanted(key)
CROSS JOIN LATERAL (
    SELECT i.kind, i.value, i.person_id, i.claimed_at FROM customers_identity i
    WHERE i.workspace_id = %s AND i.kind = wanted.key ->> 0 AND i.value = wanted.key ->> 1
    OFFSET 0
) AS found
"""

SEEN = """
UPDATE customers_person p
SET last_seen_at = greatest(p.last_seen_at, s.last), first_seen_at = least(p.first_seen_at, s.first)
FROM ({spans}) AS s
WHERE p.workspace_id = %s AND p.id = s.id
  AND (p.last_seen_at IS NULL OR p.last_seen_at < s.last OR p.first_seen_at > s.first)
"""

CLAIMED = """
UPDATE customers_identity i SET person_id = c.person_id, claimed_at = c.at
FROM unnest(%s::text[], %s::text[], %s::uuid[], %s::timestamptz[]) AS c(kind, value, person_id, at)
WHERE i.workspace_id = %s AND i.kind = c.kind AND i.value = c.value
"""

MOVED = """
UPDATE customers_identity i SET person_id = c.new
FROM unnest(%s::text[], %s::uuid[], %s::uuid[], %s::timestamptz[]) AS c(value, old, new, at)
WHERE i.workspace_id = %s AND i.kind = 'anonymous_id' AND i.value = c.value AND i.person_id = c.old
  AND i.claimed_at = c.at
RETURNING i.value, c.old, c.new
"""

DATED = """
UPDATE customers_person p SET first_seen_at = s.first, last_seen_at = s.last
FROM unnest(%s::uuid[], %s::timestamptz[], %s::timestamptz[]) AS s(id, first, last)
WHERE p.workspace_id = %s AND p.id = s.id AND p.origin = %s
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


ONLY_A_NUMBER = ("", "", "", "")
"""The rest of a sighting that has a customer number and nothing else."""


class Claim(NamedTuple):
    """Whom a key means, and since when it was said; without a time it stands for good."""

    person_id: UUID
    at: datetime | None


@dataclass(slots=True)
class Recognition:
    """
    The decision about a chunk of sightings, not yet written.

    `taken_over`: keys that mean somebody else from now on, and whom they meant. `alike`: people who may be one. `keys`
    and `people`: what it was decided by.
    """

    person_ids: list[UUID | None]
    keys: set[Key] = field(default_factory=set)
    people: set[UUID] = field(default_factory=set)
    new_people: dict[UUID, str] = field(default_factory=dict)
    new_identities: dict[Key, Claim] = field(default_factory=dict)
    claimed_earlier: dict[Key, Claim] = field(default_factory=dict)
    taken_over: dict[Key, UUID] = field(default_factory=dict)
    alike: set[tuple[UUID, UUID]] = field(default_factory=set)

    def rests_on(self, other: "Recognition") -> bool:
        """Whether it may have to be decided anew when another decision is written that was made at the same time."""
        changes = (other.new_identities, other.claimed_earlier)
        keys = {key for change in changes for key in change} | {key for key in other.keys if key[0] in (EMAIL, PHONE)}
        people = {claim.person_id for change in changes for claim in change.values()} | {*other.taken_over.values()}
        return not (self.keys.isdisjoint(keys) and self.people.isdisjoint(people))

    @property
    def linked(self) -> dict[str, UUID]:
        """Browser ids that belong to a known person from now on."""
        kind = IdentityKind.ANONYMOUS_ID
        return {value: claim.person_id for (of, value), claim in self.new_identities.items() if of == kind}


def recognise(*, workspace_id: UUID, sightings: Mapping[Sighting, datetime]) -> Recognition:
    """
    Decide for every sighting which person it is; None where the visitor stays unknown. Writes nothing.

    :param sightings: each with the first time that it was made

    An address or number that several people share says nothing about who it was; see `shared_keys`.
    """
    told, keys = list(sightings.items()), _keys(sightings)
    known_by = keys
    if shared := shared_keys(workspace_id=workspace_id, keys=_ways(sightings)):
        told = [(_without(shared, sighting), at) for sighting, at in told]
        known_by = _keys([sighting for sighting, _at in told])
    known = _known(workspace_id, known_by)
    owners = {claim.person_id for (kind, _value), claim in known.items() if kind == IdentityKind.EMAIL}
    people = {claim.person_id for claim in known.values()}
    made = _Decider(known, _with_customer_number(workspace_id, owners)).decide(told)
    numbers = {value: claim.person_id for (kind, value), claim in made.new_identities.items() if kind == NUMBER}
    _suspect_aliases(workspace_id, made, known, numbers)
    made.keys, made.people = keys | {(BROWSER, number) for number in numbers}, people
    return made


def remember(
    *,
    workspace_id: UUID,
    recognition: Recognition,
    traits: Mapping[UUID, Mapping[str, Any]],
    seen: Mapping[UUID, Span],
    origin: str,
    now: datetime,
) -> None:
    """
    Write a decision: new people with their traits, changed people, and identities.

    :param seen: when the new people and those of whom something was told were seen, first and last
    """
    newcomers = [
        Person(id=person_id, workspace_id=workspace_id, external_id=number, origin=origin, first_seen_at=now)
        for person_id, number in recognition.new_people.items()
    ]
    for person in newcomers:
        person.first_seen_at, person.last_seen_at = seen.get(person.pk, (now, now))
        apply_traits(person, traits.get(person.pk, {}))
    insert_rows(newcomers)
    others = {person_id: told for person_id, told in traits.items() if person_id not in recognition.new_people and told}
    said_at = {person_id: seen[person_id][1] for person_id in others if person_id in seen}
    update_people(workspace_id=workspace_id, traits=others, origin=origin, now=now, said_at=said_at)
    _write_identities(workspace_id, recognition, origin)
    suggest_pairs(workspace_id=workspace_id, pairs=recognition.alike, now=now)


def mark_seen(*, workspace_id: UUID, spans: LiteralString) -> None:
    """
    Write down when people were seen, where that is later or earlier than what was known.

    :param spans: a query of their `id`, and when they were seen `first` and `last`
    """
    with connection.cursor() as cursor:
        cursor.execute(SEEN.format(spans=spans), [workspace_id])


def move_claims(
    *, workspace_id: UUID, claims: Sequence[tuple[str, UUID, UUID, datetime]]
) -> list[tuple[str, UUID, UUID]]:
    """
    Move browser ids from one person to another where exactly this call had claimed them; return those that moved.

    :param claims: browser id, whose it was, whose it is to be, and when the call was made
    """
    if not claims:
        return []
    with connection.cursor() as cursor:
        cursor.execute(MOVED, [*(list(column) for column in zip(*claims, strict=True)), workspace_id])
        return list(cursor.fetchall())


def date_anew(*, workspace_id: UUID, seen: Mapping[UUID, Span], origin: str) -> None:
    """Say when people whom this source brought were first and last seen, whatever was said before."""
    if seen:
        told = [(person_id, *span) for person_id, span in seen.items()]
        with connection.cursor() as cursor:
            cursor.execute(DATED, [*(list(column) for column in zip(*told, strict=True)), workspace_id, origin])


class _Decider:
    """The rules, over a dictionary of what is known already and grows as the chunk is read."""

    def __init__(self, known: dict[Key, Claim], numbered: set[UUID]) -> None:
        self._known = known
        self._numbered = numbered
        self._made = Recognition(person_ids=[])

    def decide(self, sightings: Sequence[tuple[Sighting, datetime]]) -> Recognition:
        """Read who is named first, the earliest first, then look the nameless up."""
        made = self._made
        made.person_ids = [self._known_by_number(sighting) for sighting, _at in sightings]
        nameless = []
        named = []
        for index, (sighting, at) in enumerate(sightings):
            if made.person_ids[index] is None:
                if sighting.user_id or sighting.email or sighting.phone:
                    named.append((at, sighting, index))
                elif sighting.anonymous_id:
                    nameless.append((sighting.anonymous_id, index))
        for at, sighting, index in sorted(named):
            made.person_ids[index] = self._named_person(sighting, at)
        for anonymous_id, index in nameless:
            made.person_ids[index] = self._meant(BROWSER, anonymous_id)
        return made

    def _known_by_number(self, sighting: Sighting) -> UUID | None:
        """Return whom a known customer number means, where the event says no more: that decides and changes nothing."""
        return self._meant(NUMBER, sighting.user_id) if sighting[1:] == ONLY_A_NUMBER else None

    def _named_person(self, sighting: Sighting, at: datetime) -> UUID:
        person = self._meant(NUMBER, sighting.user_id)
        by_email = self._meant(EMAIL, sighting.email)
        if person is None and by_email is not None and not (sighting.user_id and by_email in self._numbered):
            person = by_email
        if person is None and not (sighting.user_id or sighting.email):
            person = self._meant(PHONE, sighting.phone)
        if person is None:
            person = self._newcomer(sighting.user_id)
        if sighting.user_id:
            self._claim((NUMBER, sighting.user_id), Claim(person, None))
            self._numbered.add(person)
        if sighting.email:
            said = Claim(person, at if sighting.user_id else UNNUMBERED)
            self._suspect(person, self._claim((EMAIL, sighting.email), said))
        if sighting.phone:  # a number that leads to somebody stays with them: families share
            self._claim((PHONE, sighting.phone), Claim(person, None))
        if sighting.anonymous_id:
            self._claim((BROWSER, sighting.anonymous_id), Claim(person, at))
        if sighting.former_id:
            self._suspect(person, self._meant(NUMBER, sighting.former_id))
            self._suspect(person, self._claim((BROWSER, sighting.former_id), Claim(person, at)))
        return person

    def _meant(self, kind: str, value: str) -> UUID | None:
        claim = self._known.get((kind, value)) if value else None
        return claim.person_id if claim else None

    def _newcomer(self, number: str) -> UUID:
        person = uuid7()
        self._made.new_people[person] = number
        return person

    def _claim(self, key: Key, claim: Claim) -> UUID:
        """
        Let a key mean this person from then on; return whom else it means or meant, if anybody, else the same person.

        Of two people the earlier keeps it, and a claim without a time is never taken over.
        """
        held = self._known.get(key)
        if held is None:
            self._known[key] = self._made.new_identities[key] = claim
            return claim.person_id
        if held.at is None or claim.at is None or held.at <= claim.at:
            return held.person_id
        if held.person_id != claim.person_id:
            if key[0] == IdentityKind.EMAIL and held.person_id not in self._numbered:
                return held.person_id
            self._made.taken_over[key] = held.person_id
        self._known[key] = claim
        (self._made.new_identities if key in self._made.new_identities else self._made.claimed_earlier)[key] = claim
        return held.person_id

    def _suspect(self, person: UUID, other: UUID | None) -> None:
        """Two numbers speak of one person, or an alias joins them: somebody has to look."""
        if other is not None and other != person:
            self._made.alike.add((min(person, other), max(person, other)))


def _without(shared: Container[Key], sighting: Sighting) -> Sighting:
    return Sighting(
        sighting.user_id,
        sighting.anonymous_id,
        "" if (EMAIL, sighting.email) in shared else sighting.email,
        sighting.former_id,
        "" if (PHONE, sighting.phone) in shared else sighting.phone,
    )


def _suspect_aliases(
    workspace_id: UUID, made: Recognition, known: dict[Key, Claim], numbers: Mapping[str, UUID]
) -> None:
    """A number that is new may have been somebody's former id before: then an alias came ahead of it."""
    aliases = known | _known(workspace_id, {(BROWSER, value) for value in numbers} - known.keys())
    for value, person in numbers.items():
        claim = aliases.get((BROWSER, value))
        if claim is not None and claim.person_id != person:
            made.alike.add((min(person, claim.person_id), max(person, claim.person_id)))


def _keys(sightings: Iterable[Sighting]) -> set[Key]:
    keys: set[Key] = set()
    for user_id, anonymous_id, email, former_id, phone in sightings:
        keys.add((NUMBER, user_id))
        keys.add((BROWSER, anonymous_id))
        if email or former_id or phone:
            keys.update(((EMAIL, email), (PHONE, phone), (NUMBER, former_id), (BROWSER, former_id)))
    return keys - NO_KEYS


def _ways(sightings: Iterable[Sighting]) -> set[Key]:
    """E-mail addresses and phone numbers, which may be shared."""
    told = {(EMAIL, sighting.email) for sighting in sightings if sighting.email}
    return told | {(PHONE, sighting.phone) for sighting in sightings if sighting.phone}


def _known(workspace_id: UUID, keys: set[Key]) -> dict[Key, Claim]:
    if not keys:
        return {}
    ordered = sorted(keys)
    with connection.cursor() as cursor:
        cursor.execute(KNOWN, [msgspec.json.encode(ordered).decode(), workspace_id])
        return {(kind, value): Claim(person_id, at) for kind, value, person_id, at in cursor.fetchall()}


def _with_customer_number(workspace_id: UUID, person_ids: set[UUID]) -> set[UUID]:
    if not person_ids:
        return set()
    numbered = Identity.objects.filter(
        workspace_id=workspace_id, person_id__in=person_ids, kind=IdentityKind.EXTERNAL_ID
    )
    return set(numbered.values_list("person_id", flat=True))


def _write_identities(workspace_id: UUID, recognition: Recognition, origin: str) -> None:
    insert_rows(
        [
            Identity(
                workspace_id=workspace_id,
                person_id=claim.person_id,
                kind=kind,
                value=value,
                origin=origin,
                claimed_at=claim.at,
            )
            for (kind, value), claim in recognition.new_identities.items()
        ]
    )
    if recognition.claimed_earlier:
        told = [(*key, *claim) for key, claim in recognition.claimed_earlier.items()]
        with connection.cursor() as cursor:
            cursor.execute(CLAIMED, [*(list(column) for column in zip(*told, strict=True)), workspace_id])
    adopted = {
        claim.person_id: value
        for (kind, value), claim in recognition.new_identities.items()
        if kind == IdentityKind.EXTERNAL_ID and claim.person_id not in recognition.new_people
    }
    if adopted:
        with connection.cursor() as cursor:
            cursor.execute(NUMBERED, [list(adopted), list(adopted.values()), workspace_id])
