"""Companies: list, get, create, change, trash."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Query, Router

from dangol.api.acting import made
from dangol.api.door import ApiRequest, refuse_unless
from dangol.api.queries import companies, companies_asked
from dangol.api.schemas import Companies, CompaniesAsked, CompanyChange, CompanyShown, CompanyTold
from dangol.api.showing import refuse_if_changed, show, version
from dangol.api.telling import details_told, values_told
from dangol.api.trash import restored, thrown
from dangol.customers.models import Company, FieldDefinition
from dangol.customers.models.field import COMPANY
from dangol.customers.operations import CompanyDetails, change_company, company_details_of, create_company
from dangol.customers.permissions import may_change_companies
from dangol.customers.queries import field_definitions

router = Router(tags=[gettext_noop("Companies")])


def _definitions(request: ApiRequest) -> list[FieldDefinition]:
    return field_definitions(workspace_id=request.member.workspace_id, object=COMPANY)


def _shown(request: ApiRequest, company: Company) -> CompanyShown:
    return show(CompanyShown, company, _definitions(request))


@router.get(
    "",
    response=Companies,
    summary=gettext_noop("List companies"),
    description=gettext_noop(
        "The newest first; with `updated_since` those changed since, the longest unchanged first."
    ),
)
def list_companies(request: ApiRequest, asked: Query[CompaniesAsked]) -> Companies:
    page, definitions = companies_asked(request.member, asked), _definitions(request)
    return Companies(items=[show(CompanyShown, one, definitions) for one in page], next_after=page.next_after)


@router.post(
    "",
    response={201: CompanyShown},
    summary=gettext_noop("Add a company"),
    description=gettext_noop(
        "A name, business number or customer number is needed. Send an Idempotency-Key to be able to try again."
    ),
)
def add_company(request: ApiRequest, told: CompanyTold) -> HttpResponse:
    refuse_unless(request.member, may_change_companies)
    definitions = _definitions(request)
    company = create_company(
        member=request.member,
        details=details_told(told, CompanyDetails(), request.member),
        now=request.now,
        values=values_told(definitions, told.fields, request.member, held=None),
        definitions=definitions,
    )
    shown = show(CompanyShown, company, definitions)
    return made(shown, location=f"/api/v1/companies/{company.pk}", tag=version(company))


@router.get(
    "/{uuid:company_id}",
    response=CompanyShown,
    summary=gettext_noop("Get a company"),
    description=gettext_noop("The header ETag is the version to send as If-Match with a change."),
)
def get_company(request: ApiRequest, response: HttpResponse, company_id: UUID) -> CompanyShown:
    company = get_object_or_404(companies(request.member), pk=company_id)
    response["ETag"] = version(company)
    return _shown(request, company)


@router.patch(
    "/{uuid:company_id}",
    response=CompanyShown,
    summary=gettext_noop("Change a company"),
    description=gettext_noop(
        "Only what is sent changes. With If-Match or `updated_at` it changes only if nobody changed it meanwhile."
    ),
)
def alter_company(request: ApiRequest, response: HttpResponse, company_id: UUID, told: CompanyChange) -> CompanyShown:
    company = get_object_or_404(companies(request.member).select_for_update(of=("self",)), pk=company_id)
    definitions = _definitions(request)
    refuse_if_changed(request, company, show(CompanyShown, company, definitions), seen=told.updated_at)
    changed = change_company(
        company=company,
        member=request.member,
        details=details_told(told, company_details_of(company), request.member),
        now=request.now,
        values=values_told(definitions, told.fields, request.member, held=company.fields),
        definitions=definitions,
    )
    response["ETag"] = version(changed)
    return show(CompanyShown, changed, definitions)


@router.delete(
    "/{uuid:company_id}",
    response={204: None},
    summary=gettext_noop("Move a company to the trash"),
    description=gettext_noop("The company can be brought back for thirty days."),
)
def trash_company(request: ApiRequest, company_id: UUID) -> Any:
    company = get_object_or_404(companies(request.member).select_for_update(of=("self",)), pk=company_id)
    refuse_if_changed(request, company, _shown(request, company))
    return thrown(request, COMPANY, company)


@router.post(
    "/{uuid:company_id}/restore",
    response=CompanyShown,
    summary=gettext_noop("Bring a company back from the trash"),
    description=gettext_noop("With everything that belongs to it."),
)
def restore_company(request: ApiRequest, company_id: UUID) -> HttpResponse:
    company = restored(request, COMPANY, company_id, companies(request.member))
    return made(_shown(request, company), tag=version(company), status=200)
