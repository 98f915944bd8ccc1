"""What changed, when, by whom and why: written by triggers, never by hand."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.db import models

from dangol.customers.enums import ChangeVerb
from dangol.customers.masks import OF_PEOPLE, mask_history
from dangol.kit.masking import MaskedRow
from dangol.kit.tenant_models import TenantForeignKey
from dangol.workspaces.models import Member

if TYPE_CHECKING:
    from uuid import UUID


class Change(MaskedRow):
    """
    One change of one row. `before` and `after` hold only the columns that changed; of a removal `before` is all of it.

    Of a column that holds an object (`fields`, `won`), only the keys that changed. `about_id` is the person, company or
    household on whose page it is told: a relation leaves one line for each end. Ids ascend in the order of changes.
    The links carry no constraint: a hundred thousand lines would check them one by one.
    """

    id = models.BigAutoField(primary_key=True)
    workspace = models.ForeignKey(
        "workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+", db_index=False, db_constraint=False
    )
    kind = models.CharField(max_length=40)
    verb = models.CharField(max_length=10, choices=ChangeVerb.choices)
    object_id = models.UUIDField()
    about_id = models.UUIDField()
    at = models.DateTimeField()
    member = TenantForeignKey(Member, on_delete=models.DO_NOTHING, null=True)
    reason = models.CharField(max_length=100)
    batch = models.UUIDField(null=True)
    before: "models.JSONField[dict[str, Any] | None]" = models.JSONField(null=True)
    after: "models.JSONField[dict[str, Any] | None]" = models.JSONField(null=True)

    member_id: "UUID | None"
    objects: ClassVar[models.Manager["Change"]]

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "about_id", "-id"], name="change_about"),
            models.Index(
                fields=["workspace", "batch", "kind", "object_id"],
                name="change_of_batch",
                condition=models.Q(batch__isnull=False),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.verb} of {self.kind} {self.object_id}"

    def put_masks(self, names: frozenset[str]) -> bool:
        if self.kind not in OF_PEOPLE:
            return False
        masked = [mask_history(told, names) for told in (self.before, self.after) if told]
        return any(masked)
