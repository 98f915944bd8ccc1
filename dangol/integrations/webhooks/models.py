"""The address of a webhook and how its sender signs."""

import secrets

from django.db import models

from dangol.integrations.webhooks.enums import Scheme
from dangol.kit.sealed_columns import SealedTextField
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.tracking.models import Source


def new_address() -> str:
    """Return the unguessable end of a webhook's URL. It is no credential: every body must be signed."""
    return secrets.token_urlsafe(16)


class Webhook(TenantModel):
    """
    Where a sender posts, one per source.

    `signature_header` and `id_header` matter to senders that sign the plain body only. Refused bodies are counted and
    never kept.
    """

    source = TenantForeignKey(Source, on_delete=models.CASCADE)
    address = models.CharField(max_length=40, unique=True, default=new_address)
    scheme = models.CharField(max_length=10, choices=Scheme.choices, default=Scheme.STANDARD)
    secret = SealedTextField()
    signature_header = models.CharField(max_length=100, blank=True)
    id_header = models.CharField(max_length=100, blank=True)
    refused_count = models.PositiveIntegerField(default=0)
    refused_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source"], name="webhook_once")]

    def __str__(self) -> str:
        return self.address
