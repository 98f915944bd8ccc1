"""Members and their teams."""

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.enums import Role
from dangol.workspaces.models.user import User


class Team(TenantModel):
    """People who share customers. `external_id` is what the directory of the company calls them (SCIM)."""

    name = models.CharField(max_length=100)
    external_id = models.CharField(max_length=255, blank=True, db_default="")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class Member(TenantModel):
    """
    A user's place in one workspace.

    Who left (`ended_at`) opens nothing any more; what belonged to the member still says so. `external_id` is what the
    directory calls the member that keeps the list of members (SCIM); what it deleted there is not `in_directory`.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    team = TenantForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    joined_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=255, blank=True, db_default="")
    in_directory = models.BooleanField(default=True, db_default=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.workspace_id}"
