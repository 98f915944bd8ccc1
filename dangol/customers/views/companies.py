"""The forms for one company."""

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dangol.customers.forms import CompanyForm
from dangol.customers.models import Company, FieldDefinition
from dangol.customers.operations import CompanyDetails, UnableToSaveCompany, change_company, create_company
from dangol.customers.permissions import may_change_companies
from dangol.workspaces.access import MemberRequest, allowed, member_required

PAGE = "customers/company_form.html"


class FilledCompany(TypedDict):
    """What a form says about a company."""

    details: CompanyDetails
    values: dict[str, Any]
    definitions: Sequence[FieldDefinition]


@member_required
@allowed(may_change_companies)
def new(request: MemberRequest) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = CompanyForm(*sent, member=request.member)
    if request.method == "POST" and form.is_valid():
        told = FilledCompany(details=form.details, values=form.values, definitions=form.definitions)
        try:
            return redirect(create_company(member=request.member, now=request.now, **told))
        except UnableToSaveCompany as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(request, PAGE, {"form": form}, status=422 if form.errors else 200)


@member_required
@allowed(may_change_companies)
def edit(request: MemberRequest, company_id: UUID) -> HttpResponse:
    company = get_object_or_404(Company.objects.visible_to(request.member), pk=company_id)
    if request.method != "POST":
        return render(request, PAGE, {"form": CompanyForm.filled(company, request.member), "company": company})
    form = CompanyForm(request.POST, request.FILES, member=request.member, company=company)
    if form.is_valid():
        told = FilledCompany(details=form.details, values=form.values, definitions=form.definitions)
        try:
            return redirect(change_company(company=company, member=request.member, now=request.now, **told))
        except UnableToSaveCompany as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(request, PAGE, {"form": form, "company": company}, status=422)
