"""Computed traits: which there are, and their values of a person."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Router

from dangol.api.door import ApiRequest
from dangol.api.queries import people
from dangol.api.schemas import TraitShown, TraitValueShown
from dangol.segments.queries import traits_of, traits_visible

router = Router(tags=[gettext_noop("Computed traits")])


@router.get(
    "/traits",
    response=list[TraitShown],
    summary=gettext_noop("List computed traits"),
    description=gettext_noop("Computed traits of the workspace, by name, with the question that each asks."),
)
def list_traits(request: ApiRequest) -> list[TraitShown]:
    return [TraitShown(id=one.pk, name=one.name, question=one.question) for one in traits_visible(request.member)]


@router.get(
    "/people/{uuid:person_id}/traits",
    response=list[TraitValueShown],
    summary=gettext_noop("Computed traits of a person"),
    description=gettext_noop("Each with its value at this moment; null where nothing is known."),
)
def list_trait_values(request: ApiRequest, person_id: UUID) -> list[TraitValueShown]:
    person = get_object_or_404(people(request.member), pk=person_id)
    return [
        TraitValueShown(id=one.trait.pk, name=one.trait.name, value=one.value)
        for one in traits_of(person, now=request.now)
    ]
