"""Automated decisions about one person, explained: to read, and to hand over."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from dangol.customers.models import Person
from dangol.privacy.queries.decisions import automated_decisions
from dangol.privacy.views.documents import document
from dangol.workspaces.access import MemberRequest, allowed, member_required
from dangol.workspaces.enums import Deed
from dangol.workspaces.operations import record_act
from dangol.workspaces.permissions import may_guard_privacy


@require_safe
@member_required
@allowed(may_guard_privacy)
def show(request: MemberRequest, person_id: UUID) -> HttpResponse:
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    told = automated_decisions(person, reader=request.member, language=get_language() or "en")
    return render(request, "privacy/decisions.html", {"told": told, "person": person})


@require_safe
@member_required
@allowed(may_guard_privacy)
def hand_over(request: MemberRequest, person_id: UUID, language: str) -> HttpResponse:
    """Hand the explanation over; the audit record says so."""
    person = get_object_or_404(Person.objects.visible_to(request.member), pk=person_id)
    told = automated_decisions(person, reader=request.member, language=language)
    record_act(
        member=request.member, verb="export_decisions", detail={}, now=request.now, deed=Deed.EXPORT, people=[person.pk]
    )
    context = {"told": told, "person": person, "now": request.now, "workspace": request.member.workspace}
    return document("privacy/documents/decisions.html", context, language=language, name=f"decisions-{person.pk}")
