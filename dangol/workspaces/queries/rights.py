"""Reads about roles, branches, teams and lent rights."""

from uuid import UUID

from django.db import connection
from django.db.models import Count, QuerySet

from dangol.workspaces.models import Branch, CustomRole, Elevation, Member, Team

BELOW = """
WITH RECURSIVE below AS (
    SELECT id FROM workspaces_branch WHERE workspace_id = %s AND id = %s
    UNION
    SELECT branch.id FROM workspaces_branch branch JOIN below ON branch.parent_id = below.id
    WHERE branch.workspace_id = %s
)
SELECT id FROM below
"""


def custom_roles_of(member: Member) -> QuerySet[CustomRole]:
    """The roles that the member's workspace made for itself."""
    return CustomRole.objects.filter(workspace_id=member.workspace_id).order_by("name", "id")


def branches_of(member: Member) -> QuerySet[Branch]:
    """The branches of the member's workspace."""
    return Branch.objects.filter(workspace_id=member.workspace_id).select_related("parent").order_by("name", "id")


def branches_below(branch: Branch) -> set[UUID]:
    """The branch itself, and every one below it."""
    with connection.cursor() as cursor:
        cursor.execute(BELOW, [branch.workspace_id, branch.pk, branch.workspace_id])
        return {below for (below,) in cursor.fetchall()}


def teams_of(member: Member) -> QuerySet[Team]:
    """The teams of the member's workspace."""
    return Team.objects.filter(workspace_id=member.workspace_id).select_related("branch").order_by("name", "id")


def headcounts_of_roles(member: Member) -> dict[str, int]:
    """How many members have each role, by the fixed role or the id of the workspace's own."""
    counted = Member.objects.filter(workspace_id=member.workspace_id).values_list("role", "custom_role")
    rows = counted.annotate(members=Count("pk")).order_by()
    return {str(custom_role or role): members for role, custom_role, members in rows}


def elevations_of(member: Member) -> QuerySet[Elevation]:
    """Every question for more rights in the member's workspace, the newest first."""
    asked = Elevation.objects.filter(workspace_id=member.workspace_id)
    return asked.select_related("member__user", "answered_by__user").order_by("-asked_at", "-id")
