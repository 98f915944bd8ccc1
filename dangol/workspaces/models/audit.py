"""The append-only record of what happened in the house, and the seals that prove it whole."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.enums import Deed
from dangol.workspaces.models.member import Member


class AuditEntry(TenantModel):
    """
    Who did what, when, from where, and with whose data. Never changed and never deleted one by one.

    `people` are the customers whose data was shown or touched. `address` and `session` are filled by the database from
    what the door told the transaction; a job has neither. `session` is a digest of the session's key, or the id of an
    API key. The table is partitioned by `keep_until`, the month from which an entry may go, so that whole months go at
    once.
    """

    at = models.DateTimeField()
    member = TenantForeignKey(Member, on_delete=models.PROTECT, null=True)
    deed = models.CharField(max_length=10, choices=Deed.choices)
    verb = models.CharField(max_length=60)
    people = ArrayField(models.UUIDField(), default=list)
    purpose = models.CharField(max_length=300, blank=True)
    detail: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    address = models.GenericIPAddressField(null=True)
    session = models.CharField(max_length=64, blank=True)
    keep_until = models.DateField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "-at", "-id"], name="audit_newest")]

    def __str__(self) -> str:
        return f"{self.verb} at {self.at:%F %T}"


class AuditSeal(TenantModel):
    """
    One link of the chain over the record.

    `entries` and `digests` name what the seal covers, entry by entry; `hash` covers both and the hash before. All
    entries of a seal may go in the same month.
    """

    number = models.BigIntegerField()
    at = models.DateTimeField()
    keep_until = models.DateField()
    entries = ArrayField(models.UUIDField())
    digests = ArrayField(models.BinaryField(max_length=32))
    previous = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "number"], name="audit_seal_once")]

    def __str__(self) -> str:
        return f"seal {self.number}"
