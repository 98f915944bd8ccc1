"""Who has to do with a person, in what way, from when to when."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Router

from dangol.api.acting import made
from dangol.api.door import ApiRequest
from dangol.api.problems import unseen
from dangol.api.queries import people
from dangol.api.schemas import RelationEnd, RelationShown, RelationTold
from dangol.customers.enums import RelationKind
from dangol.customers.models import Relation
from dangol.customers.operations import end_relation, relate, remove_relation
from dangol.customers.queries.ties import End, Tie, ends_visible_to, relations_seen, ties_of

router = Router(tags=[gettext_noop("Relations of a person")])


@router.get(
    "/{uuid:person_id}/relations",
    response=list[RelationShown],
    summary=gettext_noop("List relations"),
    description=gettext_noop(
        "At most 200, those that hold first. Relations to whom the member may not see are left out."
    ),
)
def list_relations(request: ApiRequest, person_id: UUID) -> Any:
    person = get_object_or_404(people(request.member), pk=person_id)
    return [_shown(tie) for tie in ties_of(person, request.member)]


@router.post(
    "/{uuid:person_id}/relations",
    response={201: RelationShown},
    summary=gettext_noop("Add a relation"),
    description=gettext_noop(
        "`is_forward` says that the person is the source: the person works at the other, was referred by the other."
    ),
)
def add_relation(request: ApiRequest, person_id: UUID, told: RelationTold) -> HttpResponse:
    person, other = get_object_or_404(people(request.member), pk=person_id), _other(request, told)
    source, target = (person, other) if told.is_forward else (other, person)
    relation = relate(
        member=request.member,
        source=source,
        target=target,
        kind=RelationKind(told.kind),
        now=request.now,
        **told.model_dump(include={"title", "since", "until", "note"}),
    )
    return made(_shown(Tie(relation, other, is_forward=told.is_forward)))


@router.post(
    "/{uuid:person_id}/relations/{uuid:relation_id}/end",
    response={204: None},
    summary=gettext_noop("End a relation"),
    description=gettext_noop("`until` is the last day; the relation stays in the past."),
)
def finish_relation(request: ApiRequest, person_id: UUID, relation_id: UUID, told: RelationEnd) -> Any:
    end_relation(relation=_relation(request, person_id, relation_id), until=told.until, now=request.now)
    return HttpResponse(status=204)


@router.delete(
    "/{uuid:person_id}/relations/{uuid:relation_id}",
    response={204: None},
    summary=gettext_noop("Remove a relation"),
    description=gettext_noop("For one that was never true; one that is over is ended instead."),
)
def drop_relation(request: ApiRequest, person_id: UUID, relation_id: UUID) -> Any:
    remove_relation(relation=_relation(request, person_id, relation_id))
    return HttpResponse(status=204)


def _relation(request: ApiRequest, person_id: UUID, relation_id: UUID) -> Relation:
    person = get_object_or_404(people(request.member), pk=person_id)
    return get_object_or_404(relations_seen(person, request.member), pk=relation_id)


def _other(request: ApiRequest, told: RelationTold) -> End:
    found: End | None = ends_visible_to(request.member, told.other_kind).filter(pk=told.other_id).first()
    if found is None:
        raise unseen("other_id")
    return found


def _shown(tie: Tie) -> RelationShown:
    relation = tie.relation
    return RelationShown(
        id=relation.pk,
        kind=tie.kind.value,
        is_forward=tie.is_forward,
        other_kind=tie.other_kind,
        other_id=tie.other.pk,
        other_name=str(tie.other),
        title=relation.title,
        since=relation.since,
        until=relation.until,
        note=relation.note,
    )
