"""Writing down what a person agreed to or took back. The card itself stands on the person's page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.customers.forms import ConsentForm, WithdrawalForm
from dangol.customers.models import ConsentQuestion, Person
from dangol.customers.operations import UnableToAsk, UnableToGiveConsent, take_consent, withdraw_consent
from dangol.customers.permissions import may_change_people
from dangol.customers.queries import consent_card
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
@allowed(may_change_people)
@require_POST
def give(request: MemberRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    form = ConsentForm(request.POST)
    if not form.is_valid():
        return _answer(request, person, refusal=_("Choose a channel and a purpose, and say how they said it."))
    try:
        taken = take_consent(person=person, at=request.now, by=request.member, **form.cleaned_data)
    except (UnableToAsk, UnableToGiveConsent) as refusal:
        return _answer(request, person, refusal=str(refusal))
    return _answer(request, person, asked=isinstance(taken, ConsentQuestion))


@member_required
@allowed(may_change_people)
@require_POST
def withdraw(request: MemberRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    form = WithdrawalForm(request.POST)
    if not form.is_valid():
        return _answer(request, person, refusal=_("Choose what they no longer want, and say how they said it."))
    withdraw_consent(person=person, at=request.now, by=request.member, **form.cleaned_data)
    return _answer(request, person)


def _answer(request: MemberRequest, person: Person, refusal: str = "", *, asked: bool = False) -> HttpResponse:
    """The card again for htmx, the person's page for a plain form."""
    if not request.htmx:
        if refusal:
            messages.error(request, refusal)
        if asked:
            messages.success(request, _("We asked the person by mail. It counts once they confirm."))
        return redirect(person)
    card = consent_card(person=person, member=request.member, now=request.now)
    status = 422 if refusal else 200
    context = {"card": card, "refusal": refusal, "asked": asked}
    return render(request, "customers/consent_card.html", context, status=status)
