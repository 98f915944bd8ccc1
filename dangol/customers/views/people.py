"""The forms for one person. The list of people belongs to the desk."""

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _

from dangol.customers.forms import PersonForm
from dangol.customers.models import FieldDefinition, Person
from dangol.customers.operations import (
    HeldInTrash,
    PersonDetails,
    UnableToSavePerson,
    change_person,
    create_person,
)
from dangol.customers.permissions import may_change_people
from dangol.customers.queries.trash import one_trashed
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.models import Member


class Filled(TypedDict):
    """What a form says about a person."""

    details: PersonDetails
    values: dict[str, Any]
    definitions: Sequence[FieldDefinition]


@member_required
@allowed(may_change_people)
def new(request: MemberRequest) -> HttpResponse:
    sent = (request.POST, request.FILES) if request.method == "POST" else (None, None)
    form = PersonForm(*sent, member=request.member)
    if request.method == "POST" and form.is_valid():
        told = Filled(details=form.details, values=form.values, definitions=form.definitions)
        try:
            return _kept(request, create_person(member=request.member, now=request.now, **told))
        except UnableToSavePerson as refusal:
            _refuse(form, refusal, request.member)
    return render(request, "customers/person_form.html", {"form": form}, status=422 if form.errors else 200)


@member_required
@allowed(may_change_people)
def edit(request: MemberRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    if request.method != "POST":
        return render(
            request, "customers/person_form.html", {"form": PersonForm.filled(person, request.member), "person": person}
        )
    form = PersonForm(request.POST, request.FILES, member=request.member, person=person)
    if form.is_valid():
        told = Filled(details=form.details, values=form.values, definitions=form.definitions)
        try:
            return _kept(request, change_person(person=person, member=request.member, now=request.now, **told))
        except UnableToSavePerson as refusal:
            _refuse(form, refusal, request.member)
    return render(request, "customers/person_form.html", {"form": form, "person": person}, status=422)


def _kept(request: MemberRequest, person: Person) -> HttpResponse:
    """Lead to the person, or to the others where the member's rights do not reach who that is now."""
    if Person.objects.visible_to(request.member).filter(pk=person.pk).exists():
        return redirect(person)
    messages.success(request, _("Saved. Your rights do not reach this person, so you do not see them."))
    return redirect("people")


def _refuse(form: PersonForm, refusal: UnableToSavePerson, member: Member) -> None:
    """Say what is wrong; offer to bring back whom the member may see in the trash."""
    form.add_error(refusal.field, str(refusal))
    if isinstance(refusal, HeldInTrash):
        form.in_trash = one_trashed(member, "person", refusal.holder_id)
