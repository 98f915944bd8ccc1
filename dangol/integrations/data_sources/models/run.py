"""A run of a source, and the rows it could not take."""

from typing import Any

from django.db import models
from django.urls import reverse

from dangol.customers.enums import ProblemCode
from dangol.integrations.data_sources.enums import OPEN, RunState
from dangol.integrations.data_sources.models.source import Source
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class Run(TenantModel):
    """
    One reading of a source. Its id is the batch under which the history keeps what it changed.

    `position` is where to go on after a crash; it moves with the rows, in one transaction. `holder` is the process
    that reads now: a process that lost its place to another writes nothing more. `by` is who asked for it, if anybody.
    """

    source = TenantForeignKey(Source, on_delete=models.CASCADE)
    state = models.CharField(max_length=10, choices=RunState.choices, default=RunState.RUNNING)
    by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    attempts = models.PositiveIntegerField(default=0)
    next_try_at = models.DateTimeField(null=True, blank=True)
    holder = models.UUIDField(null=True, blank=True)
    position: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    cursor_before: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    cursor_after: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    read_count = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    vanished_count = models.PositiveIntegerField(null=True, blank=True)
    drift: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    error = models.CharField(max_length=500, blank=True)
    undone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "source"], condition=models.Q(state__in=OPEN), name="data_source_runs_once"
            )
        ]
        indexes = [models.Index(fields=["workspace", "source", "-started_at"], name="data_source_run_newest")]

    def __str__(self) -> str:
        return f"{self.state} since {self.started_at:%F %T}"

    def get_absolute_url(self) -> str:
        return reverse("data_sources:run", args=[self.source_id, self.pk])

    @property
    def is_open(self) -> bool:
        """Whether it is not over yet."""
        return self.state in OPEN


class RunProblem(MaskedTexts, TenantModel):
    """One row that was not taken, and why. `place` is the file or page, `row` its number there, from 1."""

    run = TenantForeignKey(Run, on_delete=models.CASCADE)
    place = models.CharField(max_length=200, blank=True)
    row = models.PositiveIntegerField()
    column = models.CharField(max_length=200, blank=True)
    code = models.CharField(max_length=40, blank=True)
    text = models.CharField(max_length=500, blank=True)

    masked_texts = ("text",)

    class Meta:
        indexes = [models.Index(fields=["workspace", "run", "row"], name="data_source_problem_rows")]

    def __str__(self) -> str:
        return f"row {self.row}: {self.code}"

    @property
    def reason(self) -> str:
        """What is wrong, in the reader's language."""
        return str(ProblemCode(self.code).label)
