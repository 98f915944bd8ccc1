"""How much a workspace may use, and how much it did."""

from django.db import models

from dangol.kit.tenant_models import TenantModel
from dangol.workspaces.enums import Limited


class Limit(TenantModel):
    """The most that a workspace may have or do of something. Without a row there is no limit."""

    what = models.CharField(max_length=20, choices=Limited.choices)
    most = models.PositiveBigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "what"], name="limit_once")]

    def __str__(self) -> str:
        return f"{self.what}: {self.most}"


class Use(TenantModel):
    """
    What was used since a moment: the beginning of an hour for API calls, of the workspace's day for the rest.

    Of what is had at a time it holds how much there was when it was last measured that day.
    """

    what = models.CharField(max_length=20, choices=Limited.choices)
    began_at = models.DateTimeField()
    amount = models.BigIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "what", "began_at"], name="use_once")]

    def __str__(self) -> str:
        return f"{self.amount} {self.what}"
