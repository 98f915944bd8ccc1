"""The forms for one person. The list of people belongs to the desk."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render

from dangol.customers.forms import PersonForm
from dangol.customers.models import Person
from dangol.customers.operations import UnableToSavePerson, change_person, create_person
from dangol.customers.permissions import may_change_people
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
@allowed(may_change_people)
def new(request: MemberRequest) -> HttpResponse:
    form = PersonForm(request.POST if request.method == "POST" else None, member=request.member)
    if request.method == "POST" and form.is_valid():
        try:
            return redirect(create_person(member=request.member, details=form.details, now=request.now))
        except UnableToSavePerson as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(request, "customers/person_form.html", {"form": form}, status=422 if form.errors else 200)


@member_required
@allowed(may_change_people)
def edit(request: MemberRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    if request.method != "POST":
        return render(
            request, "customers/person_form.html", {"form": PersonForm.filled(person, request.member), "person": person}
        )
    form = PersonForm(request.POST, member=request.member)
    if form.is_valid():
        try:
            return redirect(change_person(person=person, member=request.member, details=form.details, now=request.now))
        except UnableToSavePerson as refusal:
            form.add_error(refusal.field, str(refusal))
    return render(request, "customers/person_form.html", {"form": form, "person": person}, status=422)
