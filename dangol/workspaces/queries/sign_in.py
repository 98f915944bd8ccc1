"""Reads about sessions, the rules of sign-in, and the providers and invitations by which people come in."""

from datetime import datetime
from uuid import UUID

from allauth.mfa.utils import is_mfa_enabled
from django.db.models import QuerySet
from django.utils import timezone

from dangol.kit import tenancy
from dangol.kit.signing import open_ids
from dangol.workspaces.models import (
    Invitation,
    LinkedAccount,
    Member,
    Session,
    SignInProvider,
    SignInRules,
    User,
    Workspace,
)
from dangol.workspaces.queries.members import places_of

INVITATION = "invitation"
"""What the token of an invitation is signed for."""


def sign_in_rules_of(workspace: Workspace) -> SignInRules:
    """Return the workspace's rules. Costs no query for the workspace of a request's member."""
    return getattr(workspace, "sign_in_rules", None) or SignInRules(workspace=workspace)


def has_second_factor(user: User) -> bool:
    """Whether more than the password is asked of the user."""
    return bool(is_mfa_enabled(user))


def sessions_of(user: User) -> QuerySet[Session]:
    """Every browser in which the user is signed in, the last used first."""
    return Session.objects.filter(user=user, expire_date__gt=timezone.now()).order_by("-last_used_at", "-started_at")


def providers_of(workspace_id: UUID) -> QuerySet[SignInProvider]:
    """Return who may say who somebody is in the entered workspace."""
    return SignInProvider.objects.filter(workspace_id=workspace_id).order_by("name", "id")


def linked_accounts_of(member: Member) -> QuerySet[LinkedAccount]:
    """Return under which accounts of providers the member comes in."""
    return LinkedAccount.objects.filter(workspace_id=member.workspace_id, member=member).select_related("provider")


def open_invitation(token: str, now: datetime) -> Invitation | None:
    """Enter the workspace of an invitation that still opens, and return it."""
    signed = open_ids(token, purpose=INVITATION)
    if signed is None:
        return None
    tenancy.enter_workspace(signed.workspace_id)
    found = Invitation.objects.filter(workspace_id=signed.workspace_id, pk=signed.row_id, member__ended_at=None)
    invitation = found.select_related("member__user", "member__workspace").first()
    return invitation if invitation and invitation.is_open(now) else None


def house_at_the_door(slug: str) -> Workspace | None:
    """Return the workspace with this short name; without a name, the only one if there is only one."""
    found = Workspace.objects.filter(slug=slug) if slug else Workspace.objects.order_by()
    houses = list(found[:2])
    return houses[0] if len(houses) == 1 else None


def house_of_session(user_id: UUID, workspace_id: str | None) -> Workspace | None:
    """Return the workspace in which the user works at the moment."""
    places = places_of(user_id)
    return next((place.workspace for place in places if str(place.workspace_id) == workspace_id), None)


def offered_providers(house: Workspace | None) -> list[SignInProvider]:
    """Return the providers of a workspace before it is entered."""
    if house is None:
        return []
    with tenancy.workspace(house.pk):
        return list(providers_of(house.pk).exclude(client_id=""))
