"""What is kept sealed of people: which fields there are, one person's, and who has a value."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from dangol.customers.models import Person, SealedValue
from dangol.customers.operations import (
    UnableToSeal,
    define_sealed_field,
    delete_sealed_field,
    keep_sealed_value,
    reveal_sealed_value,
)
from dangol.customers.permissions import may_change_people, may_reveal
from dangol.customers.queries import (
    counted_sealed_fields,
    people_with_sealed_value,
    sealed_fields,
    sealed_lines,
    sealed_values_of,
)
from dangol.customers.sealed_forms import SealedFieldForm, SealedSearchForm, SealedValueForm
from dangol.workspaces.access import MemberRequest, allowed, member_required, proof_required
from dangol.workspaces.permissions import may_configure

MOST_FOUND = 50


@require_safe
@member_required
def show(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """One person's sealed fields: whether there is a value, never which."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    return _page(request, person)


@require_POST
@member_required
@allowed(may_change_people)
def keep(request: MemberRequest, person_id: UUID, sealed_id: UUID) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    field = get_object_or_404(sealed_fields(request.member), pk=sealed_id)
    form = SealedValueForm(request.POST)
    text = form.cleaned_data["text"] if form.is_valid() else ""
    try:
        keep_sealed_value(person=person, field=field, text=text, member=request.member, now=request.now)
        messages.success(request, _("Saved."))
    except UnableToSeal as refusal:
        messages.error(request, str(refusal))
    return redirect("customers:sealed", person_id)


@require_POST
@member_required
@allowed(may_reveal)
@proof_required
def reveal(request: MemberRequest, person_id: UUID, sealed_id: UUID) -> HttpResponse:
    """Show one value in clear, on this one page."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    value = get_object_or_404(sealed_values_of(person, request.member).select_related("field"), field_id=sealed_id)
    text = reveal_sealed_value(value=value, member=request.member, now=request.now)
    return _page(request, person, value, text)


@member_required
@allowed(may_change_people)
def find(request: MemberRequest) -> HttpResponse:
    """Find people by the whole value of a sealed field."""
    form = SealedSearchForm(request.POST or None, member=request.member)
    found = None
    if form.is_valid():
        found = people_with_sealed_value(request.member, form.cleaned_data["field"], form.cleaned_data["text"])
    people = None if found is None else list(found[:MOST_FOUND])
    return render(request, "customers/sealed_search.html", {"form": form, "people": people})


@member_required
@allowed(may_configure)
def show_list(request: MemberRequest) -> HttpResponse:
    """The sealed fields of the workspace, and one more."""
    form = SealedFieldForm(request.POST or None)
    if form.is_valid():
        try:
            define_sealed_field(member=request.member, now=request.now, **form.cleaned_data)
        except UnableToSeal as refusal:
            form.add_error("label", str(refusal))
        else:
            return redirect("customers:sealed_fields")
    fields = counted_sealed_fields(request.member)
    return render(request, "customers/sealed_fields.html", {"form": form, "fields": fields})


@require_POST
@member_required
@allowed(may_configure)
@proof_required
def delete(request: MemberRequest, sealed_id: UUID) -> HttpResponse:
    field = get_object_or_404(sealed_fields(request.member), pk=sealed_id)
    delete_sealed_field(field=field, member=request.member, now=request.now)
    messages.success(request, _("Deleted."))
    return redirect("customers:sealed_fields")


def _page(request: MemberRequest, person: Person, revealed: SealedValue | None = None, text: str = "") -> HttpResponse:
    context = {
        "person": person, "lines": sealed_lines(person, request.member), "revealed": revealed, "text": text,
        "may_reveal": may_reveal(request.member), "may_change": may_change_people(request.member),
        "may_configure": may_configure(request.member),
    }  # fmt: skip
    return render(request, "customers/sealed.html", context)
