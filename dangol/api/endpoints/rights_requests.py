"""Requests of people about their data: list with their clocks, get, take in, handle, extend, carry out, refuse."""

from typing import Any
from uuid import UUID

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext_noop
from ninja import Query, Router

from dangol.api.acting import made
from dangol.api.door import ApiRequest, KeyDoor, refuse_unless
from dangol.api.problems import unseen
from dangol.api.queries import part_of, people
from dangol.api.rights_schemas import (
    ExtensionTold,
    OutcomeShown,
    RefusalTold,
    RequestChange,
    RequestDetail,
    Requests,
    RequestsAsked,
    RequestShown,
    RequestTold,
)
from dangol.api.showing import as_told
from dangol.api.telling import check_owner
from dangol.customers.models import RightsRequest
from dangol.customers.operations import carry_out, extend_request, handle_request, refuse, take_request
from dangol.customers.operations.rights.requests import ERASURE
from dangol.customers.queries import copies_visible_to, requests_visible_to
from dangol.customers.queries.rights import closed_requests, outcomes_of, pending_requests
from dangol.workspaces.permissions import may_guard_privacy
from dangol.workspaces.queries import newest_approval

router = Router(tags=[gettext_noop("Requests about data")], auth=KeyDoor(for_rows=False))
NEXT_DUE = ("due_at", "id")
NEWEST = ("-asked_at", "-id")


@router.get(
    "",
    response=Requests,
    summary=gettext_noop("List requests"),
    description=gettext_noop(
        "Those to be answered, the next one due first; with `is_pending=false` those that were, the newest first."
    ),
)
def list_requests(request: ApiRequest, asked: Query[RequestsAsked]) -> Any:
    refuse_unless(request.member, may_guard_privacy)
    rows, order = (pending_requests, NEXT_DUE) if asked.is_pending else (closed_requests, NEWEST)
    page = part_of(rows(request.member), order=order, after=asked.after, limit=asked.limit)
    items = [as_told(RequestShown, one, is_late=one.is_late(request.now)) for one in page]
    return Requests(items=items, next_after=page.next_after)


@router.post(
    "",
    response={201: RequestDetail},
    summary=gettext_noop("Take a request in"),
    description=gettext_noop("The clock begins to run. Nothing is done yet; the same may not be open already."),
)
def add_request(request: ApiRequest, told: RequestTold) -> HttpResponse:
    refuse_unless(request.member, may_guard_privacy)
    person = people(request.member).filter(pk=told.person_id).first()
    if person is None:
        raise unseen("person_id")
    taken = take_request(
        person=person, member=request.member, now=request.now, **told.model_dump(exclude={"person_id"})
    )
    return made(_detail(request, taken.pk), location=f"/api/v1/rights-requests/{taken.pk}")


@router.get(
    "/{uuid:request_id}",
    response=RequestDetail,
    summary=gettext_noop("Get a request"),
    description=gettext_noop("With what was done where. A packed copy is fetched in the pages."),
)
def get_request(request: ApiRequest, request_id: UUID) -> RequestDetail:
    return _detail(request, request_id)


@router.patch(
    "/{uuid:request_id}",
    response=RequestDetail,
    summary=gettext_noop("Handle a request"),
    description=gettext_noop("Who answers it, how it was proven who asks, and the reply. Only what is sent changes."),
)
def alter_request(request: ApiRequest, request_id: UUID, told: RequestChange) -> RequestDetail:
    asked, said = _asked(request, request_id), told.model_dump(exclude_unset=True)
    if said.get("owner_id") != asked.owner_id:
        check_owner(said.get("owner_id"), request.member)
    held = {name: getattr(asked, name) for name in RequestChange.model_fields}
    handle_request(request=asked, member=request.member, now=request.now, **held | said)
    return _detail(request, request_id)


@router.post(
    "/{uuid:request_id}/extension",
    response=RequestDetail,
    summary=gettext_noop("Take more time"),
    description=gettext_noop("As often as the law allows, before the first time is over."),
)
def extend(request: ApiRequest, request_id: UUID, told: ExtensionTold) -> HttpResponse:
    extend_request(request=_asked(request, request_id), reason=told.reason, member=request.member, now=request.now)
    return made(_detail(request, request_id), status=200)


@router.post(
    "/{uuid:request_id}/work",
    response=RequestDetail,
    summary=gettext_noop("Carry a request out"),
    description=gettext_noop(
        "A copy is packed and an erasure done by a job: the state is “working” until then. A stop or a withdrawal"
        " holds at once. A correction and an explanation are made before, and noted as done here. Where others have to"
        " agree to an erasure first, the state stays “open”, and `approval_id` is the question."
    ),
)
def begin_work(request: ApiRequest, request_id: UUID) -> HttpResponse:
    carry_out(request=_asked(request, request_id), member=request.member, now=request.now)
    return made(_detail(request, request_id), status=200)


@router.post(
    "/{uuid:request_id}/refusal",
    response=RequestDetail,
    summary=gettext_noop("Refuse a request"),
    description=gettext_noop("On a ground that the law knows, with the reason that the person is told."),
)
def decline(request: ApiRequest, request_id: UUID, told: RefusalTold) -> HttpResponse:
    asked = _asked(request, request_id)
    refuse(request=asked, ground=told.ground, reason=told.reason, member=request.member, now=request.now)
    return made(_detail(request, request_id), status=200)


def _asked(request: ApiRequest, request_id: UUID) -> RightsRequest:
    refuse_unless(request.member, may_guard_privacy)
    return get_object_or_404(requests_visible_to(request.member), pk=request_id)


def _detail(request: ApiRequest, request_id: UUID) -> RequestDetail:
    asked = _asked(request, request_id)
    copy = copies_visible_to(request.member, now=request.now).filter(request=asked).values_list("expires_at").first()
    question = newest_approval(asked.workspace_id, ERASURE, asked.pk)
    return as_told(
        RequestDetail,
        asked,
        is_late=asked.is_late(request.now),
        outcomes=[OutcomeShown(**done) for done in outcomes_of(asked)],
        approval_id=question and question.pk,
        copy_until=copy and copy[0],
    )
