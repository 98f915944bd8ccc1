"""Reads about members and workspaces."""

from uuid import UUID

from django.db.models import QuerySet

from dangol.kit import tenancy
from dangol.kit.compiled import Compiled
from dangol.workspaces.models import Member, Workspace


def memberships_of(user_id: UUID) -> QuerySet[Member]:
    """The user's own places, in every workspace. The only read that works before a workspace is entered."""
    tenancy.enter_user(user_id)
    return _memberships(user_id)


def places_of(user_id: UUID) -> list[Member]:
    """The same, read already: what every page of the house begins with."""
    tenancy.enter_user(user_id)
    return PLACES(user_id=user_id)


def _memberships(user_id: UUID) -> QuerySet[Member]:
    return Member.objects.filter(user_id=user_id).select_related("workspace", "user").order_by("joined_at", "id")


PLACES: Compiled[Member] = Compiled(_memberships)


def colleagues(member: Member) -> QuerySet[Member]:
    """Everybody in the member's workspace."""
    return (
        Member.objects.filter(workspace_id=member.workspace_id)
        .select_related("user", "team")
        .order_by("user__name", "id")
    )


def all_workspaces() -> QuerySet[Workspace]:
    """Every tenant, for workers that serve them all."""
    return Workspace.objects.order_by("id")
