"""Breaches: who has to be told by when, with what words, and what was done."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_POST, require_safe

from dangol.kit.pagination import keyset_page
from dangol.privacy.forms import BreachForm, StepForm
from dangol.privacy.models import Breach
from dangol.privacy.operations import BreachDetails, UnableToRecordBreach, change_breach, record_breach, record_step
from dangol.privacy.queries.breaches import breaches_of, duties_of, steps_of
from dangol.privacy.views.documents import document
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.permissions import may_guard_privacy


@require_safe
@member_required
@allowed(may_guard_privacy)
def show_list(request: MemberRequest) -> HttpResponse:
    page = keyset_page(breaches_of(request.member), order=("-found_at", "-id"), after=request.GET.get("after"))
    return render(request, "privacy/breaches.html", {"page": page, "now": request.now})


@member_required
@allowed(may_guard_privacy)
def new(request: MemberRequest) -> HttpResponse:
    """Write a breach down."""
    form = BreachForm(request.POST or None, by=request.member)
    if form.is_valid():
        try:
            details = BreachDetails(**form.cleaned_data)
            return redirect(record_breach(details=details, member=request.member, now=request.now))
        except UnableToRecordBreach as refusal:
            form.add_error(None, str(refusal))
    return _form(request, form, None)


@member_required
@allowed(may_guard_privacy)
def edit(request: MemberRequest, breach_id: UUID) -> HttpResponse:
    """Write down what became known since."""
    breach = get_object_or_404(breaches_of(request.member), pk=breach_id)
    form = BreachForm(request.POST or None, by=request.member, breach=breach)
    if form.is_valid():
        try:
            details = BreachDetails(**form.cleaned_data)
            change_breach(breach=breach, details=details, member=request.member, now=request.now)
            return redirect(breach)
        except UnableToRecordBreach as refusal:
            form.add_error(None, str(refusal))
    return _form(request, form, breach)


@require_safe
@member_required
@allowed(may_guard_privacy)
def show(request: MemberRequest, breach_id: UUID) -> HttpResponse:
    breach = get_object_or_404(breaches_of(request.member), pk=breach_id)
    steps = steps_of(breach)
    context = {"breach": breach, "duties": duties_of(breach, steps), "steps": steps, "form": StepForm()}
    return render(request, "privacy/breach.html", context | {"now": request.now})


@require_POST
@member_required
@allowed(may_guard_privacy)
def add_step(request: MemberRequest, breach_id: UUID) -> HttpResponse:
    """Write down what was done."""
    breach = get_object_or_404(breaches_of(request.member), pk=breach_id)
    form = StepForm(request.POST)
    if form.is_valid():
        record_step(breach=breach, member=request.member, now=request.now, **form.cleaned_data)
    return redirect(breach)


@require_safe
@member_required
@allowed(may_guard_privacy)
def hand_over(request: MemberRequest, breach_id: UUID, language: str) -> HttpResponse:
    """Everything about a breach as one document: the letters, the duties and the steps."""
    breach = get_object_or_404(breaches_of(request.member), pk=breach_id)
    steps = steps_of(breach)
    context = {"breach": breach, "duties": duties_of(breach, steps), "steps": steps, "now": request.now}
    context |= {"workspace": request.member.workspace}
    return document("privacy/documents/breach.html", context, language=language, name=f"breach-{breach.pk}")


def _form(request: MemberRequest, form: BreachForm, breach: Breach | None) -> HttpResponse:
    context = {"form": form, "breach": breach}
    return render(request, "privacy/breach_form.html", context, status=422 if form.errors else 200)
