"""Members and their teams."""

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.enums import Role
from dangol.workspaces.models.user import User


class Team(TenantModel):
    """People who share customers."""

    name = models.CharField(max_length=100)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name


class Member(TenantModel):
    """A user's place in one workspace."""

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    team = TenantForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    joined_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "user"], name="member_once")]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.workspace_id}"
