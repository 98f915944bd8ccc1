"""Addresses that may not be written to, whoever they belong to."""

from django.db import models

from dangol.customers.enums import Channel
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantModel
from dangol.messaging.enums import SuppressionReason


class Suppression(MaskedTexts, TenantModel):
    """One address, normalised, with the reason and its evidence."""

    channel = models.CharField(max_length=10, choices=Channel.choices)
    address = models.CharField(max_length=320)
    reason = models.CharField(max_length=20, choices=SuppressionReason.choices)
    evidence = models.TextField(blank=True)
    at = models.DateTimeField()

    masked_texts = ("address", "evidence")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "channel", "address"], name="suppression_once")]

    def __str__(self) -> str:
        return f"{self.address}: {self.reason}"
