"""Two that were one: the merge, what it moved, and its taking back."""

from typing import Any

from django.db import models

from dangol.customers.models.company import Company
from dangol.customers.models.person import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class Merge(TenantModel):
    """
    One person (or company) was merged into another.

    `before` and `after` are the keeper's whole row; `merged_before` is the row of the other. `joined` counts the rows
    that came, by table. It can be undone as long as this row and its `MergedRow`s exist.
    """

    kept_person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    merged_person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    kept_company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    merged_company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    choices: "models.JSONField[dict[str, str]]" = models.JSONField(default=dict)
    before: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    after: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    merged_before: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    joined: "models.JSONField[dict[str, int]]" = models.JSONField(default=dict)
    batch = models.UUIDField()
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(
                    kept_person__isnull=False,
                    merged_person__isnull=False,
                    kept_company__isnull=True,
                    merged_company__isnull=True,
                )
                | models.Q(
                    kept_person__isnull=True,
                    merged_person__isnull=True,
                    kept_company__isnull=False,
                    merged_company__isnull=False,
                ),
                name="merge_of_one_kind",
            )
        ]
        indexes = [models.Index(fields=["workspace", "-at", "-id"], name="merge_newest")]

    def __str__(self) -> str:
        return f"{self.merged_person_id or self.merged_company_id} into {self.kept_person_id or self.kept_company_id}"


class MergedRow(TenantModel):
    """
    One row that a merge touched.

    `part` says how: "moved" (by `row_id`), "written" by the merge itself (by `row_id`), "linked" to the keeper in
    link fields (by `row_id`, with the fields in `row`), "added" to the keeper's numbers or put "aside" (as it was,
    in `row`).
    """

    merge = TenantForeignKey(Merge, on_delete=models.CASCADE)
    table_name = models.CharField(max_length=63)
    column_name = models.CharField(max_length=63)
    part = models.CharField(max_length=10)
    row_id = models.UUIDField(null=True, blank=True)
    row: "models.JSONField[dict[str, Any]]" = models.JSONField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "merge", "table_name"], name="merged_row_of_merge")]

    def __str__(self) -> str:
        return f"{self.part} {self.table_name} {self.row_id}"


class Unmerge(TenantModel):
    """Who took a merge back and when. `left` names the fields that were changed since and therefore stay."""

    merge = TenantForeignKey(Merge, on_delete=models.CASCADE)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    at = models.DateTimeField()
    left: "models.JSONField[list[str]]" = models.JSONField(default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "merge"], name="merge_undone_once")]

    def __str__(self) -> str:
        return f"undone at {self.at:%F %T}"
