"""Giving roles and taking them, dividing the house into branches and teams, and lending rights for a while."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any, TypeVar

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.workspaces.contracts import Proposal
from dangol.workspaces.enums import Deed, Role
from dangol.workspaces.models import Approval, Branch, CustomRole, Elevation, Member, Team
from dangol.workspaces.operations.approvals import clear
from dangol.workspaces.operations.audit import record_act
from dangol.workspaces.queries import branches_below

LONGEST_ELEVATION = 72
ELEVATION = "elevation"
"""Under which name the rules for approval know the lending of rights. Their amounts are hours."""
P = TypeVar("P", Branch, Team)


class UnableToGiveRole(OperationError):
    """The role is not this member's to give, or the house would be left without an administrator."""


class UnableToSaveRole(OperationError):
    """The role has no name of its own."""


class UnableToDivide(OperationError):
    """The branch or team has no name of its own, or would stand below itself."""


class UnableToElevate(OperationError):
    """The rights cannot be lent."""


@transaction.atomic
def give_role(
    *, by: Member, member: Member, role: str, custom_role: CustomRole | None, team: Team | None, now: datetime
) -> None:
    """
    Say what a member may do and with whom the member shares customers. It holds from the member's next page.

    :param role: `Role.CUSTOM` for `custom_role`
    :raises UnableToGiveRole: for oneself, so that an administrator is always left
    """
    if by.pk == member.pk:
        raise UnableToGiveRole(_("Nobody changes the own role. Ask another administrator."))
    before = {"role": member.role_name, "team": str(member.team_id or "")}
    member.role, member.custom_role, member.team = role, custom_role, team
    member.save(update_fields=["role", "custom_role", "team"])
    after = {"role": member.role_name, "team": str(member.team_id or "")}
    detail = {"member": str(member.pk), "before": before, "after": after}
    record_act(member=by, verb="give_role", detail=detail, now=now, deed=Deed.GRANT)


def save_role(
    *,
    by: Member,
    role: CustomRole | None,
    name: str,
    levels: Mapping[str, int],
    fields: Mapping[str, int],
    now: datetime,
) -> CustomRole:
    """
    Make a role of the workspace, or change what one allows; that holds at once for everybody who has it.

    :param levels: how far each right reaches, by names such as "people.see"
    :param fields: what may be done with each field
    :raises UnableToSaveRole: without a name of its own
    """
    saved = role or CustomRole(workspace_id=by.workspace_id)
    before = {"levels": saved.levels, "fields": saved.fields}
    saved.name, saved.levels, saved.fields = name.strip(), dict(levels), dict(fields)
    try:
        with transaction.atomic():
            saved.save()
    except IntegrityError as error:
        raise UnableToSaveRole(_("There is a role of this name already. Choose another one.")) from error
    after = {"levels": saved.levels, "fields": saved.fields}
    detail = {"role": str(saved.pk), "name": saved.name, "before": before, "after": after}
    record_act(member=by, verb="save_role", detail=detail, now=now, deed=Deed.GRANT)
    return saved


def keep_role_within(*, by: Member, role: CustomRole, people: Mapping[str, Any], now: datetime) -> None:
    """
    Say of whom a role sees and changes anything, at once for everybody who has it.

    :param people: a condition that was read before; empty for none
    """
    _keep_within(role, by=by, people=people, now=now, name=role.name)


def keep_member_within(*, by: Member, member: Member, people: Mapping[str, Any], now: datetime) -> None:
    """
    Say of whom a member sees and changes anything, whatever the role and the rights that are lent.

    :param people: a condition that was read before; empty for none
    :raises UnableToGiveRole: for oneself
    """
    if by.pk == member.pk:
        raise UnableToGiveRole(_("Nobody changes whom they see. Ask another administrator."))
    _keep_within(member, by=by, people=people, now=now)


@transaction.atomic
def _keep_within(
    kept: CustomRole | Member, *, by: Member, people: Mapping[str, Any], now: datetime, **named: str
) -> None:
    kind, before = "role" if isinstance(kept, CustomRole) else "member", kept.people
    kept.people = dict(people)
    kept.save(update_fields=["people"])
    detail = {kind: str(kept.pk), **named, "before": before, "after": kept.people}
    record_act(member=by, verb=f"keep_{kind}_within", detail=detail, now=now, deed=Deed.GRANT)


