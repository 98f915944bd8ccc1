"""The words that stick on a person."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Router

from dangol.api.acting import made
from dangol.api.door import ApiRequest
from dangol.api.queries import people, tags_of
from dangol.api.schemas import TagsShown, TagTold
from dangol.customers.operations import tag_many, untag_many

router = Router(tags=[gettext_noop("Tags of a person")])
PEOPLE = "people"


@router.get(
    "/{uuid:person_id}/tags",
    response=TagsShown,
    summary=gettext_noop("List tags"),
    description=gettext_noop("In the order of the alphabet."),
)
def list_tags(request: ApiRequest, person_id: UUID) -> TagsShown:
    return TagsShown(tags=tags_of(get_object_or_404(people(request.member), pk=person_id)))


@router.post(
    "/{uuid:person_id}/tags",
    response=TagsShown,
    summary=gettext_noop("Add a tag"),
    description=gettext_noop(
        "A new word is kept for everybody; one that sticks already stays. The answer is every tag of the person."
    ),
)
def add_tag(request: ApiRequest, person_id: UUID, told: TagTold) -> HttpResponse:
    person = get_object_or_404(people(request.member), pk=person_id)
    tag_many(member=request.member, listed=PEOPLE, ids=[person.pk], name=told.name, now=request.now)
    return made(TagsShown(tags=tags_of(person)), status=200)


@router.delete(
    "/{uuid:person_id}/tags/{name}",
    response={204: None},
    summary=gettext_noop("Take a tag away"),
    description=gettext_noop("A word that does not stick on the person is no error."),
)
def remove_tag(request: ApiRequest, person_id: UUID, name: str) -> Any:
    person = get_object_or_404(people(request.member), pk=person_id)
    untag_many(workspace_id=request.member.workspace_id, listed=PEOPLE, ids=[person.pk], name=name.replace("\x00", ""))
    return HttpResponse(status=204)
