"""The broker to which devices publish."""

from typing import Any

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.tracking.models import Source


class Broker(TenantModel):
    """
    Where the devices of a source publish. `password` is sealed with `kit.crypto`.

    The broker keeps our place under the name `dangol-` and the row's id (a persistent session). `committed` holds the
    last messages in the inbox, packet number and digest, so that what the broker repeats is known.
    """

    source = TenantForeignKey(Source, on_delete=models.CASCADE)
    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=8883)
    is_encrypted = models.BooleanField(default=True)
    is_private_allowed = models.BooleanField(default=False)
    user = models.CharField(max_length=200, blank=True)
    password = models.TextField(blank=True)
    topics = models.CharField(max_length=300, default="#")
    committed: "models.JSONField[list[list[Any]]]" = models.JSONField(default=list)
    is_connected = models.BooleanField(default=False)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source"], name="broker_once")]

    def __str__(self) -> str:
        return f"{self.topics} at {self.host}"
