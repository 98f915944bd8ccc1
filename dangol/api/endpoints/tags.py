"""The words that stick on a person."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router

from dangol.api.acting import made
from dangol.api.door import ApiRequest
from dangol.api.queries import people, tags_of
from dangol.api.schemas import TagsShown, TagTold
from dangol.customers.operations import tag_many, untag_many

router = Router(tags=["Tags of a person"])
PEOPLE = "people"


@router.get("/{uuid:person_id}/tags", response=TagsShown, summary="List tags")
def list_tags(request: ApiRequest, person_id: UUID) -> TagsShown:
    """In the order of the alphabet."""
    return TagsShown(tags=tags_of(get_object_or_404(people(request.member), pk=person_id)))


@router.post("/{uuid:person_id}/tags", response=TagsShown, summary="Add a tag")
def add_tag(request: ApiRequest, person_id: UUID, told: TagTold) -> HttpResponse:
    """A new word is kept for everybody; one that sticks already stays. The answer is every tag of the person."""
    person = get_object_or_404(people(request.member), pk=person_id)
    tag_many(member=request.member, listed=PEOPLE, ids=[person.pk], name=told.name, now=request.now)
    return made(TagsShown(tags=tags_of(person)), status=200)


@router.delete("/{uuid:person_id}/tags/{name}", response={204: None}, summary="Take a tag away")
def remove_tag(request: ApiRequest, person_id: UUID, name: str) -> Any:
    """A word that does not stick on the person is no error."""
    person = get_object_or_404(people(request.member), pk=person_id)
    untag_many(workspace_id=request.member.workspace_id, listed=PEOPLE, ids=[person.pk], name=name.replace("\x00", ""))
    return HttpResponse(status=204)
