"""Adding a company by hand, and correcting one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import datetime
from typing import Any
from uuid import UUID

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import IntegrityError, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from dangol.customers.models import Company, FieldDefinition
from dangol.customers.operations.addresses import fill_from_address
from dangol.customers.operations.company_facts import bare_company_name, business_number_of, domain_of
from dangol.customers.operations.field_files import UnableToKeepFile, put_values
from dangol.customers.operations.field_values import UnableToKeepValue, strict_fields
from dangol.customers.operations.golden import Saying, own_values, settle, speaks_alone, values_before
from dangol.customers.operations.phone import normalised_phone
from dangol.customers.operations.resident_numbers import holds_resident_number
from dangol.customers.queries.trust import BY_HAND
from dangol.kit.errors import OperationError
from dangol.kit.korean import bigrams, initials
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act

TAKEN: Mapping[str, tuple[str, Promise]] = {
    "company_business_number_once": (
        "business_number",
        gettext_lazy("Another company has this business number already. Look for it in the list and in the trash."),
    ),
    "company_external_id_once": (
        "external_id",
        gettext_lazy("Another company has this customer number already. Look for it in the list and in the trash."),
    ),
}
"""Unique constraints of the table: rows in the trash, which nobody sees, keep their numbers."""


class UnableToSaveCompany(OperationError):
    """What was written about the company cannot be kept. `field` names the field to mend."""

    def __init__(self, message: str, field: str) -> None:
        super().__init__(message)
        self.field = field


@dataclass(frozen=True, kw_only=True)
class CompanyDetails:
    """What a member can write about a company."""

    name: str = ""
    business_number: str = ""
    external_id: str = ""
    domain: str = ""
    email: str = ""
    phone: str = ""
    industry: str = ""
    country: str = ""
    postal_code: str = ""
    city: str = ""
    address: str = ""
    owner_id: UUID | None = None


@transaction.atomic
def create_company(
    *,
    member: Member,
    details: CompanyDetails,
    now: datetime,
    values: Mapping[str, Any] | None = None,
    definitions: Sequence[FieldDefinition] = (),
) -> Company:
    """
    Add a company to the member's workspace.

    :param values: what the custom fields hold, by key
    :raises UnableToSaveCompany: for a detail that cannot be kept, or a number that another company has
    """
    company = Company(workspace_id=member.workspace_id, origin=BY_HAND)
    _write(company, details)
    _put(company, values, definitions, member, now)
    _save(company, definitions)
    record_act(member=member, verb="CompanyCreated", detail={"company_id": str(company.pk)}, now=now)
    return company


@transaction.atomic
def change_company(
    *,
    company: Company,
    member: Member,
    details: CompanyDetails,
    now: datetime,
    values: Mapping[str, Any] | None = None,
    definitions: Sequence[FieldDefinition] = (),
) -> Company:
    """
    Correct a company.

    :param values: what the custom fields shall hold, by key; None empties one, a key that is absent stays
    :raises UnableToSaveCompany: for a detail that cannot be kept, or a number that another company has
    """
    changed = Company.objects.select_for_update(of=("self",)).get(workspace_id=company.workspace_id, pk=company.pk)
    told, stood = company_details_of(changed), values_before(changed)
    _write(changed, details)
    after = company_details_of(changed)
    names = [field.name for field in fields(CompanyDetails) if getattr(after, field.name) != getattr(told, field.name)]
    own = _put(changed, values, definitions, member, now)
    if not names and not own:
        return changed
    if not speaks_alone(changed, BY_HAND):
        said = {name: getattr(after, name) for name in names} | own_values(
            {key: changed.fields.get(key) for key in own}
        )
        settle(workspace_id=changed.workspace_id, origin=BY_HAND, sayings=[Saying(changed, stood, said, now)])
    _save(changed, definitions)
    told_names = {"company_id": str(company.pk), "fields": [*names, *own]}
    record_act(member=member, verb="CompanyChanged", detail=told_names, now=now)
    return changed


def company_details_of(company: Company) -> CompanyDetails:
    """Return what is written about a company now."""
    return CompanyDetails(**{field.name: getattr(company, field.name) for field in fields(CompanyDetails)})


def name_company(company: Company, name: str) -> None:
    """Give an unsaved or loaded company its name as written, and the keys by which it is found without its form."""
    company.name = name
    bare = bare_company_name(name)
    company.bigrams, company.initials = bigrams(bare), initials(bare)[:200]


def _write(company: Company, details: CompanyDetails) -> None:
    for field in fields(CompanyDetails):
        value = getattr(details, field.name)
        setattr(company, field.name, _kept_text(field.name, value) if isinstance(value, str) else value)
    if not (company.name or company.business_number or company.external_id):
        raise UnableToSaveCompany(_("Write a name, a business number or a customer number."), "name")
    _read_numbers(company)
    fill_from_address(company)
    name_company(company, company.name)


def _read_numbers(company: Company) -> None:
    """Write numbers, addresses and the domain as they are compared."""
    if company.business_number:
        company.business_number = business_number_of(company.business_number)
        if not company.business_number:
            raise UnableToSaveCompany(
                _("This is not a business number: its last digit does not fit."), "business_number"
            )
    if company.phone:
        company.phone = normalised_phone(company.phone)
        if not company.phone:
            raise UnableToSaveCompany(_("This is not a phone number."), "phone")
    if company.domain:
        company.domain = domain_of(company.domain)
        if not company.domain:
            raise UnableToSaveCompany(_("This is not a domain. Write it like example.com."), "domain")
    company.email = company.email.lower()
    if company.email:
        _check_email(company.email)


def _check_email(address: str) -> None:
    try:
        validate_email(address)
    except ValidationError:
        raise UnableToSaveCompany(_("This is not an e-mail address."), "email") from None


def _kept_text(name: str, value: str) -> str:
    text = value.replace("\x00", "").strip()
    if holds_resident_number(text):
        raise UnableToSaveCompany(_("A resident registration number must not be kept. Leave it out."), name)
    limit = getattr(Company._meta.get_field(name), "max_length", None)
    if limit is not None and len(text) > limit and name != "business_number":
        raise UnableToSaveCompany(_("This text is too long."), name)
    return text


def _put(
    company: Company,
    values: Mapping[str, Any] | None,
    definitions: Sequence[FieldDefinition],
    member: Member,
    now: datetime,
) -> list[str]:
    try:
        return put_values(company, values=values or {}, definitions=definitions, member=member, now=now)
    except UnableToKeepFile as refusal:
        raise UnableToSaveCompany(str(refusal), "name") from None


def _save(company: Company, definitions: Sequence[FieldDefinition]) -> None:
    try:
        with strict_fields(definitions):
            company.save()
    except UnableToKeepValue as refusal:
        raise UnableToSaveCompany(str(refusal), f"field-{refusal.key}") from None
    except IntegrityError as broken:
        refused = next((said for constraint, said in TAKEN.items() if constraint in str(broken)), None)
        if refused is None:
            raise
        raise UnableToSaveCompany(str(refused[1]), refused[0]) from None
