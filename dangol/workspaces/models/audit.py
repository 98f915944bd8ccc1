"""The append-only record of what happened in the house."""

from typing import Any

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models.member import Member


class AuditEntry(TenantModel):
    """One fact as it was published, or one act of a member. Never changed: a trigger refuses."""

    at = models.DateTimeField(auto_now_add=True)
    member = TenantForeignKey(Member, on_delete=models.PROTECT, null=True)
    verb = models.CharField(max_length=60)
    detail: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-at"], name="audit_newest")]

    def __str__(self) -> str:
        return f"{self.verb} at {self.at:%F %T}"
