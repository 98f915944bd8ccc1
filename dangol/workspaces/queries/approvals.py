"""Who has to agree to what, whose turn it is, and what waits for whom."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Q, QuerySet

from dangol.workspaces.contracts import ApprovalSubject, Proposal
from dangol.workspaces.enums import ApprovalState, ApproverWay, Role
from dangol.workspaces.models import Absence, Approval, ApprovalRule, ApprovalVote, Member
from dangol.workspaces.models.approval import Approvers
from dangol.workspaces.permissions import may_configure

NEWEST = ("-asked_at", "-id")


def rule_for(workspace_id: UUID, subject: str, amount: int) -> ApprovalRule | None:
    """The highest step of the ladder that the amount reaches, or none: then nobody has to agree."""
    steps = ApprovalRule.objects.filter(workspace_id=workspace_id, subject=subject, at_least__lte=amount)
    return steps.order_by("-at_least").first()


def approval_rules_of(member: Member) -> QuerySet[ApprovalRule]:
    """The rules of the member's workspace, each ladder from its lowest step up."""
    return ApprovalRule.objects.filter(workspace_id=member.workspace_id).order_by("subject", "at_least")


def approvers_of(rule: ApprovalRule, *, asking: Member | None, proposal: Proposal | None = None) -> list[UUID]:
    """
    Return who could answer a question under this rule now, in the order of the rule.

    :param asking: never answers
    :param proposal: nor does who gains by it
    """
    chosen = Member.objects.filter(_chosen_by(rule, asking), workspace_id=rule.workspace_id, ended_at=None)
    found = [
        member.pk
        for member in chosen.order_by("joined_at", "id")
        if member != asking and not (proposal and gains_by(member, proposal.subject, proposal.content))
    ]
    return sorted(found, key=rule.members.index) if rule.way == ApproverWay.MEMBERS else found


def gains_by(member: Member, subject: str, content: Mapping[str, Any]) -> bool:
    """Whether a member is the one for whom something would be done."""
    return ApprovalSubject.known[subject].is_for(member, content)


def _chosen_by(rule: Approvers, asking: Member | None) -> Q:
    if rule.way == ApproverWay.MEMBERS:
        return Q(pk__in=rule.members)
    if rule.way == ApproverWay.ROLE:
        return Q(role=rule.role) if rule.role in Role else Q(custom_role_id=rule.role)
    branch = asking.team.branch_id if asking is not None and asking.team else None
    return Q(role=Role.MANAGER, team__branch_id=branch) if branch else Q(pk__in=[])


def seat_of(approval: Approval, member: Member, *, now: datetime) -> Member | None:
    """Return in whose place the member may answer now: the own one, or that of a colleague who is away."""
    votes = list(ApprovalVote.objects.filter(workspace_id=approval.workspace_id, approval=approval))
    if member.pk in {approval.by_id, *(vote.member_id for vote in votes)}:
        return None
    if gains_by(member, approval.subject, approval.content):
        return None
    chosen = Member.objects.filter(
        _still_chosen_by(approval), workspace_id=approval.workspace_id, pk__in=approval.members, ended_at=None
    )
    seats = {seat.pk: seat for seat in chosen}
    standing = [seat for seat in approval.members if seat in seats]
    free = free_seats(standing, [vote.seat_id for vote in votes], in_order=approval.in_order)
    mine = [member.pk, *_stood_in_for(member, now)]
    return next((seats[seat] for seat in mine if seat in free), None)


def _still_chosen_by(approval: Approval) -> Q:
    """Who had a role when the question was put must have it still."""
    if approval.way == ApproverWay.BRANCH:
        return Q(role=Role.MANAGER)
    return _chosen_by(approval, None)


def free_seats(seats: Sequence[UUID], taken: Sequence[UUID], *, in_order: bool) -> list[UUID]:
    """Return whose answer is still open; in order, only the next one's."""
    free = [seat for seat in seats if seat not in taken]
    return free[:1] if in_order else free


def _stood_in_for(member: Member, now: datetime) -> QuerySet[Absence, UUID]:
    away = Absence.objects.filter(workspace_id=member.workspace_id, substitute=member, since__lte=now, until__gt=now)
    return away.values_list("member_id", flat=True)


def approvals_visible_to(member: Member) -> QuerySet[Approval]:
    """What the member asked, or may have to answer in whosever place; administrators see every question."""
    asked = Approval.objects.filter(workspace_id=member.workspace_id).select_related("by__user")
    if may_configure(member):
        return asked
    stands_in = Absence.objects.filter(workspace_id=member.workspace_id, substitute=member).values("member_id")
    mine = Q(members__contains=[member.pk]) | Q(members__overlap=ArraySubquery(stands_in))
    return asked.filter(Q(by=member) | mine)


def waiting_for(member: Member, *, now: datetime) -> list[Approval]:
    """What waits for this member's answer, the most urgent first; one query."""
    votes = ApprovalVote.objects.filter(workspace_id=member.workspace_id, approval=OuterRef("pk"))
    asked = approvals_visible_to(member).filter(state=ApprovalState.WAITING, expires_at__gt=now).exclude(by=member)
    found = asked.annotate(
        taken=ArraySubquery(votes.values("seat_id")),
        said=ArraySubquery(votes.values("member_id")),
        away=ArraySubquery(_stood_in_for(member, now)),
    )
    return [approval for approval in found.order_by("expires_at", "id") if _waits_for(approval, member)]


def _waits_for(approval: Any, member: Member) -> bool:
    """Whether it is the member's turn, as far as the row and what `waiting_for` read beside it can tell."""
    free = free_seats(approval.members, approval.taken, in_order=approval.in_order)
    if member.pk in approval.said or gains_by(member, approval.subject, approval.content):
        return False
    return not {member.pk, *approval.away}.isdisjoint(free)


def votes_on(approval: Approval) -> QuerySet[ApprovalVote]:
    """The answers so far."""
    votes = ApprovalVote.objects.filter(workspace_id=approval.workspace_id, approval=approval)
    return votes.select_related("member__user", "seat__user").order_by("at", "id")


def newest_approval(workspace_id: UUID, subject: str, row_id: UUID) -> Approval | None:
    """The last question about a row."""
    asked = Approval.objects.filter(workspace_id=workspace_id, subject=subject, row_id=row_id)
    return asked.select_related("by__user").order_by(*NEWEST).first()


def newest_approvals(workspace_id: UUID, subject: str, row_ids: Iterable[UUID]) -> dict[UUID, Approval]:
    """The last question about each of these rows, as far as there was one; one query."""
    asked = Approval.objects.filter(workspace_id=workspace_id, subject=subject, row_id__in=list(row_ids))
    return {one.row_id: one for one in asked.order_by("row_id", *NEWEST).distinct("row_id")}


def absences_about(member: Member, *, now: datetime) -> QuerySet[Absence]:
    """Who stands in for the member, and for whom the member stands in, as far as it is not over; the next one first."""
    away = Absence.objects.filter(workspace_id=member.workspace_id, until__gt=now)
    mine = away.filter(Q(member=member) | Q(substitute=member))
    return mine.select_related("member__user", "substitute__user").order_by("since", "id")


def absence_of(member: Member) -> Absence | None:
    """Who stands in for the member, and until when."""
    away = Absence.objects.filter(workspace_id=member.workspace_id, member=member)
    return away.select_related("substitute__user").first()
