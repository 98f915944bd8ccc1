"""Adding a person by hand, and correcting one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from functools import partial
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from dangol import facts
from dangol.customers.enums import IdentityKind
from dangol.customers.models import FieldDefinition, Identity, Person
from dangol.customers.operations.addresses import fill_from_address
from dangol.customers.operations.announcing import announce
from dangol.customers.operations.field_files import UnableToKeepFile, put_values
from dangol.customers.operations.field_values import UnableToKeepValue, strict_fields
from dangol.customers.operations.golden import Saying, own_values, settle, speaks_alone, values_before
from dangol.customers.operations.phone import normalised_phone
from dangol.customers.operations.resident_numbers import holds_resident_number
from dangol.customers.queries.sharing import shared_keys
from dangol.customers.queries.trust import BY_HAND
from dangol.kit import tenancy
from dangol.kit.errors import OperationError
from dangol.kit.korean import bigrams, initials
from dangol.kit.masking import OWN_FIELD, Masked, unmasked
from dangol.workspaces.enums import FieldAccess, Limited
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act, refuse_beyond


class UnableToSavePerson(OperationError):
    """What was written about the person cannot be kept. `field` names the field to mend."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


class HeldInTrash(UnableToSavePerson):
    """The address or number leads to somebody in the trash, `holder_id`: bring that person back instead."""

    def __init__(self, holder_id: UUID, field: str) -> None:
        super().__init__(
            _("Somebody in the trash has this already. Bring that person back, or delete them for good first."), field
        )
        self.holder_id = holder_id


@dataclass(frozen=True, kw_only=True)
class PersonDetails:
    """What a member can write about a person."""

    name: str = ""
    family_name: str = ""
    given_name: str = ""
    honorific: str = ""
    email: str = ""
    phone: str = ""
    external_id: str = ""
    postal_code: str = ""
    address: str = ""
    city: str = ""
    country: str = ""
    language: str = ""
    time_zone: str = ""
    born_on: date | None = None
    owner_id: UUID | None = None


@transaction.atomic
def create_person(
    *,
    member: Member,
    details: PersonDetails,
    now: datetime,
    values: Mapping[str, Any] | None = None,
    definitions: Sequence[FieldDefinition] = (),
) -> Person:
    """
    Add a person to the member's workspace.

    :param values: what the custom fields hold, by key
    :raises UnableToSavePerson: for a detail that cannot be kept or belongs to somebody already, and beyond the limit
    """
    refuse_beyond(
        workspace_id=member.workspace_id, what=Limited.PEOPLE, more=1, now=now,
        refusal=partial(UnableToSavePerson, field="name"),
    )  # fmt: skip
    person = Person(workspace_id=member.workspace_id, origin=BY_HAND, first_seen_at=now)
    _write(person, details)
    _put(person, values, definitions, member, now)
    _save(person, definitions)
    exchange_identities(person, before={})
    announce(facts.PeopleChanged, workspace_id=person.workspace_id, person_ids=[person.pk])
    record_act(member=member, verb="PersonCreated", detail={"person_id": str(person.pk)}, now=now)
    return person


@unmasked
@transaction.atomic
def change_person(
    *,
    person: Person,
    member: Member,
    details: PersonDetails,
    now: datetime,
    values: Mapping[str, Any] | None = None,
    definitions: Sequence[FieldDefinition] = (),
) -> Person:
    """
    Correct a person. An address, number or customer number that is replaced no longer leads to the person.

    :param values: what the custom fields shall hold, by key; None empties one, a key that is absent stays
    :raises UnableToSavePerson: for a detail that cannot be kept, or one that belongs to somebody already
    """
    changed = Person.objects.select_for_update(of=("self",)).get(workspace_id=person.workspace_id, pk=person.pk)
    before, stood = identities_of(changed), values_before(changed)
    told = details_of(changed)
    _write(changed, _as_far_as_seen(details, told))
    after = details_of(changed)
    names = [field.name for field in fields(PersonDetails) if getattr(after, field.name) != getattr(told, field.name)]
    held = changed.fields
    refuse_what_is_only_read(
        member, [*names, *(f"{OWN_FIELD}{key}" for key, value in (values or {}).items() if value != held.get(key))]
    )
    own = _put(changed, values, definitions, member, now)
    if not names and not own:
        return changed
    if not speaks_alone(changed, BY_HAND):
        said = {name: getattr(after, name) for name in names} | own_values(
            {key: changed.fields.get(key) for key in own}
        )
        settle(workspace_id=changed.workspace_id, origin=BY_HAND, sayings=[Saying(changed, stood, said, now)])
    _save(changed, definitions)
    exchange_identities(changed, before=before)
    announce(facts.PeopleChanged, workspace_id=person.workspace_id, person_ids=[person.pk])
    told_names = {"person_id": str(person.pk), "fields": [*names, *own]}
    record_act(member=member, verb="PersonChanged", detail=told_names, now=now)
    return changed


