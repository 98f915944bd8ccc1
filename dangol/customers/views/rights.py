"""The rights of people: the page of one person, the list of requests, and what is done about them."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.customers.models import Person
from dangol.customers.operations import (
    UnableToAnswer,
    UnableToRestrict,
    carry_out,
    lift_restriction,
    refuse,
    restrict,
    take_request,
)
from dangol.customers.queries import copies_visible_to, requests_visible_to, rights_page
from dangol.customers.queries.rights import closed_requests, outcomes_of, pending_requests
from dangol.customers.rights_forms import ReasonForm, RightsRequestForm
from dangol.kit.pagination import keyset_page
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.permissions import may_guard_privacy


@require_safe
@member_required
@allowed(may_guard_privacy)
def show(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """One person: restriction, requests, copies."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    page = rights_page(person=person, now=request.now)
    context = {"page": page, "person": person, "form": RightsRequestForm(), "now": request.now}
    return render(request, "customers/rights.html", context)


@require_POST
@member_required
@allowed(may_guard_privacy)
def take(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Write down what a person asked for."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    form = RightsRequestForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose what they ask for."))
        return redirect("customers:rights", person_id)
    try:
        take_request(person=person, member=request.member, now=request.now, **form.cleaned_data)
    except UnableToAnswer as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:rights", person_id)


@require_POST
@member_required
@allowed(may_guard_privacy)
def stop(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Stop all processing of a person."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    form = ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        restrict(person=person, reason=reason, member=request.member, now=request.now)
    except UnableToRestrict as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:rights", person_id)


@require_POST
@member_required
@allowed(may_guard_privacy)
def resume(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Go on with the processing of a person."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    try:
        lift_restriction(person=person, member=request.member, now=request.now)
    except UnableToRestrict as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:rights", person_id)


@require_safe
@member_required
@allowed(may_guard_privacy)
def show_list(request: MemberRequest) -> HttpResponse:
    """Every request of the workspace, by its date."""
    page = keyset_page(closed_requests(request.member), order=("-asked_at", "-id"), after=request.GET.get("after"))
    context = {"pending": pending_requests(request.member), "page": page, "now": request.now}
    return render(request, "customers/rights_requests.html", context)


@require_safe
@member_required
@allowed(may_guard_privacy)
def report(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """One request: what was done where."""
    asked = get_object_or_404(requests_visible_to(request.member), pk=request_id)
    copy = copies_visible_to(request.member, now=request.now).defer("content").filter(request=asked).first()
    context = {"asked": asked, "outcomes": outcomes_of(asked), "copy": copy, "is_late": asked.is_late(request.now)}
    return render(request, "customers/rights_report.html", context)


@require_POST
@member_required
@allowed(may_guard_privacy)
@proof_required
def begin(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Carry a request out."""
    asked = get_object_or_404(requests_visible_to(request.member), pk=request_id)
    try:
        carry_out(request=asked, member=request.member, now=request.now)
    except UnableToAnswer as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:rights_report", request_id)


@require_POST
@member_required
@allowed(may_guard_privacy)
def decline(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Refuse a request with a reason."""
    asked = get_object_or_404(requests_visible_to(request.member), pk=request_id)
    form = ReasonForm(request.POST)
    try:
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        refuse(request=asked, reason=reason, member=request.member, now=request.now)
    except UnableToAnswer as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:rights_report", request_id)


@require_safe
@member_required
@allowed(may_guard_privacy)
def fetch(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Hand over the packed copy."""
    copy = get_object_or_404(copies_visible_to(request.member, now=request.now), request_id=request_id)
    name = f'attachment; filename="data-{copy.person_id}.zip"'
    return HttpResponse(bytes(copy.content), "application/zip", headers={"Content-Disposition": name})
