"""Writing a few details of a person or a company by hand, whichever of the two it is."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from dangol.customers.models import Company, Person
from dangol.customers.operations.companies import change_company, company_details_of
from dangol.customers.operations.people import change_person, details_of
from dangol.workspaces.models import Member


def change_some(
    *,
    row: Person | Company,
    told: Mapping[str, Any],
    member: Member,
    now: datetime,
    values: Mapping[str, Any] | None = None,
) -> Person | Company:
    """
    Write some details and leave the others as they stand. See `change_person` and `change_company`.

    :param told: details by name
    :param values: own fields by key; None empties one
    :raises UnableToSavePerson: for a detail of a person that cannot be kept
    :raises UnableToSaveCompany: for one of a company
    """
    if isinstance(row, Person):
        whole = replace(details_of(row), **told)
        return change_person(person=row, member=member, details=whole, values=values, now=now)
    return change_company(
        company=row, member=member, details=replace(company_details_of(row), **told), values=values, now=now
    )
