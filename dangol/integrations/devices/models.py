"""The broker to which devices publish."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from dangol.kit.sealed_columns import SealedTextField
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.tracking.models import Source

UNTRUSTED = "certificate"
SILENT = "no answer"


class Broker(TenantModel):
    """
    Where the devices of a source publish.

    The broker keeps our place under the name `dangol-` and the row's id (a persistent session). `committed` holds the
    last messages in the inbox, packet number and digest, so that what the broker repeats is known. `authority`: the
    certificate (PEM) that must have signed the broker's; empty: one of those that every browser trusts.
    """

    source = TenantForeignKey(Source, on_delete=models.CASCADE)
    host = models.CharField(max_length=200)
    port = models.PositiveIntegerField(default=8883)
    is_encrypted = models.BooleanField(default=True)
    is_private_allowed = models.BooleanField(default=False)
    authority = models.TextField(blank=True, default="", db_default="")
    user = models.CharField(max_length=200, blank=True)
    password = SealedTextField(blank=True)
    topics = models.CharField(max_length=300, default="#")
    committed: "models.JSONField[list[list[Any]]]" = models.JSONField(default=list)
    is_connected = models.BooleanField(default=False)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source"], name="broker_once")]

    def __str__(self) -> str:
        return f"{self.topics} at {self.host}"

    @property
    def trouble(self) -> str:
        """Why there is no connection, in the reader's language; what the broker itself says stays as it says it."""
        what, _sign, detail = self.error.partition(": ")
        if what == UNTRUSTED:
            return _("The certificate of the broker is not accepted: %(reason)s") % {"reason": detail}
        return _("There is no answer at this address and port.") if what == SILENT else self.error
