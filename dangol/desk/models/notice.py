"""Of what members are told by mail, and of what they were."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.enums import NoticeKind
from dangol.workspaces.models import Member


class NoticeChoice(TenantModel):
    """What a member chose: one mail every morning instead of one at once, and the kinds (`NoticeKind`) left out."""

    member = TenantForeignKey(Member, on_delete=models.CASCADE)
    is_daily = models.BooleanField(default=False)
    left_out = ArrayField(models.CharField(max_length=10), default=list)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "member"], name="notice_choice_once")]

    def __str__(self) -> str:
        return f"all but {', '.join(self.left_out) or 'none'}"


class Notice(TenantModel):
    """
    One thing of which a member is told by mail, once. `about` is a name that the room gave to an `Alarm`.

    `left_at` is set before the mail is handed over, and taken back only if the server surely did not take it.
    """

    member = TenantForeignKey(Member, on_delete=models.CASCADE)
    kind = models.CharField(max_length=10, choices=NoticeKind.choices)
    about = models.CharField(max_length=60)
    noted_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member", "kind", "about"], name="notice_once"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.about}"
