"""The rights of people: the page of one person, the list of requests, and what is done about them."""

from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.customers.enums import RightKind
from dangol.customers.models import Person
from dangol.customers.operations import (
    UnableToAnswer,
    UnableToKeepGuardian,
    UnableToRestrict,
    carry_out,
    extend_request,
    handle_request,
    keep_guardian_consent,
    lift_restriction,
    refuse,
    restrict,
    take_request,
    withdraw_guardian_consent,
)
from dangol.customers.operations.rights.requests import ERASURE
from dangol.customers.queries import copies_visible_to, requests_visible_to, rights_page
from dangol.customers.queries.rights import closed_requests, extensions_left, outcomes_of, pending_requests
from dangol.customers.rights_forms import GuardianForm, HandlingForm, ReasonForm, RefusalForm, RightsRequestForm
from dangol.kit.errors import OperationError
from dangol.kit.pagination import keyset_page
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.permissions import may_guard_privacy
from dangol.workspaces.queries import newest_approval

MOST_PENDING = 200
"""So many are shown. A request is late after ten days, so there are never many."""


@require_safe
@member_required
@allowed(may_guard_privacy)
def show(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """One person: restriction, requests, copies."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    page = rights_page(person=person, now=request.now)
    context = {
        "page": page, "person": person, "form": RightsRequestForm(), "guardian_form": GuardianForm(), "now": request.now
    }  # fmt: skip
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
    with _told(request, UnableToAnswer):
        take_request(person=person, member=request.member, now=request.now, **form.cleaned_data)
    return redirect("customers:rights", person_id)


@require_POST
@member_required
@allowed(may_guard_privacy)
def stop(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Stop all processing of a person."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    form = ReasonForm(request.POST)
    with _told(request, UnableToRestrict):
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        restrict(person=person, reason=reason, member=request.member, now=request.now)
    return redirect("customers:rights", person_id)


@require_POST
@member_required
@allowed(may_guard_privacy)
def resume(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Go on with the processing of a person."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    with _told(request, UnableToRestrict):
        lift_restriction(person=person, member=request.member, now=request.now)
    return redirect("customers:rights", person_id)


@require_POST
@member_required
@allowed(may_guard_privacy)
def keep_guardian(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Write down that a guardian agreed."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    form = GuardianForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Write down who the guardian is, how to reach them, and how it was verified."))
        return redirect("customers:rights", person_id)
    with _told(request, UnableToKeepGuardian):
        keep_guardian_consent(person=person, member=request.member, now=request.now, **form.cleaned_data)
    return redirect("customers:rights", person_id)


@require_POST
@member_required
@allowed(may_guard_privacy)
def withdraw_guardian(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Write down that the guardian took it back."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    with _told(request, UnableToKeepGuardian):
        withdraw_guardian_consent(person=person, member=request.member, now=request.now)
    return redirect("customers:rights", person_id)


@require_safe
@member_required
@allowed(may_guard_privacy)
def show_list(request: MemberRequest) -> HttpResponse:
    """Every request of the workspace, by its date."""
    page = keyset_page(closed_requests(request.member), order=("-asked_at", "-id"), after=request.GET.get("after"))
    context = {"pending": pending_requests(request.member)[:MOST_PENDING], "page": page, "now": request.now}
    return render(request, "customers/rights_requests.html", context)


@require_safe
@member_required
@allowed(may_guard_privacy)
def report(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """One request: what was done where."""
    asked = get_object_or_404(requests_visible_to(request.member), pk=request_id)
    copy = copies_visible_to(request.member, now=request.now).defer("content").filter(request=asked).first()
    context = {
        "asked": asked, "outcomes": outcomes_of(asked), "copy": copy, "is_late": asked.is_late(request.now),
        "handling": HandlingForm(asked=asked, by=request.member), "refusal": RefusalForm(),
        "approval": newest_approval(asked.workspace_id, ERASURE, asked.pk) if asked.kind == RightKind.ERASURE else None,
        "may_extend": asked.is_pending and not asked.is_late(request.now) and extensions_left(asked),
    }  # fmt: skip
    return render(request, "customers/rights_report.html", context)


@require_POST
@member_required
@allowed(may_guard_privacy)
def save_handling(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Write down who answers a request, how it was proven who asks, and the reply."""
    asked = get_object_or_404(requests_visible_to(request.member), pk=request_id)
    form = HandlingForm(request.POST, asked=asked, by=request.member)
    if form.is_valid():
        handle_request(request=asked, member=request.member, now=request.now, **form.cleaned_data)
    return redirect("customers:rights_report", request_id)


@require_POST
@member_required
@allowed(may_guard_privacy)
def take_longer(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Take more time for a request, with a reason."""
    asked = get_object_or_404(requests_visible_to(request.member), pk=request_id)
    form = ReasonForm(request.POST)
    with _told(request, UnableToAnswer):
        reason = form.cleaned_data["reason"] if form.is_valid() else ""
        extend_request(request=asked, reason=reason, member=request.member, now=request.now)
    return redirect("customers:rights_report", request_id)


@require_POST
@member_required
@allowed(may_guard_privacy)
@proof_required
def begin(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Carry a request out."""
    asked = get_object_or_404(requests_visible_to(request.member), pk=request_id)
    with _told(request, OperationError):
        carry_out(request=asked, member=request.member, now=request.now)
    return redirect("customers:rights_report", request_id)


@require_POST
@member_required
@allowed(may_guard_privacy)
def decline(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Refuse a request on a legal ground, with a reason."""
    asked = get_object_or_404(requests_visible_to(request.member), pk=request_id)
    told = request.POST
    with _told(request, UnableToAnswer):
        refuse(
            request=asked, ground=told.get("ground", ""), reason=told.get("reason", ""), member=request.member,
            now=request.now,
        )  # fmt: skip
    return redirect("customers:rights_report", request_id)


@require_safe
@member_required
@allowed(may_guard_privacy)
def fetch(request: MemberRequest, request_id: UUID) -> HttpResponse:
    """Hand over the packed copy."""
    copy = get_object_or_404(copies_visible_to(request.member, now=request.now), request_id=request_id)
    name = f'attachment; filename="data-{copy.person_id}.zip"'
    return HttpResponse(bytes(copy.content), "application/zip", headers={"Content-Disposition": name})


@contextmanager
def _told(request: HttpRequest, refused: type[OperationError]) -> Iterator[None]:
    """Say on the next page why something was not done."""
    try:
        yield
    except refused as refusal:
        messages.error(request, str(refusal))
