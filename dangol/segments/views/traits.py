"""Computed traits: which there are, make and change one, and their values of one person."""

from uuid import UUID

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from dangol.customers.models import Person
from dangol.kit.errors import OperationError
from dangol.segments import operations, queries
from dangol.segments.conditions.traits import TraitQuestion
from dangol.segments.contracts import InvalidDefinition
from dangol.segments.contracts import builder as forms
from dangol.segments.models import ComputedTrait
from dangol.segments.permissions import may_edit_segments
from dangol.workspaces.access import MemberRequest, allowed, member_required


@member_required
def show(request: MemberRequest) -> HttpResponse:
    """Show the traits of the workspace, each with what it asks."""
    rows = queries.trait_phrases(queries.traits_visible(request.member))
    return render(request, "segments/trait_list.html", {"rows": rows, "may_edit": may_edit_segments(request.member)})


@member_required
@allowed(may_edit_segments)
def create(request: MemberRequest) -> HttpResponse:
    """Name a new trait."""
    return _build(request, None)


@member_required
@allowed(may_edit_segments)
def edit(request: MemberRequest, trait_id: UUID) -> HttpResponse:
    """Change a trait."""
    return _build(request, get_object_or_404(queries.traits_visible(request.member), pk=trait_id))


@member_required
@allowed(may_edit_segments)
@require_POST
def delete(request: MemberRequest, trait_id: UUID) -> HttpResponse:
    """Forget a trait, unless a segment asks for it."""
    trait = get_object_or_404(queries.traits_visible(request.member), pk=trait_id)
    try:
        operations.delete_trait(trait=trait)
    except operations.UnableToDeleteTrait as refusal:
        messages.error(request, str(refusal))
    return redirect("segments:traits")


@member_required
def of_person(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Show the values of one person, as a part of that person's page."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    return render(request, "segments/traits_of.html", {"values": queries.traits_of(person, now=request.now)})


def _build(request: MemberRequest, trait: ComputedTrait | None) -> HttpResponse:
    row = _row(request, trait)
    fields = forms.filled_in(TraitQuestion.inputs(row.values, queries.offers(request.member)), row)
    name = request.POST.get("name", trait.name if trait else "")
    problems = []
    if "save" in request.POST:
        try:
            operations.save_trait(by=request.member, name=name, question=forms.typed_in(fields), trait=trait)
            return redirect("segments:traits")
        except InvalidDefinition as invalid:
            problems = [problem.message for problem in invalid.problems]
        except OperationError as refusal:
            problems = [str(refusal)]
    part = "#builder" if request.htmx and "save" not in request.POST else ""
    context = {"trait": trait, "name": name, "fields": fields, "problems": problems, "title": _title(trait)}
    return render(request, f"segments/trait_form.html{part}", context)


def _row(request: MemberRequest, trait: ComputedTrait | None) -> forms.Row:
    if request.method == "POST":
        rows = forms.rows_from(request.POST.dict())
        return forms.Row(forms.ROOT, "trait", rows.values)
    question = trait.question if trait else {"measure": "count", "days": 90}
    return forms.Row(forms.ROOT, "trait", forms.stored_values(question))


def _title(trait: ComputedTrait | None) -> str:
    return trait.name if trait else _("New trait")
