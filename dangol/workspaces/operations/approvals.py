"""Asking for approval, answering, and letting happen what was approved: once, exactly so, and not for long."""

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.kit.jobs import job
from dangol.workspaces.contracts import ApprovalSubject, Proposal
from dangol.workspaces.enums import ApprovalState, ApproverWay, Deed
from dangol.workspaces.models import Absence, Approval, ApprovalRule, ApprovalVote, Member
from dangol.workspaces.models.approval import OPEN
from dangol.workspaces.operations.audit import record_act
from dangol.workspaces.permissions import ROLES
from dangol.workspaces.queries.approvals import approvers_of, rule_for, seat_of
from dangol.workspaces.queries.members import colleagues
from dangol.workspaces.queries.rights import custom_roles_of

LONGEST_NOTE = 300
LONGEST_ABSENCE = timedelta(days=366)


class UnableToAsk(OperationError):
    """Nobody, or not enough members, could approve it."""


class UnableToVote(OperationError):
    """The question is over, or not this member's to answer."""


class UnableToBeAway(OperationError):
    """The substitute is the member, or the time is over, longer than a year or too far off."""


class UnableToSaveRule(OperationError):
    """
    The rule asks for what cannot be, or stands already.

    :param field: of an `ApprovalRule`, where it is one alone
    """

    def __init__(self, said: str, *, field: str = "") -> None:
        super().__init__(said)
        self.field = field


@transaction.atomic
def clear(*, proposal: Proposal, by: Member, now: datetime) -> Approval | None:
    """
    Ask whether something may happen now. None: yes, and an approval that said so is used up. Otherwise the question
    that waits for its answers, put now if it was not put before.

    An approval counts for exactly this content and for no higher step of the ladder than it was asked for.

    :raises UnableToAsk: if the rule asks for more approvers than there are besides the member
    """
    rule = rule_for(by.workspace_id, proposal.subject, proposal.amount)
    if rule is None:
        return None
    digest = digest_of(proposal)
    asked = (
        Approval.objects.select_for_update()
        .filter(workspace_id=by.workspace_id, subject=proposal.subject, row_id=proposal.row_id, state__in=OPEN)
        .first()
    )
    if asked is None:
        return _ask(proposal, digest, rule, by=by, now=now)
    if asked.expires_at <= now:
        _move(asked, ApprovalState.EXPIRED, now=now)
    elif asked.digest != digest or asked.at_least < rule.at_least:
        _move(asked, ApprovalState.VOID, now=now)
    elif asked.state == ApprovalState.WAITING:
        return asked
    else:
        _move(asked, ApprovalState.USED, now=now)
        return None
    return _ask(proposal, digest, rule, by=by, now=now)


def digest_of(proposal: Proposal) -> str:
    """Return the fingerprint of what exactly would happen."""
    told = [proposal.subject, str(proposal.row_id), proposal.content]
    return sha256(json.dumps(told, sort_keys=True, ensure_ascii=False).encode()).hexdigest()


def vote(*, approval: Approval, by: Member, agrees: bool, note: str, now: datetime) -> Approval:
    """
    Answer a question, in one's own place or in that of a colleague who is away. The last vote that was needed lets a
    job do what was asked for; one refusal ends the question.

    :raises UnableToVote: if it is over, one's own, answered before, or not (yet) this member's to answer
    """
    with transaction.atomic():
        asked = Approval.objects.select_for_update().get(workspace_id=by.workspace_id, pk=approval.pk)
        if asked.state == ApprovalState.WAITING and asked.expires_at <= now:
            _move(asked, ApprovalState.EXPIRED, now=now)
        if asked.state == ApprovalState.WAITING:
            _vote(asked, by=by, agrees=agrees, note=note, now=now)
            return asked
    raise UnableToVote(_("This question is over: %(state)s.") % {"state": asked.get_state_display()})


