"""One line of a customer's story."""

from typing import Any

from django.db import models

from dangol.customers.models import Person
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.relations.enums import Chapter


class StoryEntry(MaskedTexts, TenantModel):
    """
    Something worth telling, with its source row. Append-only.

    `kind` names a class of `relations.sentences` that tells it in Korean and English from `details`.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    kind = models.CharField(max_length=40)
    chapter = models.CharField(max_length=20, choices=Chapter.choices)
    at = models.DateTimeField()
    details: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    source_table = models.CharField(max_length=60)
    source_id = models.UUIDField()
    recorded_at = models.DateTimeField(auto_now_add=True)

    masked_texts = ("details",)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "person", "kind", "source_id"], name="story_entry_once")
        ]
        indexes = [models.Index(fields=["workspace", "person", "-at", "-id"], name="story_of_person")]

    def __str__(self) -> str:
        return f"{self.kind} at {self.at:%F}"
