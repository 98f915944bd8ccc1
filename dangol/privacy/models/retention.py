"""How long a workspace keeps what, and what was deleted for it."""

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class RetentionChoice(TenantModel):
    """
    After how many days the rows of one table go. While `is_on` is false, none do.

    What may be chosen stands beside the table's model: see `workspaces.contracts.Period`.
    """

    table = models.CharField(max_length=63)
    days = models.PositiveIntegerField()
    is_on = models.BooleanField(default=False)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "table"], name="retention_choice_once")]

    def __str__(self) -> str:
        return f"{self.table}: {self.days} days"


class RetentionRun(TenantModel):
    """One run over one table: all that was older than `before` went. Open until `finished_at`, then its report."""

    table = models.CharField(max_length=63)
    before = models.DateTimeField()
    deleted = models.PositiveBigIntegerField(default=0)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "table"], condition=models.Q(finished_at=None), name="retention_run_open_once"
            )
        ]
        indexes = [models.Index(fields=["workspace", "-started_at", "-id"], name="retention_run_newest")]

    def __str__(self) -> str:
        return f"{self.table}: {self.deleted} deleted"
