"""Reads about members and workspaces."""

import hashlib
from uuid import UUID

from django.db.models import QuerySet

from dangol.kit import tenancy
from dangol.kit.compiled import Compiled
from dangol.workspaces.models import ApiKey, Member, Workspace
from dangol.workspaces.permissions import may_configure


def memberships_of(user_id: UUID) -> QuerySet[Member]:
    """The user's own places, in every workspace. The only read that works before a workspace is entered."""
    tenancy.enter_user(user_id)
    return _memberships(user_id)


def places_of(user_id: UUID) -> list[Member]:
    """The same, read already: what every page of the house begins with."""
    tenancy.enter_user(user_id)
    return PLACES(user_id=user_id)


def _memberships(user_id: UUID) -> QuerySet[Member]:
    members = Member.objects.filter(user_id=user_id, ended_at=None, workspace__suspended_at=None)
    carried = ("workspace__sign_in_rules", "user", "custom_role", "elevation")
    return members.select_related(*carried).order_by("joined_at", "id")


PLACES: Compiled[Member] = Compiled(_memberships)


def colleagues(member: Member) -> QuerySet[Member]:
    """Everybody who works in the member's workspace."""
    return everybody_of(member).filter(ended_at=None)


def everybody_of(member: Member) -> QuerySet[Member]:
    """The same, and who left."""
    return (
        Member.objects.filter(workspace_id=member.workspace_id)
        .select_related("user", "team", "custom_role", "elevation")
        .order_by("user__name", "id")
    )


def runs_the_installation(member: Member) -> bool:
    """Whether the member runs the installation, not one workspace alone: an administrator of its first workspace."""
    return may_configure(member) and Workspace.objects.order_by("created_at", "id").first() == member.workspace


def directory_of(member: Member) -> QuerySet[Member]:
    """Everybody whom the directory of the company knows here, and who left."""
    return everybody_of(member).filter(in_directory=True).order_by("joined_at", "id")


def all_workspaces() -> QuerySet[Workspace]:
    """Every tenant, for workers that serve them all."""
    return Workspace.objects.order_by("slug")


def served_workspaces() -> QuerySet[Workspace]:
    """Every tenant that is not suspended: those for which work is done and mail is sent."""
    return all_workspaces().filter(suspended_at=None)


def key_digest(secret: str) -> str:
    """Return what is stored of a key's secret: nobody can read the secret out of the database."""
    return hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()


def key_of_secret(secret: str) -> ApiKey | None:
    """Return the key with this secret, of any workspace and in any state. It works before a workspace is entered."""
    digest = key_digest(secret)
    tenancy.enter_secret(digest)
    return next(iter(KEYS(digest=digest)), None)


KEYS: Compiled[ApiKey] = Compiled(lambda digest: ApiKey.objects.filter(key_digest=digest))


def member_of_key(key: ApiKey) -> Member | None:
    """Return for whom the key acts, inside the key's workspace; nobody who left or whose account is closed."""
    return next(iter(HOLDERS(workspace_id=key.workspace_id, member_id=key.member_id)), None)


def _holders(workspace_id: UUID, member_id: UUID) -> QuerySet[Member]:
    there = Member.objects.filter(workspace_id=workspace_id, pk=member_id, ended_at=None, user__is_active=True)
    carried = ("user", "workspace__sign_in_rules", "custom_role", "elevation")
    return there.filter(workspace__suspended_at=None).select_related(*carried)


HOLDERS: Compiled[Member] = Compiled(_holders)


def api_keys_of(member: Member) -> QuerySet[ApiKey]:
    """Every key of the member's workspace."""
    return ApiKey.objects.filter(workspace_id=member.workspace_id).select_related("member__user")
