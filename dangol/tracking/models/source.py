"""Who may send events."""

from typing import Any

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.tracking.enums import SourceKind


class Source(TenantModel):
    """
    One site, app or till. Its write key is kept as a SHA-256 digest; `key_hint` shows the first letters.

    `mapping` says what the fields mean of documents that are no calls of the API; see `contracts.FieldMapping`.
    """

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=20, choices=SourceKind.choices, default=SourceKind.API)
    mapping: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    key_digest = models.CharField(max_length=64, unique=True)
    key_hint = models.CharField(max_length=12)
    created_at = models.DateTimeField(auto_now_add=True)
    first_event_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="source_name_once")]

    def __str__(self) -> str:
        return self.name

    @property
    def has_key(self) -> bool:
        """Whether its write key was handed out; the other doors have secrets of their own."""
        return self.kind in {SourceKind.API, SourceKind.TILL}

    @property
    def page(self) -> str:
        """Name of the page where the source is set up."""
        return "tracking:install" if self.kind == SourceKind.API else f"{self.kind}:source"


class Sample(TenantModel):
    """One of the last documents that a source sent, shown where somebody says what its fields mean."""

    source = TenantForeignKey(Source, on_delete=models.CASCADE)
    received_at = models.DateTimeField()
    body = models.BinaryField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "source", "-received_at"], name="sample_newest")]

    def __str__(self) -> str:
        return f"sample of {self.received_at:%F %T}"


class TimeRules(TenantModel):
    """
    How far an event's own time may be from its arrival; beyond that it is put aside. Empty: however far.

    What claims to come from the future counts as happening when it arrived. Files of past events are always taken in.
    """

    hours_ahead = models.PositiveIntegerField(null=True, blank=True)
    days_late = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="time_rules_once")]

    def __str__(self) -> str:
        return f"{self.hours_ahead} h ahead, {self.days_late} d late"
