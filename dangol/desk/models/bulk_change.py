"""One change of many rows."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dangol.desk.enums import BulkAction, BulkState, Listed
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class BulkChange(TenantModel):
    """
    What a member does to many rows at once. Its id is the batch under which the history keeps it for undoing.

    `ids` are the `size` rows as they were chosen; `position` is where a run, or its undoing, resumes after a crash;
    `changed` counts the rows that really became different, `left` those that an undo left alone because they were
    changed again since.
    """

    listed = models.CharField(max_length=10, choices=Listed.choices)
    action = models.CharField(max_length=10, choices=BulkAction.choices)
    detail: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    ids = ArrayField(models.UUIDField())
    size = models.PositiveIntegerField()
    position = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    left = models.PositiveIntegerField(default=0)
    state = models.CharField(max_length=10, choices=BulkState.choices, default=BulkState.RUNNING)
    by = TenantForeignKey(Member, on_delete=models.CASCADE)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at"], name="bulk_change_newest")]

    def __str__(self) -> str:
        return f"{self.action} {self.size}"
