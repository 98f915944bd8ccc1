"""Keys with which programs act for a member."""

from datetime import datetime
from typing import TYPE_CHECKING

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.enums import KeyScope
from dangol.workspaces.models.member import Member

if TYPE_CHECKING:
    from uuid import UUID


class ApiKey(TenantModel):
    """
    One key. A program that shows its secret sees and may do what `member` sees and may do, and no more.

    `by` made it; of keys that are older than this column nobody knows who. Only a digest of the secret is kept;
    `key_hint` is how it begins. `last_used_at` is written at most once an hour.
    Before a workspace is entered, the policy `by_key` shows the one row whose secret the caller knows.
    """

    name = models.CharField(max_length=100)
    member = TenantForeignKey(Member, on_delete=models.CASCADE)
    by = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)
    scope = models.CharField(max_length=5, choices=KeyScope.choices)
    key_digest = models.CharField(max_length=64, unique=True)
    key_hint = models.CharField(max_length=12)
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    member_id: "UUID"
    by_id: "UUID | None"

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at", "-id"], name="api_key_newest")]

    def __str__(self) -> str:
        return self.name

    def is_live(self, now: datetime) -> bool:
        """Whether the key opens the door."""
        return self.revoked_at is None and (self.expires_at is None or now < self.expires_at)

    @property
    def may_write(self) -> bool:
        """Whether the key may change anything at all."""
        return self.scope == KeyScope.WRITE

    @property
    def is_own(self) -> bool:
        """Whether the member made it, so that nobody else knows the secret from the beginning."""
        return self.by_id == self.member_id
