"""What the lake consists of, and which events it has yet to take over."""

from uuid import UUID

from django.db import models

from dangol.kit.tenant_models import TenantModel


class LakeFile(TenantModel):
    """
    One Parquet file, never changed once it is written. What is not listed here is not part of the lake.

    A file of events holds all events of its month whose ids lie from `first_id` to `last_id`; no two of them overlap.
    A file of any other table holds the whole table.
    """

    table = models.CharField(max_length=63)
    month = models.DateField(null=True)
    first_id = models.UUIDField(null=True)
    last_id = models.UUIDField(null=True)
    rows = models.BigIntegerField()
    size = models.BigIntegerField(help_text="bytes")
    newest_at = models.DateTimeField(null=True)
    made_at = models.DateTimeField()
    replaced_at = models.DateTimeField(null=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "table", "month"], name="lake_file_of_table")]

    def __str__(self) -> str:
        return self.key

    @property
    def key(self) -> str:
        """Where the file lies in the lake."""
        part = f"{self.month:%Y-%m}" if self.month else "whole"
        return f"{self.workspace_id}/{self.table}/{part}/{self.pk}.parquet"

    @property
    def ids(self) -> tuple[UUID, UUID]:
        """The first and the last id that a file of events may hold."""
        assert self.first_id is not None
        assert self.last_id is not None
        return self.first_id, self.last_id


class LakeChange(models.Model):
    """
    Events of one month, from one id to another, that came, changed or went since the lake was last written.

    Table `tracking_lake_change`: triggers on the events fill it in the very transaction that changes them.
    """

    id = models.BigAutoField(primary_key=True)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")
    month = models.DateField()
    first_id = models.UUIDField()
    last_id = models.UUIDField()

    class Meta:
        managed = False
        db_table = "tracking_lake_change"

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.first_id}–{self.last_id}"
