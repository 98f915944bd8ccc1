"""The inventory of personal data: on a page, as files, and as the documents that are made of it."""

from django.http import HttpResponse, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from dangol.kit.csv_files import csv_answer
from dangol.privacy.queries.inventory import COLUMNS, inventory, inventory_rows
from dangol.privacy.views.documents import document
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_guard_privacy


@require_safe
@member_required
@allowed(may_guard_privacy)
def show(request: MemberRequest) -> HttpResponse:
    return render(request, "privacy/inventory.html", {"inventory": inventory(request.member.workspace)})


@require_safe
@member_required
@allowed(may_guard_privacy)
def as_csv(request: MemberRequest) -> HttpResponse:
    return csv_answer([COLUMNS, *inventory_rows(inventory(request.member.workspace))], name="personal-data.csv")


@require_safe
@member_required
@allowed(may_guard_privacy)
def as_json(request: MemberRequest) -> HttpResponse:
    told = inventory(request.member.workspace)
    rows = [dict(zip(COLUMNS, row, strict=True)) for row in inventory_rows(told)]
    own = [{"object": one.object, "field": one.key, "label": one.label} for one in told.own_fields]
    return JsonResponse({"fields": rows, "own_fields": own, "sealed_fields": [one.label for one in told.sealed_fields]})


@require_safe
@member_required
@allowed(may_guard_privacy)
def records(request: MemberRequest, language: str) -> HttpResponse:
    """Hand over the records of processing (PIPA 30, GDPR 30)."""
    context = {"inventory": inventory(request.member.workspace), "now": request.now}
    return document("privacy/documents/records.html", context, language=language, name="records-of-processing")


@require_safe
@member_required
@allowed(may_guard_privacy)
def assessment(request: MemberRequest, language: str) -> HttpResponse:
    """Hand over a data protection impact assessment to be finished (GDPR 35, PIPA 33)."""
    context = {"inventory": inventory(request.member.workspace), "now": request.now}
    return document("privacy/documents/assessment.html", context, language=language, name="impact-assessment")
