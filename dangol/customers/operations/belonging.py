"""Companies that outside systems speak of, and who belongs to them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from dangol.customers.enums import RelationKind
from dangol.customers.models import Company, Relation
from dangol.customers.operations.companies import name_company
from dangol.kit import tenancy

SAID_BY_SYSTEM = "event"


def join_companies(
    *,
    workspace_id: UUID,
    companies: Mapping[str, Mapping[str, Any]],
    members: Iterable[tuple[UUID, str]],
    now: datetime,
) -> None:
    """
    Make or update companies and let people belong to them; doing it twice changes nothing.

    :param companies: what is told about each company, by the id that the other system gave it
    :param members: pairs of person and company id
    """
    known = _known(workspace_id, companies)
    new = [
        Company(workspace_id=workspace_id, external_id=number, origin=SAID_BY_SYSTEM)
        for number in companies
        if number not in known
    ]
    named = known | {company.external_id: company for company in new}
    for number, company in named.items():
        _tell(company, companies[number])
    Company.objects.bulk_create(new)
    with tenancy.open_trash():
        found = {company.pk: company for company in known.values()}
        Company.objects.bulk_update(found.values(), ["name", "bigrams", "initials", "fields"])
    Relation.objects.bulk_create(
        [
            Relation(
                workspace_id=workspace_id, kind=RelationKind.WORKS_AT, source_person_id=person_id,
                target_company=named[number], since=timezone.localdate(now), origin=SAID_BY_SYSTEM,
            )
            for person_id, number in dict.fromkeys(members)
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _known(workspace_id: UUID, companies: Iterable[str]) -> dict[str, Company]:
    """
    Return the companies by number: one that was merged is the one it was merged into, at the end of the chain.

    A company in the trash keeps its number, which exists once: what is told about it waits there with it.
    """
    with tenancy.open_trash():
        numbered = Company.objects.filter(workspace_id=workspace_id, external_id__in=list(companies)).order_by("id")
        found = {company.external_id: company for company in numbered}
        while merged := {company.merged_into_id for company in found.values() if company.merged_into_id}:
            keepers = Company.objects.filter(workspace_id=workspace_id).in_bulk(merged)
            found = {number: keepers.get(company.merged_into_id, company) for number, company in found.items()}
        return found


def _tell(company: Company, told: Mapping[str, Any]) -> None:
    rest = dict(told)
    name = rest.pop("name", None)
    if isinstance(name, str) and name.strip():
        name_company(company, name.replace("\x00", "").strip()[:200])
    company.fields = company.fields | rest
