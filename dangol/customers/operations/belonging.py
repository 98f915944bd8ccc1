"""Companies that outside systems speak of, and who belongs to them."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.utils import timezone

from dangol.customers.enums import RelationKind
from dangol.customers.models import Company, Relation

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
    known = {company.external_id: company for company in _known(workspace_id, companies)}
    new = [
        Company(workspace_id=workspace_id, external_id=number, origin=SAID_BY_SYSTEM)
        for number in companies
        if number not in known
    ]
    for company in [*known.values(), *new]:
        _tell(company, companies[company.external_id])
    Company.objects.bulk_create(new)
    Company.objects.bulk_update(known.values(), ["name", "fields"])
    known |= {company.external_id: company for company in new}
    Relation.objects.bulk_create(
        [
            Relation(
                workspace_id=workspace_id, kind=RelationKind.WORKS_AT, source_person_id=person_id,
                target_company=known[number], since=timezone.localdate(now), origin=SAID_BY_SYSTEM,
            )
            for person_id, number in dict.fromkeys(members)
        ],
        ignore_conflicts=True,
    )  # fmt: skip


def _known(workspace_id: UUID, companies: Iterable[str]) -> Iterable[Company]:
    return Company.objects.filter(workspace_id=workspace_id, external_id__in=list(companies)).order_by("id")


def _tell(company: Company, told: Mapping[str, Any]) -> None:
    rest = dict(told)
    name = rest.pop("name", None)
    if isinstance(name, str) and name.strip():
        company.name = name.strip()[:200]
    company.fields = company.fields | rest
