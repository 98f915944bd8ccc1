"""The page of one company: who belongs to it, what they tell, and what is known of it."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language

from dangol.customers.models import Company
from dangol.desk.queries.company_page import CompanyPage
from dangol.workspaces.access import MemberRequest, member_required


@member_required
def show(request: MemberRequest, company_id: UUID) -> HttpResponse:
    companies = Company.objects.visible_to(request.member).select_related("owner__user", "workspace")
    company = get_object_or_404(companies, pk=company_id)
    language = (get_language() or "en").split("-")[0]
    page = CompanyPage(company, request.member, language, request.now, request.GET.get("after"))
    wanted = "desk/company/story.html" if request.htmx and page.after else "desk/company_detail.html"
    return render(request, wanted, {"page": page, "company": company})
