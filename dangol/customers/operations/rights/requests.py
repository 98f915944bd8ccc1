"""Requests of people about their data: taking one in, carrying it out, refusing it with a reason."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.customers.enums import RequestState, RightKind
from dangol.customers.models import Person, RightsRequest
from dangol.customers.operations.rights.copies import make_copy
from dangol.customers.operations.rights.erasure import erase_people
from dangol.customers.queries.rights import PENDING, due_at
from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.workspaces.models import Member
from dangol.workspaces.operations import record_act
from dangol.workspaces.permissions import may_configure


class UnableToAnswer(OperationError):
    """The request cannot be taken in, carried out or refused as it stands."""


@transaction.atomic
def take_request(
    *, person: Person, kind: str, now: datetime, member: Member | None = None, note: str = ""
) -> RightsRequest:
    """
    Write down that a person asked for something. Nothing is done yet.

    Without a member it came over a link in a mail, and counts once the mail that asks back is answered.

    :raises UnableToAnswer: if the same waits already
    """
    Person.objects.select_for_update(of=("self",)).filter(workspace_id=person.workspace_id, pk=person.pk).first()
    same = RightsRequest.objects.filter(workspace_id=person.workspace_id, person=person, kind=RightKind(kind))
    if same.filter(state__in=PENDING).exists():
        raise UnableToAnswer(_("The same request is open already."))
    request = RightsRequest.objects.create(
        workspace_id=person.workspace_id, person=person, kind=RightKind(kind), asked_at=now, due_at=due_at(now),
        by_person=member is None, taken_by=member, note=note.strip(),
        state=RequestState.OPEN if member else RequestState.UNCONFIRMED,
    )  # fmt: skip
    if member is not None:
        detail = {"person_id": str(person.pk), "kind": request.kind}
        record_act(member=member, verb="take_rights_request", detail=detail, now=now)
    return request


def confirm_request(*, request: RightsRequest, now: datetime) -> bool:
    """Let a request count that its person confirmed by the link in our mail. The days run from now; once only."""
    waiting = RightsRequest.objects.filter(
        workspace_id=request.workspace_id, pk=request.pk, state=RequestState.UNCONFIRMED
    )
    return bool(waiting.update(state=RequestState.OPEN, asked_at=now, due_at=due_at(now)))


@transaction.atomic
def carry_out(*, request: RightsRequest, member: Member, now: datetime) -> None:
    """
    Begin what was asked for: a copy is packed and an erasure done by a job; anything else is noted as done.

    :raises UnableToAnswer: if it is not open
    """
    _move(request, RequestState.WORKING)
    record_act(member=member, verb="carry_out_rights_request", detail={"request": str(request.pk)}, now=now)
    works = {RightKind.ACCESS: pack_copy, RightKind.ERASURE: erase_person_of}
    if work := works.get(RightKind(request.kind)):
        work.defer(workspace_id=request.workspace_id, request_id=request.pk, member_id=member.pk)
    else:
        _close(request, RequestState.DONE, member, now)


@transaction.atomic
def refuse(*, request: RightsRequest, reason: str, member: Member, now: datetime) -> None:
    """
    Refuse a request, with the reason that the person is told.

    :raises UnableToAnswer: without a reason, or if it is not open
    """
    if not reason.strip():
        raise UnableToAnswer(_("Say why. The person has a right to know, and to object."))
    _move(request, RequestState.WORKING)
    RightsRequest.objects.filter(workspace_id=request.workspace_id, pk=request.pk).update(note=reason.strip()[:500])
    _close(request, RequestState.REFUSED, member, now)
    record_act(member=member, verb="refuse_rights_request", detail={"request": str(request.pk)}, now=now)


@job(queue="rights")
def pack_copy(*, workspace_id: UUID, request_id: UUID, member_id: UUID) -> None:
    """Pack the copy that was asked for, and close the request."""
    request, member = _working(workspace_id, request_id, member_id)
    if request is None or request.person is None:
        return
    now = timezone.now()
    counts = make_copy(request=request, person=request.person, now=now)
    results = [{"title": title, "place": place, "rule": "copied", "rows": rows} for place, title, rows in counts]
    RightsRequest.objects.filter(workspace_id=workspace_id, pk=request_id).update(results=results)
    _close(request, RequestState.DONE, member, now)


@job(queue="rights")
def erase_person_of(*, workspace_id: UUID, request_id: UUID, member_id: UUID) -> None:
    """Erase the person who asked for it, and close the request with the report of what was done where."""
    request, member = _working(workspace_id, request_id, member_id)
    if request is None or request.person_id is None:
        return
    ids = [request.person_id]
    erase_people(workspace_id=workspace_id, ids=ids, member=member, now=timezone.now(), request=request)


def _working(workspace_id: UUID, request_id: UUID, member_id: UUID) -> tuple[RightsRequest | None, Member]:
    """Return the request and who carries it out; one whose member may no longer do so is open again."""
    requests = RightsRequest.objects.filter(workspace_id=workspace_id, pk=request_id, state=RequestState.WORKING)
    member = Member.objects.get(workspace_id=workspace_id, pk=member_id)
    if not may_configure(member):
        requests.update(state=RequestState.OPEN)
    return requests.select_related("person__workspace").first(), member


def _move(request: RightsRequest, state: RequestState) -> None:
    standing = RightsRequest.objects.filter(workspace_id=request.workspace_id, pk=request.pk, state=RequestState.OPEN)
    if not standing.update(state=state):
        raise UnableToAnswer(_("This request is being done or done already."))


def _close(request: RightsRequest, state: RequestState, member: Member, now: datetime) -> None:
    RightsRequest.objects.filter(workspace_id=request.workspace_id, pk=request.pk).update(
        state=state, done_by=member, done_at=now
    )
