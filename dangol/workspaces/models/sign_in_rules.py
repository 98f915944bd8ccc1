"""How strictly a workspace wants its members to sign in."""

from typing import TYPE_CHECKING

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.enums import Role
from dangol.workspaces.models.sign_in_provider import SignInProvider
from dangol.workspaces.models.workspace import Workspace

if TYPE_CHECKING:
    from uuid import UUID


class SignInRules(TenantModel):
    """
    The rules of one workspace; one without a row has the defaults.

    Members and keys come in from `networks` only, unless the list is empty. With `only_by`, members come in by that
    provider only; administrators by password as well, so that a broken provider locks nobody out for good.

    Before a workspace is entered, the policy `own_places` shows users the rules of the workspaces they belong to.
    """

    workspace = models.OneToOneField(Workspace, on_delete=models.CASCADE, related_name="sign_in_rules")
    idle_minutes = models.PositiveSmallIntegerField(default=30)
    session_hours = models.PositiveSmallIntegerField(default=12)
    second_factor_roles = ArrayField(models.CharField(max_length=20, choices=Role.choices), default=list)
    networks = ArrayField(models.CharField(max_length=43), default=list)

    only_by = TenantForeignKey(SignInProvider, on_delete=models.PROTECT, null=True, blank=True)

    only_by_id: "UUID | None"

    def __str__(self) -> str:
        return f"{self.idle_minutes} min, {self.session_hours} h"
