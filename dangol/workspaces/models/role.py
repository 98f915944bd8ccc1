"""Roles that a workspace made for itself, and rights that are lent for a while."""

from datetime import datetime
from functools import cached_property
from typing import Any

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.enums import FieldAccess, Level, Role
from dangol.workspaces.permissions import RIGHTS, ROLES, Rights


class CustomRole(TenantModel):
    """
    A role of the workspace's own.

    `levels` holds {"people.see": 2, …}, `fields` {"phone": 0, …}; what is missing or unknown gives nothing. `people` is
    a condition on people that bounds whom the role reaches, empty for none. Before a workspace is entered, the policy
    `own_places` shows users the roles of the workspaces they belong to.
    """

    name = models.CharField(max_length=60)
    levels: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    fields: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    people: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict, db_default={}, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="custom_role_name_once")]

    def __str__(self) -> str:
        return self.name

    @cached_property
    def rights(self) -> Rights:
        """What the role allows."""
        levels = {(kind, verb): Level(self.levels.get(f"{kind}.{verb}", Level.NONE)) for kind, verb in RIGHTS}
        fields = {name: FieldAccess(access) for name, access in self.fields.items()}
        return Rights(levels, fields).bounded_to(self.people)


class Elevation(TenantModel):
    """
    Rights of another role, asked for with a reason, and lent until a moment.

    Without `answered_at` it waits for an answer; with an answer but without `until` it was refused. The policy
    `own_places` shows it as it shows roles.
    """

    member = TenantForeignKey("Member", on_delete=models.CASCADE)
    role = models.CharField(max_length=20, choices=Role.choices)
    reason = models.CharField(max_length=300)
    hours = models.PositiveSmallIntegerField()
    asked_at = models.DateTimeField()
    answered_at = models.DateTimeField(null=True)
    answered_by = TenantForeignKey("Member", on_delete=models.SET_NULL, null=True)
    until = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "member", "-asked_at"], name="elevation_newest")]

    def __str__(self) -> str:
        return f"{self.role} until {self.until}"

    def holds_at(self, now: datetime) -> bool:
        """Whether the rights are lent at this moment."""
        return self.until is not None and now < self.until

    @property
    def rights(self) -> Rights:
        """What is lent."""
        return ROLES.get(self.role, Rights())
