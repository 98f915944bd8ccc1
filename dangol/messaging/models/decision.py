"""What the contact policy answered, and from which facts, so that it can be replayed."""

from typing import Any

from django.db import models

from dangol.customers.enums import Channel, Purpose
from dangol.customers.models import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.messaging.enums import Outcome, Stage


class PolicyDecision(TenantModel):
    """One answer. `reasons` are codes in rule order; `facts` is all that the rules looked at. Append-only."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    stage = models.CharField(max_length=10, choices=Stage.choices)
    outcome = models.CharField(max_length=10, choices=Outcome.choices)
    hold_until = models.DateTimeField(null=True, blank=True)
    reasons: "models.JSONField[list[str]]" = models.JSONField(default=list)
    facts: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    origin_id = models.UUIDField()
    at = models.DateTimeField()

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "person", "-at"], name="decision_of_person"),
            models.Index(fields=["workspace", "origin_id"], name="decision_of_origin"),
        ]

    def __str__(self) -> str:
        return f"{self.outcome} {','.join(self.reasons)}"
