"""The forms for one company."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dangol.customers.forms import CompanyForm
from dangol.customers.models import Company
from dangol.customers.operations import UnableToSaveCompany, change_company, create_company
from dangol.customers.permissions import may_change_people
from dangol.workspaces.access import MemberRequest, allowed, member_required

PAGE = "customers/company_form.html"


@member_required
@allowed(may_change_people)
def new(request: MemberRequest) -> HttpResponse:
    form = CompanyForm(request.POST if request.method == "POST" else None, member=request.member)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(create_company(member=request.member, details=form.details, now=request.now))
        except UnableToSaveCompany as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(request, PAGE, {"form": form}, status=422 if form.errors else 200)


@member_required
@allowed(may_change_people)
def edit(request: MemberRequest, company_id: UUID) -> HttpResponse:
    company = get_object_or_404(Company.objects.visible_to(request.member), pk=company_id)
    if request.method != "POST":
        return render(request, PAGE, {"form": CompanyForm.filled(company, request.member), "company": company})
    form = CompanyForm(request.POST, member=request.member)
    if form.is_valid():
        try:
            changed = change_company(company=company, member=request.member, details=form.details, now=request.now)
            return redirect(changed)
        except UnableToSaveCompany as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(request, PAGE, {"form": form, "company": company}, status=422)
