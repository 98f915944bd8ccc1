"""How much of a person's attention is used up, and by what."""

from django.db import models

from dangol.customers.models import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.relations.enums import ChargeKind


class Attention(TenantModel):
    """
    The pair `(load, at)` of one person: `load(t) = load · 2^(−(t − at)/half_life)`, in points.

    No row means a load of zero.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    load = models.FloatField()
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "person"], name="attention_once")]

    def __str__(self) -> str:
        return f"{self.load:.2f} at {self.at:%F %T}"


class AttentionCharge(TenantModel):
    """One debit (or refund, when negative) in points, with its source. The same source charges once."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10, choices=ChargeKind.choices)
    channel = models.CharField(max_length=10)
    points = models.FloatField()
    at = models.DateTimeField()
    reason = models.CharField(max_length=40)
    source_id = models.UUIDField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "person", "source_id", "reason"], name="attention_charge_once")
        ]
        indexes = [models.Index(fields=["workspace", "person", "-at"], name="attention_charge_of_person")]

    def __str__(self) -> str:
        return f"{self.points:+.2f} {self.reason}"
