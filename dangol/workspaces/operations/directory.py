"""Members and teams as the directory of a company keeps them (SCIM)."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from dangol.kit.errors import OperationError
from dangol.workspaces.enums import Deed, Role
from dangol.workspaces.models import Member, Team, User
from dangol.workspaces.operations.audit import record_act
from dangol.workspaces.operations.members import end_membership, resume_membership, seat_one_more, works_elsewhere


class UnableToEnter(OperationError):
    """Somebody or something else has this name already."""


@dataclass(frozen=True)
class Entry:
    """What a directory says of one member."""

    email: str
    name: str
    role: Role | None
    is_active: bool
    external_id: str

    def role_of(self, member: Member) -> str:
        """Return what the member shall be. Where it says none: an own role stays, else sales, which sees least."""
        return self.role or (Role.CUSTOM if member.role == Role.CUSTOM else Role.SALES)


def enter_member(*, by: Member, entry: Entry, now: datetime) -> Member:
    """
    Make somebody a member. Who was deleted from the directory before gets the old place back.

    :raises UnableToEnter: if the address is a member's already
    """
    user = User.objects.filter(email=entry.email).first()
    user = user or User.objects.create_user(entry.email, name=entry.name, language=by.workspace.language)
    if not Member.objects.filter(workspace_id=by.workspace_id, user=user).exists():
        seat_one_more(by.workspace_id, UnableToEnter)
    member, _is_new = Member.objects.get_or_create(
        workspace_id=by.workspace_id, user=user, defaults={"role": entry.role or Role.SALES, "in_directory": False}
    )
    if member.in_directory:
        raise UnableToEnter(_("This user is a member already."))
    detail = {"member": str(member.pk), "role": entry.role_of(member)}
    record_act(member=by, verb="enter_member", detail=detail, now=now, deed=Deed.GRANT)
    member.in_directory = True
    change_entry(by=by, member=member, entry=entry, now=now)
    return member


def change_entry(*, by: Member, member: Member, entry: Entry, now: datetime) -> None:
    """
    Make a member what the directory says. Name and address of an account that opens another workspace too stay.

    :raises UnableToEnter: if the address is somebody else's, or not this workspace's to change
    :raises UnableToEnd: if the key's own member would be let in no more
    """
    _change_account(member, entry)
    role = entry.role_of(member)
    if role != member.role:
        detail = {"member": str(member.pk), "role": role, "was": member.role}
        record_act(member=by, verb="change_role", detail=detail, now=now, deed=Deed.GRANT)
        member.custom_role = None
    member.role, member.external_id = role, entry.external_id
    member.save(update_fields=["role", "custom_role", "external_id", "in_directory"])
    if entry.is_active and member.ended_at:
        resume_membership(by=by, member=member, now=now)
        member.ended_at = None
    elif not entry.is_active and not member.ended_at:
        end_membership(by=by, member=member, now=now)
        member.ended_at = now


def _change_account(member: Member, entry: Entry) -> None:
    user = member.user
    if (user.email, user.name) == (entry.email, entry.name):
        return
    if works_elsewhere(member):
        if user.email == entry.email:
            return
        raise UnableToEnter(_("This member works in another workspace too. Only the member can change the address."))
    user.email, user.name = entry.email, entry.name
    try:
        with transaction.atomic():
            user.save(update_fields=["email", "name"])
    except IntegrityError as error:
        raise UnableToEnter(_("Somebody else signs in with this e-mail address.")) from error


def strike_member(*, by: Member, member: Member, now: datetime) -> None:
    """
    Let a member in no more whom the directory deleted. What the member owns stays.

    :raises UnableToEnd: for the key's own member
    """
    end_membership(by=by, member=member, now=now)
    Member.objects.filter(workspace_id=member.workspace_id, pk=member.pk).update(
        in_directory=False, external_id="", team=None
    )


def keep_team(
    *, by: Member, team: Team, name: str, external_id: str, member_ids: Collection[UUID], now: datetime
) -> None:
    """
    Store a team, new or changed, with exactly these members. A member is in one team: the last that took them.

    :raises UnableToEnter: if another team has this name
    """
    team.name, team.external_id = name, external_id
    try:
        with transaction.atomic():
            team.save()
    except IntegrityError as error:
        raise UnableToEnter(_("There is a team with this name already.")) from error
    everybody = Member.objects.filter(workspace_id=by.workspace_id)
    everybody.filter(team=team).exclude(pk__in=member_ids).update(team=None)
    everybody.filter(pk__in=member_ids).update(team=team)
    detail = {"team": str(team.pk), "name": name, "members": sorted(map(str, member_ids))}
    record_act(member=by, verb="keep_team", detail=detail, now=now, deed=Deed.GRANT)


def dissolve_team(*, by: Member, team: Team, now: datetime) -> None:
    """Let a team be no more. Its members stay, in no team."""
    detail = {"team": str(team.pk), "name": team.name}
    Member.objects.filter(workspace_id=by.workspace_id, team=team).update(team=None)
    team.delete()
    record_act(member=by, verb="dissolve_team", detail=detail, now=now, deed=Deed.GRANT)
