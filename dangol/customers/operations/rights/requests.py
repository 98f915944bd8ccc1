"""Requests of people about their data: taking one in, carrying it out, refusing it with a reason."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.customers.enums import Channel, Purpose, RefusalGround, RequestSource, RequestState, RightKind, RightsLaw
from dangol.customers.models import Person, RightsRequest
from dangol.customers.operations.consent import withdraw_consent
from dangol.customers.operations.rights.copies import make_copy
from dangol.customers.operations.rights.erasure import erase_people
from dangol.customers.operations.rights.restriction import restrict
from dangol.customers.queries.rights import PENDING, due_at, extensions_left, restriction_of
from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.kit.masking import unmasked
from dangol.workspaces.contracts import Proposal
from dangol.workspaces.models import Approval, Member
from dangol.workspaces.operations import clear, record_act
from dangol.workspaces.permissions import may_guard_privacy

ERASURE = "erasure"
"""Under which name the rules for approval know the erasure of a person who asked for it."""


class UnableToAnswer(OperationError):
    """The request cannot be taken in, carried out or refused as it stands."""


@transaction.atomic
def take_request(
    *,
    person: Person,
    kind: str,
    now: datetime,
    member: Member | None = None,
    note: str = "",
    law: str = RightsLaw.PIPA,
    source: str = RequestSource.LINK,
    identity_proof: str = "",
) -> RightsRequest:
    """
    Write down that a person asked for something. Nothing is done yet.

    Without a member it came over a link in a mail, and counts once the mail that asks back is answered.

    :param identity_proof: how it was seen that it is the person who asks; it may be found out later
    :raises UnableToAnswer: if the same waits already
    """
    Person.objects.select_for_update(of=("self",)).filter(workspace_id=person.workspace_id, pk=person.pk).first()
    same = RightsRequest.objects.filter(workspace_id=person.workspace_id, person=person, kind=RightKind(kind))
    if same.filter(state__in=PENDING).exists():
        raise UnableToAnswer(_("The same request is open already."))
    request = RightsRequest.objects.create(
        workspace_id=person.workspace_id, person=person, kind=RightKind(kind), law=RightsLaw(law), asked_at=now,
        due_at=due_at(now, kind=kind, law=law), by_person=member is None, taken_by=member, owner=member,
        note=note.strip(), source=RequestSource(source), identity_proof=identity_proof.strip(),
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
    due = due_at(now, kind=request.kind, law=request.law)
    return bool(waiting.update(state=RequestState.OPEN, asked_at=now, due_at=due))


def handle_request(
    *, request: RightsRequest, owner_id: UUID | None, identity_proof: str, reply: str, member: Member, now: datetime
) -> None:
    """
    Write down who answers a request, how it was proven who asks, and what they are told.

    A text that comes back as the member was shown it stays, masked or not.
    """
    told = {"identity_proof": identity_proof.strip(), "reply": reply.strip()}
    changed = {name: text for name, text in told.items() if text != getattr(request, name)}
    RightsRequest.objects.filter(workspace_id=request.workspace_id, pk=request.pk).update(owner_id=owner_id, **changed)
    record_act(member=member, verb="handle_rights_request", detail={"request": str(request.pk)}, now=now)


@transaction.atomic
def extend_request(*, request: RightsRequest, reason: str, member: Member, now: datetime) -> None:
    """
    Take more time for a request, as far as its law allows. The person is told the reason before the first time is over.

    :raises UnableToAnswer: without a reason, after the time is over, or if there is no more time to take
    """
    if not reason.strip():
        raise UnableToAnswer(_("Say why it takes longer. The person has a right to know."))
    if request.is_late(now) or not request.is_pending or not extensions_left(request):
        raise UnableToAnswer(_("The law gives no more time for this request. Answer it, or refuse it with a reason."))
    extensions = request.extensions + 1
    standing = RightsRequest.objects.filter(
        workspace_id=request.workspace_id, pk=request.pk, extensions=request.extensions
    )
    due = due_at(request.asked_at, kind=request.kind, law=request.law, extensions=extensions)
    standing.update(extensions=extensions, extension_reason=reason.strip()[:300], due_at=due)
    record_act(member=member, verb="extend_rights_request", detail={"request": str(request.pk)}, now=now)


@unmasked
@transaction.atomic
def carry_out(*, request: RightsRequest, member: Member, now: datetime) -> Approval | None:
    """
    Begin what was asked for: a copy is packed and an erasure done by a job; a stop or a withdrawal holds at once.

    A correction and an explanation are made on their own pages before, and noted as done here. An erasure waits, where
    a rule says so, until others agreed: then the question for them is returned.

    :raises UnableToAnswer: if it is not open, or nobody knows who asks
    :raises UnableToAsk: if too few colleagues could approve it
    """
    open_ones = RightsRequest.objects.filter(workspace_id=request.workspace_id, state=RequestState.OPEN)
    asked = open_ones.select_for_update(of=("self",)).select_related("person").filter(pk=request.pk).first()
    if asked is None:
        raise UnableToAnswer(_("This request is being done or done already."))
    if not (asked.by_person or asked.identity_proof):
        raise UnableToAnswer(_("Write down first how it was proven who asks."))
    if asked.kind == RightKind.ERASURE and (question := clear(proposal=_erasure(asked), by=member, now=now)):
        return question
    _move(asked, RequestState.WORKING)
    record_act(member=member, verb="carry_out_rights_request", detail={"request": str(asked.pk)}, now=now)
    if work := WORKS.get(RightKind(asked.kind)):
        work.defer(workspace_id=asked.workspace_id, request_id=asked.pk, member_id=member.pk)
        return None
    if asked.kind in DEEDS and asked.person is not None:
        DEEDS[RightKind(asked.kind)](asked, asked.person, member, now)
    _close(asked, RequestState.DONE, member, now)
    return None


def _erasure(request: RightsRequest) -> Proposal:
    """Who goes, by id alone: questions for approval stay, and must tell nothing about somebody who was erased."""
    content = {"person": str(request.person_id), "law": request.law, "asked_at": request.asked_at.isoformat()}
    return Proposal(subject=ERASURE, row_id=request.pk, content=content, amount=1)


@transaction.atomic
def refuse(*, request: RightsRequest, ground: str, reason: str, member: Member, now: datetime) -> None:
    """
    Refuse a request on a ground that the law knows, with the reason that the person is told.

    :raises UnableToAnswer: without a ground or a reason, or if it is not open
    """
    if not reason.strip() or ground not in RefusalGround.values:
        raise UnableToAnswer(_("Say on what legal ground, and why. The person has a right to know, and to object."))
    _move(request, RequestState.WORKING)
    RightsRequest.objects.filter(workspace_id=request.workspace_id, pk=request.pk).update(
        refusal_ground=ground, reply=reason.strip()
    )
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


def _stop(request: RightsRequest, person: Person, member: Member, now: datetime) -> None:
    if restriction_of(person) is None:
        restrict(person=person, reason=request.note or _("The person asked for it."), member=member, now=now)


def _end_marketing(request: RightsRequest, person: Person, member: Member, now: datetime) -> None:
    """Take every consent to marketing back, those never given included: an objection holds for what comes too."""
    evidence = {"request": str(request.pk)}
    for channel in Channel:
        withdraw_consent(
            person=person, channel=channel, purpose=Purpose.MARKETING, at=now, source=request.source, by=member,
            evidence=evidence,
        )  # fmt: skip


WORKS = {RightKind.ACCESS: pack_copy, RightKind.PORTABILITY: pack_copy, RightKind.ERASURE: erase_person_of}
DEEDS = {
    RightKind.RESTRICTION: _stop,
    RightKind.OBJECTION: _end_marketing,
    RightKind.WITHDRAWAL: _end_marketing,
}
"""What is done for each kind: later by a job, or at once."""


def _working(workspace_id: UUID, request_id: UUID, member_id: UUID) -> tuple[RightsRequest | None, Member]:
    """Return the request and who carries it out; one whose member may no longer do so is open again."""
    requests = RightsRequest.objects.filter(workspace_id=workspace_id, pk=request_id, state=RequestState.WORKING)
    member = Member.objects.get(workspace_id=workspace_id, pk=member_id)
    if not may_guard_privacy(member):
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
