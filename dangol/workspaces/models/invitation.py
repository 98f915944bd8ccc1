"""How somebody gets in for the first time, or again after a lost password."""

from datetime import datetime

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models.member import Member


class Invitation(TenantModel):
    """A link with which one member chooses a password or links an account, once."""

    member = TenantForeignKey(Member, on_delete=models.CASCADE)
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True, blank=True)

    def __str__(self) -> str:
        return f"for {self.member_id} until {self.expires_at}"

    def is_open(self, now: datetime) -> bool:
        """Whether the link still opens."""
        return self.used_at is None and now < self.expires_at
