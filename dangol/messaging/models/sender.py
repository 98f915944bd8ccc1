"""Who writes, through which server, and how much at the most."""

from datetime import time

from django.db import models

from dangol.kit.sealed_columns import SealedTextField
from dangol.kit.tenant_models import TenantModel


class Sender(TenantModel):
    """
    The house as it signs its mail, and the SMTP server it hands mail to. One per workspace.

    `bounce_address` may hold `{token}` (VERP); empty means the from address.
    """

    name = models.CharField(max_length=100)
    email = models.EmailField()
    phone = models.CharField(max_length=30)
    postal_address = models.CharField(max_length=200)
    host = models.CharField(max_length=200, default="127.0.0.1")
    port = models.PositiveIntegerField(default=25)
    security = models.CharField(
        max_length=10, choices=[("none", "—"), ("starttls", "STARTTLS"), ("tls", "TLS")], default="none"
    )
    user = models.CharField(max_length=200, blank=True)
    password = SealedTextField(blank=True)
    bounce_address = models.CharField(max_length=200, blank=True)
    connections = models.PositiveSmallIntegerField(default=4)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="sender_once")]

    def __str__(self) -> str:
        return f"{self.name} <{self.email}>"


class ContactRules(TenantModel):
    """
    A workspace's own limits, on top of the law. One row per workspace.

    Attention is in points, half-life in hours, the cap in messages per rolling days.
    """

    quiet_from = models.TimeField(default=time(21, 0))
    quiet_until = models.TimeField(default=time(8, 0))
    email_at_legal_night = models.BooleanField(default=False)
    cap_count = models.PositiveSmallIntegerField(default=3)
    cap_days = models.PositiveSmallIntegerField(default=7)
    attention_cap = models.FloatField(default=10.0)
    service_reserve = models.FloatField(default=2.0)
    attention_half_life_hours = models.FloatField(default=168.0)
    hold_expires_hours = models.PositiveIntegerField(default=72)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="contact_rules_once")]

    def __str__(self) -> str:
        return f"{self.cap_count} per {self.cap_days} days"
