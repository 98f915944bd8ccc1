"""What an outside system says about a person, sorted into the columns of the golden record and its custom fields."""

import re
from collections.abc import Callable, Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import available_timezones

from dangol.customers.models import Person
from dangol.customers.operations.addresses import fill_from_address
from dangol.customers.operations.golden import Saying, settle, speaks_alone, values_before
from dangol.customers.operations.phone import normalised_phone
from dangol.kit.korean import bigrams, initials

HANGUL = re.compile(r"[가-힣]+")
EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
EMAIL_LENGTH = 254
COUNTRY_CODE = re.compile(r"[A-Za-z]{2}")
SAID = [
    "name", "family_name", "given_name", "email", "phone", "language", "time_zone", "country", "city", "postal_code",
    "address", "born_on", "fields",
]  # fmt: skip
COLUMNS = [*SAID, "bigrams", "initials", "updated_at"]
NAME_PARTS = ("firstName", "lastName", "first_name", "last_name")


def normalised_email(value: object) -> str:
    """Return an address as it is compared, or an empty string where it is none."""
    text = str(value).strip().lower() if isinstance(value, str) else ""
    return text if len(text) <= EMAIL_LENGTH and EMAIL.fullmatch(text) else ""


def apply_traits(person: Person, traits: Mapping[str, Any]) -> bool:
    """Put traits into an unsaved or loaded person; return whether anything changed."""
    before = _state(person)
    rest = dict(traits)
    _take_name(person, rest)
    for trait, take in TAKERS.items():
        if trait in rest and take(person, rest[trait]):
            del rest[trait]
    if rest:
        person.fields = person.fields | rest
    if _state(person) == before:
        return False
    person.bigrams = bigrams(person.name)
    person.initials = initials(person.name)[:200]
    return True


def update_people(
    *,
    workspace_id: UUID,
    traits: Mapping[UUID, Mapping[str, Any]],
    origin: str,
    now: datetime,
    said_at: Mapping[UUID, datetime] | None = None,
    afresh: bool = False,
) -> None:
    """
    Apply traits to people who exist; only those who change are written.

    Where other sources speak of a person too, the golden record decides; see `golden.settle`.

    :param said_at: when each of them was told; without it, now
    :param afresh: these traits are all that this source ever told; where it speaks alone, what it told else goes
    """
    if not traits:
        return
    people = (
        Person.objects.filter(workspace_id=workspace_id, pk__in=traits).order_by("pk").select_for_update(no_key=True)
    )
    alone: list[Person] = []
    contested: list[Person] = []
    for person in people:
        (alone if speaks_alone(person, origin) else contested).append(person)
    changed = [person for person in alone if (_retold if afresh else apply_traits)(person, traits[person.pk])]
    for person in changed:
        person.updated_at = now
    Person.objects.bulk_update(changed, COLUMNS, batch_size=500)
    if contested:
        moments = {person.pk: (said_at or {}).get(person.pk, now) for person in contested}
        settled = _settled(workspace_id, contested, traits, origin, moments)
        for person in settled:
            person.updated_at = now
        Person.objects.bulk_update(settled, [*COLUMNS, "won"], batch_size=500)


def _retold(person: Person, traits: Mapping[str, Any]) -> bool:
    """Put traits into an empty record; how to reach somebody stays, which other calls may have told."""
    before = _state(person)
    for column in set(SAID) - {"email", "phone"}:
        setattr(person, column, getattr(Person(), column))
    apply_traits(person, traits)
    person.bigrams = bigrams(person.name)
    person.initials = initials(person.name)[:200]
    return _state(person) != before


def _settled(
    workspace_id: UUID,
    people: list[Person],
    traits: Mapping[UUID, Mapping[str, Any]],
    origin: str,
    said_at: Mapping[UUID, datetime],
) -> list[Person]:
    """Let traits speak of people whom others told of, and return who changed."""
    sayings, states = [], {}
    for person in people:
        states[person.pk] = (_state(person), person.won)
        heard = Person()
        apply_traits(heard, traits[person.pk])
        sayings.append(Saying(person, values_before(person), values_before(heard), said_at[person.pk]))
    settle(workspace_id=workspace_id, origin=origin, sayings=sayings)
    return [person for person in people if (_state(person), person.won) != states[person.pk]]


def _state(person: Person) -> tuple[Any, ...]:
    return tuple(getattr(person, column) for column in SAID)


def _take_name(person: Person, rest: dict[str, Any]) -> None:
    name = rest.pop("name", None) if isinstance(rest.get("name"), str) else None
    first = rest.get("firstName") or rest.get("first_name")
    last = rest.get("lastName") or rest.get("last_name")
    if not name and isinstance(first, str) and isinstance(last, str):
        korean = HANGUL.fullmatch(first) and HANGUL.fullmatch(last)
        name = last + first if korean else f"{first} {last}"
        for part in NAME_PARTS:
            rest.pop(part, None)
        person.family_name, person.given_name = last.strip()[:100], first.strip()[:100]
    elif name and name.strip()[:200] != person.name:
        person.family_name = person.given_name = ""
    if name and name.strip():
        person.name = name.strip()[:200]


def _take_email(person: Person, value: Any) -> bool:
    address = normalised_email(value)
    person.email = address or person.email
    return bool(address)


def _take_phone(person: Person, value: Any) -> bool:
    number = normalised_phone(str(value))
    person.phone = number or person.phone
    return bool(number)


def _take_language(person: Person, value: Any) -> bool:
    code = str(value).replace("_", "-").split("-")[0].lower()
    if not re.fullmatch("[a-z]{2,3}", code):
        return False
    person.language = code
    return True


def _take_zone(person: Person, value: Any) -> bool:
    if value not in available_timezones():
        return False
    person.time_zone = value
    return True


def _take_address(person: Person, value: Any) -> bool:
    if isinstance(value, str):
        person.address = value.strip()[:300]
        fill_from_address(person)
        return True
    if not isinstance(value, dict):
        return False
    _take_country(person, value.get("country", ""))
    _take_city(person, value.get("city", ""))
    parts = (value.get(part) for part in ("postalCode", "state", "city", "street"))
    person.address = " ".join(str(part) for part in parts if part)[:300]
    person.postal_code = str(value.get("postalCode") or person.postal_code).strip()[:12]
    return True


def _take_country(person: Person, value: Any) -> bool:
    if not COUNTRY_CODE.fullmatch(str(value)):
        return False
    person.country = str(value).upper()
    return True


def _take_city(person: Person, value: Any) -> bool:
    person.city = value.strip()[:100] if isinstance(value, str) and value.strip() else person.city
    return isinstance(value, str)


def _take_birthday(person: Person, value: Any) -> bool:
    try:
        person.born_on = date.fromisoformat(str(value)[:10])
    except ValueError:
        return False
    return True


TAKERS: dict[str, Callable[[Person, Any], bool]] = {
    "email": _take_email,
    "phone": _take_phone,
    "language": _take_language,
    "locale": _take_language,
    "timezone": _take_zone,
    "timeZone": _take_zone,
    "address": _take_address,
    "country": _take_country,
    "city": _take_city,
    "birthday": _take_birthday,
}
"""Which trait is which column; a value that a column cannot hold stays in the custom fields."""
