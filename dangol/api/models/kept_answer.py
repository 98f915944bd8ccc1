"""Answers that are given again."""

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import ApiKey


class KeptAnswer(TenantModel):
    """
    What one key was answered to a POST with an Idempotency-Key, kept for a day.

    `status` is 0 until the answer is known; nobody but the transaction that is at work sees such a row.
    """

    key = TenantForeignKey(ApiKey, on_delete=models.CASCADE)
    sent = models.CharField(max_length=255)
    asked_digest = models.CharField(max_length=64)
    status = models.PositiveSmallIntegerField(default=0)
    headers: "models.JSONField[dict[str, str]]" = models.JSONField(default=dict)
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key", "sent"], name="kept_answer_once")]
        indexes = [models.Index(fields=["workspace", "created_at"], name="kept_answer_oldest")]

    def __str__(self) -> str:
        return self.sent
