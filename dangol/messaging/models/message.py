"""The outbox, and what came back."""

from typing import Any

from django.db import models

from dangol.customers.enums import Channel, Purpose
from dangol.customers.models import Person
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.messaging.enums import MessageState, ReactionKind
from dangol.messaging.models.decision import PolicyDecision
from dangol.messaging.models.template import TemplateVersion


class Message(MaskedTexts, TenantModel):
    """
    One contact with one person. `send_key` is unique in the workspace: the same reason sends once.

    `origin_id` is what asked for it (a campaign). The row and its decision are committed before any network call.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    template_version = TenantForeignKey(TemplateVersion, on_delete=models.PROTECT)
    decision = TenantForeignKey(PolicyDecision, on_delete=models.PROTECT)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    origin_id = models.UUIDField()
    send_key = models.CharField(max_length=120)
    address = models.CharField(max_length=320)
    state = models.CharField(max_length=12, choices=MessageState.choices, default=MessageState.QUEUED)
    due_at = models.DateTimeField()
    expires_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    claimed_by = models.CharField(max_length=60, blank=True)
    claimed_at = models.DateTimeField(null=True, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)
    error = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    masked_texts = ("address", "error")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "send_key"], name="message_send_key_once")]
        indexes = [
            models.Index(
                fields=["workspace", "due_at", "id"],
                name="message_due",
                condition=models.Q(state__in=["queued", "held", "handing_off"]),
            ),
            models.Index(fields=["workspace", "person", "-sent_at"], name="message_of_person"),
            models.Index(fields=["workspace", "origin_id", "state"], name="message_of_origin"),
        ]

    def __str__(self) -> str:
        return f"{self.channel} to {self.address}: {self.state}"


class Reaction(MaskedTexts, TenantModel):
    """
    One answer to a message. Evidence is kept; `machine` is the probability that no human did it.

    Opens and clicks of machines never count as a person's.
    """

    message = TenantForeignKey(Message, on_delete=models.CASCADE)
    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    kind = models.CharField(max_length=12, choices=ReactionKind.choices)
    at = models.DateTimeField()
    machine = models.FloatField(default=0.0)
    evidence: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)

    masked_texts = ("evidence",)

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "message", "kind"], name="reaction_of_message"),
            models.Index(fields=["workspace", "person", "-at"], name="reaction_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%F %T}"
