"""Who may send events."""

from django.db import models

from dangol.kit.tenant_models import TenantModel


class Source(TenantModel):
    """One site, app or till. Its write key is kept as a SHA-256 digest; `key_hint` shows the first letters."""

    name = models.CharField(max_length=100)
    key_digest = models.CharField(max_length=64, unique=True)
    key_hint = models.CharField(max_length=12)
    created_at = models.DateTimeField(auto_now_add=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="source_name_once")]

    def __str__(self) -> str:
        return self.name
