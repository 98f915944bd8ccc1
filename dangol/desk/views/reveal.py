"""Showing one masked field of one person, and writing down who looked."""

from uuid import UUID

from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_POST

from dangol.customers.models import Person
from dangol.customers.permissions import may_reveal
from dangol.kit.masking import masking
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.enums import Deed
from dangol.workspaces.operations import record_act
from dangol.workspaces.permissions import FIELDS


@member_required
@allowed(may_reveal)
@require_POST
def reveal(request: MemberRequest, person_id: UUID, name: str) -> HttpResponse:
    """Show what stands in a field that is masked for this member. The entry is written before the answer is."""
    if name not in FIELDS:
        raise Http404
    with masking(()):
        person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    record_act(
        member=request.member, verb="reveal", detail={"field": name}, now=request.now, deed=Deed.REVEAL,
        people=[person.pk],
    )  # fmt: skip
    part = "#value" if request.htmx else ""
    shown = {"person": person, "value": getattr(person, name), "name": name}
    return render(request, f"desk/revealed.html{part}", shown)
