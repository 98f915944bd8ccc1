"""A file of people: what it was, how it was read, and what was wrong with it, line by line."""

from typing import Any

from django.db import models

from dangol.customers.enums import ImportState, ProblemCode
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class PeopleImport(TenantModel):
    """One file on its way in. `next_line` is where a run resumes after a crash."""

    file_name = models.CharField(max_length=255)
    content = models.BinaryField()
    encoding = models.CharField(max_length=30)
    delimiter = models.CharField(max_length=1)
    header: "models.JSONField[list[str]]" = models.JSONField(default=list)
    mapping: "models.JSONField[dict[str, str]]" = models.JSONField(default=dict)
    consent: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    state = models.CharField(max_length=10, choices=ImportState.choices, default=ImportState.UPLOADED)
    line_count = models.PositiveIntegerField(default=0)
    next_line = models.PositiveIntegerField(default=0)
    created_count = models.PositiveIntegerField(default=0)
    updated_count = models.PositiveIntegerField(default=0)
    rejected_count = models.PositiveIntegerField(default=0)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at"], name="people_import_newest")]

    def __str__(self) -> str:
        return self.file_name


class ImportProblem(TenantModel):
    """One line that was not taken, and why. The line's text is kept so that it can be mended."""

    people_import = TenantForeignKey(PeopleImport, on_delete=models.CASCADE)
    line = models.PositiveIntegerField()
    code = models.CharField(max_length=40)
    column = models.CharField(max_length=100, blank=True)
    text = models.TextField(blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "people_import", "line", "code", "column"], name="import_problem_once"
            )
        ]

    def __str__(self) -> str:
        return f"line {self.line}: {self.code}"

    @property
    def label(self) -> str:
        """What is wrong, in the reader's language."""
        return str(ProblemCode(self.code).label)
