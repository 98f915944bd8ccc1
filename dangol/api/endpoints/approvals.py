"""What waits for the answer of others: list, get, vote, take back."""

from typing import Any
from uuid import UUID

from django.conf import settings
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_noop
from ninja import Query, Router

from dangol.api.acting import made
from dangol.api.approval_schemas import (
    ApprovalDetail,
    Approvals,
    ApprovalsAsked,
    ApprovalShown,
    LineShown,
    VoteShown,
    VoteTold,
)
from dangol.api.door import ApiRequest, KeyDoor
from dangol.api.problems import Problem
from dangol.api.queries import part_of
from dangol.api.showing import as_told
from dangol.workspaces.contracts import ApprovalSubject
from dangol.workspaces.models import Approval
from dangol.workspaces.operations import vote, withdraw_approval
from dangol.workspaces.queries import approvals_visible_to, votes_on, waiting_for

router = Router(tags=[gettext_noop("Approvals")], auth=KeyDoor(for_rows=False))
NEWEST = ("-asked_at", "-id")


@router.get(
    "",
    response=Approvals,
    summary=gettext_noop("List questions"),
    description=gettext_noop(
        "What the member asked, or may have to answer; administrators see every question. The newest first."
    ),
)
def list_approvals(request: ApiRequest, asked: Query[ApprovalsAsked]) -> Any:
    page = part_of(approvals_visible_to(request.member), order=NEWEST, after=asked.after, limit=asked.limit)
    return Approvals(items=[_shown(one) for one in page], next_after=page.next_after)


@router.get(
    "/waiting",
    response=list[ApprovalShown],
    summary=gettext_noop("List what waits for the member"),
    description=gettext_noop("Questions that the member can answer now, the most urgent first."),
)
def list_waiting(request: ApiRequest) -> Any:
    return [_shown(one) for one in waiting_for(request.member, now=request.now)]


@router.get(
    "/{uuid:approval_id}",
    response=ApprovalDetail,
    summary=gettext_noop("Get a question"),
    description=gettext_noop("With what exactly would happen, and the answers so far."),
)
def get_approval(request: ApiRequest, approval_id: UUID) -> ApprovalDetail:
    return _detail(request, _approval(request, approval_id))


@router.post(
    "/{uuid:approval_id}/votes",
    response=ApprovalDetail,
    summary=gettext_noop("Answer a question"),
    description=gettext_noop(
        "Only with a key that the member made: whoever made it could vote in the member's name. One refusal ends the"
        " question; after the last answer that is needed it happens by itself."
    ),
)
def add_vote(request: ApiRequest, approval_id: UUID, told: VoteTold) -> HttpResponse:
    approval = _approval(request, approval_id)
    if not request.auth.is_own:
        raise Problem("not-allowed", _("Vote with a key that the member made, or in the pages."))
    vote(approval=approval, by=request.member, agrees=told.agrees, note=told.note, now=request.now)
    return made(_detail(request, _approval(request, approval_id)), status=200)


@router.post(
    "/{uuid:approval_id}/withdrawal",
    response=ApprovalDetail,
    summary=gettext_noop("Take a question back"),
    description=gettext_noop("Only who asked, while it is open."),
)
def withdraw(request: ApiRequest, approval_id: UUID) -> HttpResponse:
    withdraw_approval(approval=_approval(request, approval_id), by=request.member, now=request.now)
    return made(_detail(request, _approval(request, approval_id)), status=200)


def _approval(request: ApiRequest, approval_id: UUID) -> Approval:
    return get_object_or_404(approvals_visible_to(request.member), pk=approval_id)


def _shown(approval: Approval) -> ApprovalShown:
    return as_told(ApprovalShown, approval, title=str(approval.title), by_name=approval.by.user.name)


def _detail(request: ApiRequest, approval: Approval) -> ApprovalDetail:
    subject = ApprovalSubject.known[approval.subject]
    return ApprovalDetail(
        **_shown(approval).model_dump(),
        url=f"{settings.PUBLIC_URL}{subject.url(approval)}",
        lines=[LineShown(label=label, text=text) for label, text in subject.lines(approval.content)],
        votes=[as_told(VoteShown, one, member_name=one.member.user.name) for one in votes_on(approval)],
        is_mine_to_answer=approval in waiting_for(request.member, now=request.now),
    )
