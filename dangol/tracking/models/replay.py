"""Making anew what follows from stored events."""

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.tracking.enums import ReplayState
from dangol.workspaces.models import Member


class Replay(TenantModel):
    """
    One replay of what happened from `since` until before `until`, person by person.

    `after` is the last person who is done: it goes on behind them. `people` is empty until they are counted.
    """

    since = models.DateTimeField()
    until = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ReplayState.choices, default=ReplayState.RUNNING)
    after = models.UUIDField(null=True, blank=True)
    people = models.PositiveIntegerField(null=True, blank=True)
    done = models.PositiveIntegerField(default=0)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace"], condition=models.Q(state=ReplayState.RUNNING), name="replay_one_at_a_time"
            )
        ]
        indexes = [models.Index(fields=["workspace", "-created_at", "-id"], name="replay_newest")]

    def __str__(self) -> str:
        return f"{self.since:%F %T} to {self.until:%F %T}"
