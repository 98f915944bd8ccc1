"""The proof of one person's consents, to read and to hand over."""

from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from dangol.customers.models import Person
from dangol.messaging.printing import pdf_of
from dangol.messaging.queries.consent_proof import consent_proof, proof_data
from dangol.workspaces.access import MemberRequest, member_required


@require_safe
@member_required
def show(request: MemberRequest, person_id: UUID) -> HttpResponse:
    """Show the ledger with the words that were agreed to, its evidence and what was told."""
    people = Person.objects.visible_to(request.member).select_related("workspace")
    person = get_object_or_404(people, pk=person_id)
    proof = consent_proof(person=person, language=get_language() or "en", now=request.now)
    return render(request, "messaging/consent_proof.html", {"proof": proof, "person": person})


@require_safe
@member_required
def pdf(request: MemberRequest, person_id: UUID, language: str) -> HttpResponse:
    """Hand the proof over as a PDF file in one language."""
    people = Person.objects.visible_to(request.member).select_related("workspace")
    person = get_object_or_404(people, pk=person_id)
    data = proof_data(consent_proof(person=person, language=language, now=request.now), language)
    name = f'attachment; filename="consent-{person.pk}-{language}.pdf"'
    return HttpResponse(pdf_of("proof.typ", data), "application/pdf", headers={"Content-Disposition": name})