def _as_far_as_seen(details: PersonDetails, told: PersonDetails) -> PersonDetails:
    """Return the details with what stands there in place of every mask: what one could not read one did not change."""
    masks = [field.name for field in fields(PersonDetails) if isinstance(getattr(details, field.name), Masked)]
    return replace(details, **{name: getattr(told, name) for name in masks})


def refuse_what_is_only_read(member: Member, names: Iterable[str]) -> None:
    """
    Let only those go on whose role may change all of these fields of a person.

    :raises UnableToSavePerson: for others
    """
    for name in names:
        if member.rights.access(name) != FieldAccess.WRITE:
            raise UnableToSavePerson(_("Your role may not change this field. Ask an administrator."), name)


def details_of(person: Person) -> PersonDetails:
    """Return what is written about a person now."""
    return PersonDetails(**{field.name: getattr(person, field.name) for field in fields(PersonDetails)})


def _put(
    person: Person,
    values: Mapping[str, Any] | None,
    definitions: Sequence[FieldDefinition],
    member: Member,
    now: datetime,
) -> list[str]:
    try:
        return put_values(person, values=values or {}, definitions=definitions, member=member, now=now)
    except UnableToKeepFile as refusal:
        raise UnableToSavePerson(str(refusal), "name") from None


def _save(person: Person, definitions: Sequence[FieldDefinition]) -> None:
    if not definitions:
        person.save()
        return
    try:
        with strict_fields(definitions):
            person.save()
    except UnableToKeepValue as refusal:
        raise UnableToSavePerson(str(refusal), f"field-{refusal.key}") from None


def _write(person: Person, details: PersonDetails) -> None:
    was, parts = person.name, (person.family_name, person.given_name)
    for field in fields(PersonDetails):
        value = getattr(details, field.name)
        if isinstance(value, str):
            value = _kept_text(field.name, value)
        setattr(person, field.name, value)
    if details.phone.strip():
        person.phone = normalised_phone(details.phone)
        if not person.phone:
            raise UnableToSavePerson(_("This is not a phone number."), "phone")
    if not (person.name or person.email or person.phone or person.external_id):
        raise UnableToSavePerson(_("Write a name, an e-mail address, a phone number or a customer number."), "name")
    if person.name != was and (person.family_name, person.given_name) == parts:
        person.family_name = person.given_name = ""
    fill_from_address(person)
    person.email = person.email.lower()
    person.is_anonymous = False
    person.bigrams, person.initials = bigrams(person.name), initials(person.name)[:200]


def _kept_text(name: str, value: str) -> str:
    text = value.replace("\x00", "").strip()
    limit = getattr(Person._meta.get_field(name), "max_length", None)
    if limit is not None and len(text) > limit:
        raise UnableToSavePerson(_("This text is too long."), name)
    if holds_resident_number(text):
        raise UnableToSavePerson(_("A resident registration number must not be kept. Leave it out."), name)
    return text


def identities_of(person: Person) -> dict[str, str]:
    """Return the address and numbers by which a person is recognised, as they stand on the person."""
    values = {
        IdentityKind.EMAIL: person.email,
        IdentityKind.PHONE: person.phone,
        IdentityKind.EXTERNAL_ID: person.external_id,
    }
    return {kind.value: value for kind, value in values.items() if value}


def exchange_identities(person: Person, *, before: dict[str, str]) -> None:
    """
    Exchange what leads to the person. Families share phones: a number that leads to another person stays there.

    What several people share leads to nobody new; see `shared_keys`.

    :raises UnableToSavePerson: if the address or customer number leads to somebody else
    """
    told = identities_of(person)
    own = Identity.objects.filter(workspace_id=person.workspace_id, person=person)
    for kind, value in before.items():
        if told.get(kind) != value:
            own.filter(kind=kind, value=value).delete()
    shared = shared_keys(workspace_id=person.workspace_id, keys=told.items())
    after = {kind: value for kind, value in told.items() if (kind, value) not in shared}
    Identity.objects.bulk_create(
        [
            Identity(workspace_id=person.workspace_id, person=person, kind=kind, value=value, origin=BY_HAND)
            for kind, value in sorted(after.items())
        ],
        ignore_conflicts=True,
    )
    held = set(own.values_list("kind", "value"))
    for kind, field in ((IdentityKind.EMAIL, "email"), (IdentityKind.EXTERNAL_ID, "external_id")):
        if kind in after and (kind, after[kind]) not in held:
            raise _held_by_another(person.workspace_id, kind, after[kind], field)


def _held_by_another(workspace_id: UUID, kind: str, value: str, field: str) -> UnableToSavePerson:
    with tenancy.open_trash():
        lying = Person.objects.filter(workspace_id=workspace_id, deleted_at__isnull=False, merged_into__isnull=True)
        holders = Identity.objects.filter(workspace_id=workspace_id, kind=kind, value=value)
        holder = lying.filter(pk__in=holders.values("person_id")).first()
    if holder is not None:
        return HeldInTrash(holder.pk, field)
    return UnableToSavePerson(_("Somebody else in this workspace has this already."), field)
