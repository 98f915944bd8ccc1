"""Events on their way in (inbox), as they are kept (monthly partitions), counted, or put aside."""

from typing import Any

from django.db import models

from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantModel


class InboxEntry(models.Model):
    """
    One acknowledged request body, as it came. The processor deletes it once its events are stored.

    Table `tracking_inbox` is made by SQL in the first migration: it is a queue, not a record.
    """

    id = models.BigAutoField(primary_key=True)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")
    source_id = models.UUIDField()
    call = models.CharField(max_length=10)
    received_at = models.DateTimeField()
    body = models.BinaryField()

    class Meta:
        managed = False
        db_table = "tracking_inbox"

    def __str__(self) -> str:
        return f"inbox {self.pk}"


class Event(MaskedTexts):
    """
    What somebody did, once. Table `tracking_event` is partitioned by the month of `occurred_at`.

    `person` is empty until an anonymous visitor is known.
    """

    id = models.UUIDField(primary_key=True)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")
    occurred_at = models.DateTimeField()
    received_at = models.DateTimeField()
    person = models.ForeignKey("customers.Person", on_delete=models.DO_NOTHING, null=True, related_name="+")
    anonymous_id = models.TextField(blank=True)
    user_id = models.TextField(blank=True)
    kind = models.CharField(max_length=10)
    name = models.TextField()
    properties: "models.JSONField[dict[str, Any]]" = models.JSONField()
    context: "models.JSONField[dict[str, Any]]" = models.JSONField()
    source_id = models.UUIDField()
    message_id = models.TextField()

    masked_texts = ("properties", "context", "user_id")

    class Meta:
        managed = False
        db_table = "tracking_event"

    def __str__(self) -> str:
        return f"{self.name} at {self.occurred_at:%F %T}"


class SeenMessage(models.Model):
    """Which `messageId` was stored already: md5 of it as a UUID, per workspace. Table `tracking_seen`."""

    digest = models.UUIDField(primary_key=True)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        managed = False
        db_table = "tracking_seen"

    def __str__(self) -> str:
        return str(self.digest)


class DailyCount(models.Model):
    """
    How often a person did something on a day (UTC).

    Table `tracking_daily_count`, key (workspace, person, name, day).
    """

    person = models.OneToOneField("customers.Person", on_delete=models.DO_NOTHING, primary_key=True, related_name="+")
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")
    name = models.TextField()
    day = models.DateField()
    count = models.IntegerField()
    amount = models.DecimalField(max_digits=16, decimal_places=2)

    class Meta:
        managed = False
        db_table = "tracking_daily_count"

    def __str__(self) -> str:
        return f"{self.count} × {self.name} on {self.day}"


class DeadLetter(MaskedTexts, TenantModel):
    """
    An event that was acknowledged but could not be used. It is kept, with the reason, until somebody mends it.

    `call` is how to take it in again; empty where the event itself was stored and only something of it is missing.
    """

    source_id = models.UUIDField()
    received_at = models.DateTimeField()
    code = models.CharField(max_length=40)
    detail = models.TextField(blank=True)
    body = models.BinaryField()
    call = models.CharField(max_length=10, blank=True)

    masked_texts = ("detail", "body")

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-received_at"], name="dead_letter_newest"),
            models.Index(fields=["workspace", "code", "-received_at", "-id"], name="dead_letter_by_reason"),
        ]

    def __str__(self) -> str:
        return self.code
