"""Workspaces, accounts, members and the keys of programs."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.mfa.models import Authenticator
from django.utils.translation import gettext as _

from dangol.kit import tenancy
from dangol.kit.errors import OperationError
from dangol.kit.signing import sign_ids
from dangol.workspaces.enums import Deed, KeyScope, Limited, Role
from dangol.workspaces.models import ApiKey, Invitation, Member, Team, User, Workspace
from dangol.workspaces.operations.audit import record_act
from dangol.workspaces.operations.limits import make_room
from dangol.workspaces.operations.sign_in import end_sessions
from dangol.workspaces.queries import INVITATION, key_digest, memberships_of

KEY_HINT = 11
USE_NOTED_EVERY = timedelta(hours=1)
INVITATION_LASTS = timedelta(days=3)


class UnableToInvite(OperationError):
    """The user is a member already."""


class UnableToRenewPassword(OperationError):
    """The password is not this workspace's to give."""


class UnableToMakeKey(OperationError):
    """The key has no name."""


class UnableToAccept(OperationError):
    """The invitation opens nothing any more."""


class UnableToEnd(OperationError):
    """Nobody ends the own membership."""


@dataclass(frozen=True)
class Welcome:
    """A member and the token of the link to hand over, empty for somebody who has an account already."""

    member: Member
    token: str


def found_workspace(*, name: str, slug: str, language: str, time_zone: str, currency: str) -> Workspace:
    """Make an empty workspace. The caller enters it to fill it."""
    return Workspace.objects.create(name=name, slug=slug, language=language, time_zone=time_zone, currency=currency)


def open_account(*, email: str, name: str, password: str, language: str) -> User:
    """Make a user who can sign in. What they may do comes with an invitation."""
    return User.objects.create_user(email, password, name=name, language=language)


def invite(*, workspace: Workspace, user: User, role: Role, team: Team | None = None) -> Member:
    """
    Make a user a member of the entered workspace.

    :raises UnableToInvite: if the user is a member already, or the workspace may have no more members
    """
    if Member.objects.filter(workspace=workspace, user=user).exists():
        raise UnableToInvite(_("This user is a member already."))
    seat_one_more(workspace.pk, UnableToInvite)
    return Member.objects.create(workspace=workspace, user=user, role=role, team=team)


def seat_one_more(workspace_id: UUID, refusal: type[OperationError]) -> None:
    """Make sure that the workspace may have one more member, or raise the refusal. Who left takes no seat."""
    seated = Member.objects.filter(workspace_id=workspace_id, ended_at=None)
    make_room(workspace_id=workspace_id, what=Limited.MEMBERS, taken=seated, refusal=refusal)


def invite_newcomer(*, by: Member, name: str, email: str, role: Role, language: str, now: datetime) -> Welcome:
    """
    Make somebody a member of the inviting member's workspace, with an account of their own where they have none.

    :raises UnableToInvite: if the person is a member already
    """
    address = email.strip().lower()
    user = User.objects.filter(email=address).first()
    is_new = user is None
    user = user or User.objects.create_user(address, name=name, language=language)
    member = invite(workspace=by.workspace, user=user, role=role)
    record_act(member=by, verb="invite", detail={"member": str(member.pk), "role": role}, now=now, deed=Deed.GRANT)
    return Welcome(member, _invited(member, now) if is_new else "")


def _invited(member: Member, now: datetime) -> str:
    """Make the one link that opens for this member, and return its token. Links made before open nothing more."""
    Invitation.objects.filter(workspace_id=member.workspace_id, member=member, used_at=None).update(used_at=now)
    made = Invitation.objects.create(
        workspace_id=member.workspace_id, member=member, made_at=now, expires_at=now + INVITATION_LASTS
    )
    return sign_ids(purpose=INVITATION, workspace_id=made.workspace_id, row_id=made.pk)


def accept_invitation(*, invitation: Invitation, password: str | None, now: datetime) -> None:
    """
    Use an invitation up, and give its member the password that was chosen; None for who comes in by a provider.

    :raises UnableToAccept: if the link was used meanwhile, or the member joined another workspace
    """
    unused = Invitation.objects.filter(workspace_id=invitation.workspace_id, pk=invitation.pk, used_at=None)
    if not unused.update(used_at=now) or works_elsewhere(invitation.member):
        raise UnableToAccept(_("This link was used already or is too old. Ask for a new one."))
    if password is not None:
        user = User.objects.select_for_update().get(pk=invitation.member.user_id)
        user.set_password(password)
        user.save(update_fields=["password"])
    record_act(member=invitation.member, verb="accept_invitation", detail={}, now=now, deed=Deed.GRANT)


