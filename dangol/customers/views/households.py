"""Households: making one, and its page."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.customers.models import Household, Person
from dangol.customers.operations import change_household, create_household, dissolve_household
from dangol.customers.permissions import may_change_people
from dangol.customers.queries.households import housemates_suggested
from dangol.customers.queries.ties import HOUSEHOLD, ends_visible_to, ties_of
from dangol.customers.relation_forms import HouseholdForm
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
@allowed(may_change_people)
def new(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Make a household of a person and of those suggested whom the member ticks."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    mates = housemates_suggested(person, request.member)
    form = HouseholdForm(request.POST or None, initial={"name": person.name, "address": person.address})
    if request.method == "POST" and form.is_valid():
        together = [person, *(mate.person for mate in mates if str(mate.person.pk) in request.POST.getlist("mates"))]
        return redirect(create_household(member=request.member, people=together, **form.cleaned_data))
    context = {"form": form, "person": person, "mates": mates}
    return render(request, "customers/household_form.html", context, status=422 if form.errors else 200)


@member_required
def show(request: MemberRequest, household_id: UUID) -> HttpResponse:
    household = _household(request, household_id)
    context = {
        "household": household,
        "ties": ties_of(household, request.member),
        "may_change": may_change_people(request.member),
    }
    return render(request, "customers/household.html", context)


@member_required
@allowed(may_change_people)
def edit(request: MemberRequest, household_id: UUID) -> HttpResponse:
    household = _household(request, household_id)
    form = HouseholdForm(request.POST or None, initial=vars(household))
    if request.method == "POST" and form.is_valid():
        return redirect(change_household(household=household, **form.cleaned_data))
    context = {"form": form, "household": household}
    return render(request, "customers/household_form.html", context, status=422 if form.errors else 200)


@member_required
@allowed(may_change_people)
@require_POST
def dissolve(request: MemberRequest, household_id: UUID) -> HttpResponse:
    dissolve_household(household=_household(request, household_id))
    messages.success(request, _("The household is taken apart. Its people stay."))
    return redirect("people")


def _household(request: MemberRequest, household_id: UUID) -> Household:
    found: Household = get_object_or_404(ends_visible_to(request.member, HOUSEHOLD), pk=household_id)
    return found