def save_branch(*, by: Member, branch: Branch | None, name: str, parent: Branch | None, now: datetime) -> Branch:
    """
    Make a branch, or give it another name and place. Whose rights reach into a branch reaches into those below.

    :raises UnableToDivide: without a name of its own, or for a place below itself
    """
    if branch and parent and parent.pk in branches_below(branch):
        raise UnableToDivide(_("A branch cannot stand below itself. Choose another place."))
    return _divided(branch or Branch(), by=by, name=name, now=now, parent=parent)


def save_team(*, by: Member, team: Team | None, name: str, branch: Branch | None, now: datetime) -> Team:
    """
    Make a team, or give it another name and branch.

    :raises UnableToDivide: without a name of its own
    """
    return _divided(team or Team(), by=by, name=name, now=now, branch=branch)


def _divided(part: P, *, by: Member, name: str, now: datetime, **place: Branch | None) -> P:
    part.workspace_id, part.name = by.workspace_id, name.strip()
    for link, target in place.items():
        setattr(part, link, target)
    try:
        with transaction.atomic():
            part.save()
    except IntegrityError as error:
        raise UnableToDivide(_("There is one of this name already. Choose another name.")) from error
    detail = {"id": str(part.pk), "name": part.name, **{link: str(target or "") for link, target in place.items()}}
    record_act(member=by, verb=f"save_{type(part).__name__.lower()}", detail=detail, now=now, deed=Deed.GRANT)
    return part


def ask_for_elevation(*, member: Member, role: Role, reason: str, hours: int, now: datetime) -> Elevation:
    """
    Ask for the rights of another role for some hours. They are lent when an administrator says so.

    :raises UnableToElevate: without a reason, for too long, or while a question waits for its answer
    """
    if not reason.strip() or not 1 <= hours <= LONGEST_ELEVATION or role == Role.CUSTOM:
        raise UnableToElevate(_("Say what you need the rights for, and for how many hours, 72 at most."))
    if Elevation.objects.filter(member=member, answered_at__isnull=True).exists():
        raise UnableToElevate(_("You have asked already. Wait for the answer."))
    asked = Elevation.objects.create(
        workspace_id=member.workspace_id, member=member, role=role, reason=reason.strip(), hours=hours, asked_at=now
    )
    record_act(member=member, verb="ask_for_elevation", detail=_told(asked), now=now, deed=Deed.GRANT)
    return asked


@transaction.atomic
def answer_elevation(*, by: Member, elevation: Elevation, is_granted: bool, now: datetime) -> Approval | None:
    """
    Lend the rights from now on, or refuse them. Lending waits, where a rule says so, until others agreed: then the
    question for them is returned.

    :raises UnableToElevate: for one's own question, or one that was answered before
    :raises UnableToAsk: if too few colleagues could approve it
    """
    if by.pk == elevation.member_id:
        raise UnableToElevate(_("Nobody answers the own question. Ask another administrator."))
    if elevation.answered_at is not None:
        raise UnableToElevate(_("Somebody has answered already."))
    if is_granted and (asked := clear(proposal=_lending(elevation), by=by, now=now)):
        return asked
    until = now + timedelta(hours=elevation.hours) if is_granted else None
    open_ones = Elevation.objects.filter(workspace_id=by.workspace_id, pk=elevation.pk, answered_at__isnull=True)
    if not open_ones.update(answered_at=now, answered_by=by, until=until):
        raise UnableToElevate(_("Somebody has answered already."))
    if is_granted:
        Member.objects.filter(pk=elevation.member_id).update(elevation=elevation)
    detail = _told(elevation) | {"is_granted": is_granted}
    record_act(member=by, verb="answer_elevation", detail=detail, now=now, deed=Deed.GRANT)
    return None


def _lending(elevation: Elevation) -> Proposal:
    content = _told(elevation) | {"name": elevation.member.user.name}
    return Proposal(subject=ELEVATION, row_id=elevation.pk, content=content, amount=elevation.hours)


def end_elevation(*, by: Member, elevation: Elevation, now: datetime) -> None:
    """Take lent rights back before their time is over."""
    if Elevation.objects.filter(workspace_id=by.workspace_id, pk=elevation.pk, until__gt=now).update(until=now):
        record_act(member=by, verb="end_elevation", detail=_told(elevation), now=now, deed=Deed.GRANT)


def _told(elevation: Elevation) -> dict[str, Any]:
    return {
        "elevation": str(elevation.pk),
        "member": str(elevation.member_id),
        "role": elevation.role,
        "hours": elevation.hours,
        "reason": elevation.reason,
    }