def renew_password(*, by: Member, member: Member, now: datetime, without_second_factor: bool = False) -> Welcome:
    """
    Take a member's password away, end all sessions, and make a link with which the member chooses another one.

    Who works in a second workspace as well is refused: an administrator of one could otherwise open the doors of the
    other.

    :param without_second_factor: also forget the member's passkeys and codes, as when the phone is lost
    :raises UnableToRenewPassword: for oneself, and for a member of another workspace as well
    """
    if member.user_id == by.user_id:
        raise UnableToRenewPassword(_("Change your own password on your profile."))
    if works_elsewhere(member):
        raise UnableToRenewPassword(
            _("This member works in another workspace too. Only the member can change the password.")
        )
    user = User.objects.select_for_update().get(pk=member.user_id)
    user.set_unusable_password()
    user.save(update_fields=["password"])
    end_sessions(user=user)
    detail: dict[str, Any] = {"member": str(member.pk)}
    if without_second_factor:
        Authenticator.objects.filter(user=user).delete()
        detail["without_second_factor"] = True
    record_act(member=by, verb="renew_password", detail=detail, now=now, deed=Deed.GRANT)
    return Welcome(member, _invited(member, now))


def end_membership(*, by: Member, member: Member, now: datetime) -> None:
    """
    Let a member in no more: sessions, keys and invitations end with it. What the member owns stays.

    :raises UnableToEnd: for oneself
    """
    if member.user_id == by.user_id:
        raise UnableToEnd(_("You cannot end your own membership. Ask another administrator."))
    own = {"workspace_id": member.workspace_id, "member": member}
    Member.objects.filter(workspace_id=member.workspace_id, pk=member.pk, ended_at=None).update(ended_at=now)
    ApiKey.objects.filter(**own, revoked_at=None).update(revoked_at=now)
    Invitation.objects.filter(**own, used_at=None).update(used_at=now)
    end_sessions(user=member.user)
    record_act(member=by, verb="end_membership", detail={"member": str(member.pk)}, now=now, deed=Deed.GRANT)


def resume_membership(*, by: Member, member: Member, now: datetime) -> None:
    """
    Let a member who left in again, in the same role. Keys and invitations stay ended.

    :raises UnableToInvite: if the workspace may have no more members
    """
    seat_one_more(member.workspace_id, UnableToInvite)
    Member.objects.filter(workspace_id=member.workspace_id, pk=member.pk).update(ended_at=None)
    record_act(member=by, verb="resume_membership", detail={"member": str(member.pk)}, now=now, deed=Deed.GRANT)


def works_elsewhere(member: Member) -> bool:
    """Whether the member's account opens another workspace too, so that none of the two may change it."""
    places = set(memberships_of(member.user_id).values_list("workspace_id", flat=True))
    tenancy.leave_user()
    return bool(places - {member.workspace_id})


def change_workspace(*, by: Member, name: str, language: str, time_zone: str, currency: str, now: datetime) -> None:
    """Change how the house is called and how it counts time and money; amounts already stored keep their currency."""
    values = {"name": name, "language": language, "time_zone": time_zone, "currency": currency}
    Workspace.objects.filter(pk=by.workspace_id).update(**values)
    record_act(member=by, verb="change_workspace", detail=values, now=now)


def change_profile(
    *, user: User, name: str | None = None, language: str | None = None, theme: str | None = None
) -> None:
    """Change the user's own name, language or theme; what is not given stays."""
    given = {"name": name, "language": language, "theme": theme}
    changed = [field for field, value in given.items() if value is not None]
    for field in changed:
        setattr(user, field, given[field])
    user.save(update_fields=changed)


def make_api_key(
    *, by: Member, name: str, member: Member, scope: KeyScope, expires_at: datetime | None, now: datetime
) -> tuple[ApiKey, str]:
    """
    Let a program act for a member of the same workspace. Return the key with its secret, which is never shown again.

    :raises UnableToMakeKey: without a name
    """
    name = " ".join(name.replace("\x00", "").split())[:100]
    if not name:
        raise UnableToMakeKey(_("Give the key a name, for example “ERP”."))
    secret = f"dangol_{secrets.token_urlsafe(32)}"
    key = ApiKey.objects.create(
        workspace_id=by.workspace_id, name=name, member=member, by=by, scope=scope, key_digest=key_digest(secret),
        key_hint=secret[:KEY_HINT], created_at=now, expires_at=expires_at,
    )  # fmt: skip
    detail = {"key": str(key.pk), "name": name, "member": str(member.pk), "scope": str(scope)}
    record_act(member=by, verb="make_api_key", detail=detail, now=now, deed=Deed.GRANT)
    return key, secret


def revoke_api_key(*, by: Member, key: ApiKey, now: datetime) -> None:
    """Refuse the key from now on."""
    if ApiKey.objects.filter(workspace_id=by.workspace_id, pk=key.pk, revoked_at__isnull=True).update(revoked_at=now):
        record_act(
            member=by, verb="revoke_api_key", detail={"key": str(key.pk), "name": key.name}, now=now, deed=Deed.GRANT
        )


def note_key_use(*, key: ApiKey, now: datetime) -> None:
    """Write down that the key was used, at most once an hour: reading shall not cost a write."""
    if key.last_used_at is None or now - key.last_used_at >= USE_NOTED_EVERY:
        ApiKey.objects.filter(workspace_id=key.workspace_id, pk=key.pk).update(last_used_at=now)