def withdraw_approval(*, approval: Approval, by: Member, now: datetime) -> None:
    """
    Take one's own question back.

    :raises UnableToVote: if somebody else asked, or it is over
    """
    mine = Approval.objects.select_for_update().filter(workspace_id=by.workspace_id, pk=approval.pk, by=by)
    with transaction.atomic():
        asked = mine.filter(state__in=OPEN).first()
        if asked is None:
            raise UnableToVote(_("Only who asked takes a question back, and only while it is open."))
        _move(asked, ApprovalState.VOID, now=now, by=by)


@job()
def do_what_was_approved(*, workspace_id: UUID, approval_id: UUID) -> None:
    """
    Let the room act that asked, for the one who asked and with that member's rights of now.

    The room asks `clear` again, which uses the approval up in the same transaction: it happens once. If the room
    refuses, the approval stays for a second try by hand.
    """
    now = timezone.now()
    approved = Approval.objects.select_for_update(of=("self",)).select_related("by__workspace", "by__user")
    approval = approved.filter(workspace_id=workspace_id, pk=approval_id, state=ApprovalState.APPROVED).first()
    if approval is None:
        return
    subject = ApprovalSubject.known[approval.subject]
    if not subject.may(approval.by):
        _move(approval, ApprovalState.VOID, now=now)
        return
    try:
        with transaction.atomic():
            subject.go_ahead(approval, now)
    except OperationError as refusal:
        detail = _told(approval) | {"refusal": str(refusal)}
        record_act(member=approval.by, verb="do_what_was_approved", detail=detail, now=now, deed=Deed.REFUSED)


@job()
def expire_approvals(*, workspace_id: UUID) -> None:
    """End what nobody answered, and what was approved but not done, in time. Runs every minute."""
    now = timezone.now()
    late = Approval.objects.filter(workspace_id=workspace_id, state__in=OPEN, expires_at__lte=now)
    for approval in late.select_for_update(of=("self",), skip_locked=True).select_related("by"):
        _move(approval, ApprovalState.EXPIRED, now=now)


def save_approval_rule(
    *, by: Member, rule: ApprovalRule | None, details: Mapping[str, Any], now: datetime
) -> ApprovalRule:
    """
    Make a step of a ladder, or change one. Questions that were put before keep the rule of then.

    :param details: the fields of an `ApprovalRule`; of who has to agree only what belongs to its way is kept
    :raises UnableToSaveRule: for a role or a member that does not exist, if fewer could answer than are needed, or if
        the step stands already
    """
    saved = rule or ApprovalRule(workspace_id=by.workspace_id)
    for name, value in details.items():
        setattr(saved, name, value)
    _name_approvers(saved, by=by)
    if saved.way != "branch" and len(approvers_of(saved, asking=None)) < saved.needed:
        raise UnableToSaveRule(_("Fewer members could answer than are needed. Choose more, or ask for fewer."))
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise UnableToSaveRule(_("There is a rule from this amount on already. Change that one.")) from error
    told = {"rule": str(saved.pk), **{name: str(value) for name, value in details.items()}}
    record_act(member=by, verb="save_approval_rule", detail=told, now=now, deed=Deed.GRANT)
    return saved


def _name_approvers(rule: ApprovalRule, *, by: Member) -> None:
    is_named, is_role = rule.way == ApproverWay.MEMBERS, rule.way == ApproverWay.ROLE
    rule.role = rule.role if is_role else ""
    rule.members = list(dict.fromkeys(rule.members)) if is_named else []
    rule.in_order = rule.in_order and is_named
    if rule.subject not in ApprovalSubject.known:
        raise UnableToSaveRule(_("Nothing of this name asks for approval."), field="subject")
    if is_role and rule.role not in {*ROLES, *(str(own.pk) for own in custom_roles_of(by))}:
        raise UnableToSaveRule(_("Choose a role."), field="role")
    if colleagues(by).filter(pk__in=rule.members).count() < len(rule.members):
        raise UnableToSaveRule(_("Name only members of this workspace."), field="members")


