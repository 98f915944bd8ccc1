"""People: list, get, create, change, trash."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Query, Router

from dangol.api.acting import made
from dangol.api.door import ApiRequest, refuse_unless
from dangol.api.queries import people, people_asked
from dangol.api.schemas import People, PersonChange, PersonShown, PersonTold, RowsAsked
from dangol.api.showing import refuse_if_changed, show, version
from dangol.api.telling import details_told, values_told
from dangol.api.trash import restored, thrown
from dangol.customers.models import FieldDefinition, Person
from dangol.customers.models.field import PERSON
from dangol.customers.operations import PersonDetails, change_person, create_person, details_of
from dangol.customers.permissions import may_change_people
from dangol.customers.queries import field_definitions

router = Router(tags=[gettext_noop("People")])


def _definitions(request: ApiRequest) -> list[FieldDefinition]:
    return field_definitions(workspace_id=request.member.workspace_id, object=PERSON)


def _shown(request: ApiRequest, person: Person) -> PersonShown:
    return show(PersonShown, person, _definitions(request))


@router.get(
    "",
    response=People,
    summary=gettext_noop("List people"),
    description=gettext_noop(
        "The newest first; with `updated_since` those changed since, the longest unchanged first."
    ),
)
def list_people(request: ApiRequest, asked: Query[RowsAsked]) -> People:
    page, definitions = people_asked(request.member, asked), _definitions(request)
    return People(items=[show(PersonShown, one, definitions) for one in page], next_after=page.next_after)


@router.post(
    "",
    response={201: PersonShown},
    summary=gettext_noop("Add a person"),
    description=gettext_noop(
        "A name, e-mail address, phone or customer number is needed. Send an Idempotency-Key to be able to try again."
    ),
)
def add_person(request: ApiRequest, told: PersonTold) -> HttpResponse:
    refuse_unless(request.member, may_change_people)
    definitions = _definitions(request)
    person = create_person(
        member=request.member,
        details=details_told(told, PersonDetails(), request.member),
        now=request.now,
        values=values_told(definitions, told.fields, request.member, held=None),
        definitions=definitions,
    )
    shown = show(PersonShown, person, definitions)
    return made(shown, location=f"/api/v1/people/{person.pk}", tag=version(person))


@router.get(
    "/{uuid:person_id}",
    response=PersonShown,
    summary=gettext_noop("Get a person"),
    description=gettext_noop("The header ETag is the version to send as If-Match with a change."),
)
def get_person(request: ApiRequest, response: HttpResponse, person_id: UUID) -> PersonShown:
    person = get_object_or_404(people(request.member), pk=person_id)
    response["ETag"] = version(person)
    return _shown(request, person)


@router.patch(
    "/{uuid:person_id}",
    response=PersonShown,
    summary=gettext_noop("Change a person"),
    description=gettext_noop(
        "Only what is sent changes. With If-Match or `updated_at` it changes only if nobody changed it meanwhile."
    ),
)
def alter_person(request: ApiRequest, response: HttpResponse, person_id: UUID, told: PersonChange) -> PersonShown:
    person = get_object_or_404(people(request.member).select_for_update(of=("self",)), pk=person_id)
    definitions = _definitions(request)
    refuse_if_changed(request, person, show(PersonShown, person, definitions), seen=told.updated_at)
    changed = change_person(
        person=person,
        member=request.member,
        details=details_told(told, details_of(person), request.member),
        now=request.now,
        values=values_told(definitions, told.fields, request.member, held=person.fields),
        definitions=definitions,
    )
    response["ETag"] = version(changed)
    return show(PersonShown, changed, definitions)


@router.delete(
    "/{uuid:person_id}",
    response={204: None},
    summary=gettext_noop("Move a person to the trash"),
    description=gettext_noop("The person can be brought back for thirty days."),
)
def trash_person(request: ApiRequest, person_id: UUID) -> Any:
    person = get_object_or_404(people(request.member).select_for_update(of=("self",)), pk=person_id)
    refuse_if_changed(request, person, _shown(request, person))
    return thrown(request, PERSON, person)


@router.post(
    "/{uuid:person_id}/restore",
    response=PersonShown,
    summary=gettext_noop("Bring a person back from the trash"),
    description=gettext_noop("With everything that belongs to the person."),
)
def restore_person(request: ApiRequest, person_id: UUID) -> HttpResponse:
    person = restored(request, PERSON, person_id, people(request.member))
    return made(_shown(request, person), tag=version(person), status=200)
