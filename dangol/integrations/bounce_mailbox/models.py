"""The mailbox and how far it was read."""

from django.db import models

from dangol.kit.sealed_columns import SealedTextField
from dangol.kit.tenant_models import TenantModel


class Mailbox(TenantModel):
    """
    Where undeliverable mail and replies of a workspace arrive. One per workspace.

    `last_uid` is the last mail taken, valid for `uid_validity` (RFC 9051 §2.3.1.1).
    """

    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=993)
    security = models.CharField(
        max_length=10, choices=[("none", "—"), ("starttls", "STARTTLS"), ("tls", "TLS")], default="tls"
    )
    user = models.CharField(max_length=200)
    password = SealedTextField()
    folder = models.CharField(max_length=200, default="INBOX")
    uid_validity = models.BigIntegerField(default=0)
    last_uid = models.BigIntegerField(default=0)
    read_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="bounce_mailbox_once")]

    def __str__(self) -> str:
        return f"{self.user} at {self.host}"
