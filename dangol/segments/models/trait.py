"""What the workspace works out of everybody's events."""

from typing import Any

from django.db import models

from dangol.kit.tenant_models import TenantModel


class ComputedTrait(TenantModel):
    """A named question to the events of each person (see `conditions/traits.py` for its JSON)."""

    name = models.CharField(max_length=120)
    question: "models.JSONField[dict[str, Any]]" = models.JSONField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="trait_name_once")]

    def __str__(self) -> str:
        return self.name