def delete_approval_rule(*, by: Member, rule: ApprovalRule, now: datetime) -> None:
    """Ask no more from this amount on; a lower step of the ladder counts instead."""
    detail = {"rule": str(rule.pk), "subject": rule.subject, "at_least": rule.at_least}
    rule.delete()
    record_act(member=by, verb="delete_approval_rule", detail=detail, now=now, deed=Deed.GRANT)


def be_away(*, member: Member, substitute: Member | None, since: datetime, until: datetime, now: datetime) -> None:
    """
    Let a colleague answer in one's place for a time; without a substitute, end that.

    :raises UnableToBeAway: for the member as substitute, or a time that is over, too long or too far off
    """
    if substitute is not None:
        if substitute == member:
            raise UnableToBeAway(_("Choose a colleague: nobody stands in for themselves."))
        if not now < until <= now + LONGEST_ABSENCE * 2 or not until - LONGEST_ABSENCE <= since < until:
            raise UnableToBeAway(_("Choose a time of at most a year that is not over yet."))
    Absence.objects.filter(workspace_id=member.workspace_id, member=member).delete()
    if substitute is not None:
        Absence.objects.create(
            workspace_id=member.workspace_id, member=member, substitute=substitute, since=since, until=until
        )
    detail = {"substitute": str(substitute.pk) if substitute else "", "since": since.isoformat()}
    detail["until"] = until.isoformat()
    record_act(member=member, verb="be_away", detail=detail, now=now, deed=Deed.GRANT)


def _ask(proposal: Proposal, digest: str, rule: ApprovalRule, *, by: Member, now: datetime) -> Approval:
    approvers = approvers_of(rule, asking=by, proposal=proposal)
    if len(approvers) < rule.needed:
        raise UnableToAsk(_("Fewer colleagues could approve this than the rule asks for. Ask an administrator."))
    asked = Approval.objects.create(
        workspace_id=by.workspace_id, subject=proposal.subject, row_id=proposal.row_id, content=dict(proposal.content),
        digest=digest, amount=proposal.amount, at_least=rule.at_least, by=by, asked_at=now,
        expires_at=now + timedelta(hours=rule.hours), way=rule.way, role=rule.role, members=approvers,
        in_order=rule.in_order, needed=rule.needed,
    )  # fmt: skip
    record_act(member=by, verb="ask_for_approval", detail=_told(asked), now=now)
    return asked


def _vote(asked: Approval, *, by: Member, agrees: bool, note: str, now: datetime) -> None:
    seat = seat_of(asked, by, now=now)
    if seat is None:
        raise UnableToVote(_("This is not yours to answer: you asked, answered already, or it is not your turn."))
    said = ApprovalVote.objects.create(
        workspace_id=asked.workspace_id, approval=asked, member=by, seat=seat, agrees=agrees,
        note=note.strip()[:LONGEST_NOTE], digest=asked.digest, at=now,
    )  # fmt: skip
    detail = _told(asked) | {"seat": str(seat.pk), "agrees": agrees, "note": said.note}
    record_act(member=by, verb="vote_on_approval", detail=detail, now=now)
    votes = ApprovalVote.objects.filter(workspace_id=asked.workspace_id, approval=asked, agrees=True)
    if not agrees:
        _move(asked, ApprovalState.REFUSED, now=now, by=by)
    elif votes.count() >= asked.needed:
        _move(asked, ApprovalState.APPROVED, now=now, by=by)
        do_what_was_approved.defer(workspace_id=asked.workspace_id, approval_id=asked.pk)


def _move(approval: Approval, state: ApprovalState, *, now: datetime, by: Member | None = None) -> None:
    """Move on, and write it down. The trigger refuses a step that skips one."""
    approval.state = state
    approval.ended_at = None if state == ApprovalState.APPROVED else now
    approval.save(update_fields=["state", "ended_at"])
    record_act(member=by or approval.by, verb=f"approval_{state}", detail=_told(approval), now=now)


def _told(approval: Approval) -> dict[str, Any]:
    return {
        "approval": str(approval.pk), "subject": approval.subject, "row": str(approval.row_id),
        "amount": approval.amount, "digest": approval.digest,
    }  # fmt: skip
