"""What may happen only after others agreed: the rules, the questions, the answers, and who answers for whom."""

from typing import TYPE_CHECKING, Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils.functional import Promise

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.contracts import ApprovalSubject
from dangol.workspaces.enums import ApprovalState, ApproverWay
from dangol.workspaces.models.member import Member

if TYPE_CHECKING:
    from uuid import UUID

OPEN = (ApprovalState.WAITING, ApprovalState.APPROVED)


class Approvers(TenantModel):
    """
    Who has to agree: `needed` of those who have a role, of named members, or of the managers of the asker's branch.

    `role` is a fixed role, or the id of one of the workspace's own. Named members may have to answer in their order.
    """

    way = models.CharField(max_length=10, choices=ApproverWay.choices)
    role = models.CharField(max_length=36, blank=True)
    members = ArrayField(models.UUIDField(), default=list)
    in_order = models.BooleanField(default=False)
    needed = models.PositiveSmallIntegerField(default=1)

    class Meta:
        abstract = True


class ApprovalRule(Approvers):
    """One step of a ladder: from this amount on, these have to agree within so many hours. The highest step counts."""

    subject = models.CharField(max_length=20)
    at_least = models.PositiveBigIntegerField(default=0)
    hours = models.PositiveSmallIntegerField(default=72)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "subject", "at_least"], name="approval_rule_once"),
            models.CheckConstraint(condition=models.Q(needed__gte=1, hours__gte=1), name="approval_rule_asks"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} from {self.at_least}"


class Approval(Approvers):
    """
    One question: may `by` do this, exactly so, to one row?

    `content` is what exactly would happen and `digest` its fingerprint; nothing of a question changes but its state.
    `members` are those who could answer when it was asked, never the asker. A trigger keeps the states: only one that
    waits is approved, only with enough votes, and only one that was approved is used, once.
    """

    subject = models.CharField(max_length=20)
    row_id = models.UUIDField()
    content: "models.JSONField[dict[str, Any]]" = models.JSONField()
    digest = models.CharField(max_length=64)
    amount = models.PositiveBigIntegerField()
    at_least = models.PositiveBigIntegerField()
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=ApprovalState.choices, default=ApprovalState.WAITING)
    ended_at = models.DateTimeField(null=True)

    by_id: "UUID"

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "subject", "row_id"],
                condition=models.Q(state__in=["waiting", "approved"]),
                name="approval_open_once",
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "state", "expires_at"], name="approval_open"),
            models.Index(fields=["workspace", "by", "-asked_at", "-id"], name="approval_asked"),
            models.Index(fields=["workspace", "subject", "row_id", "-asked_at"], name="approval_of_row"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.state}"

    @property
    def title(self) -> Promise:
        """What was asked for, in general."""
        return ApprovalSubject.known[self.subject].title


class ApprovalVote(TenantModel):
    """One answer. `seat` is the approver in whose place `member` answered; most answer in their own."""

    approval = TenantForeignKey(Approval, on_delete=models.CASCADE)
    member = TenantForeignKey(Member, on_delete=models.PROTECT)
    seat = TenantForeignKey(Member, on_delete=models.PROTECT)
    agrees = models.BooleanField()
    note = models.CharField(max_length=300, blank=True)
    digest = models.CharField(max_length=64)
    at = models.DateTimeField()

    member_id: "UUID"
    seat_id: "UUID"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "approval", "seat"], name="approval_seat_once"),
            models.UniqueConstraint(fields=["workspace", "approval", "member"], name="approval_vote_once"),
        ]

    def __str__(self) -> str:
        return "agrees" if self.agrees else "refuses"


class Absence(TenantModel):
    """While a member is away, a colleague answers in the member's place. Nobody answers for who stands in."""

    member = TenantForeignKey(Member, on_delete=models.CASCADE)
    substitute = TenantForeignKey(Member, on_delete=models.CASCADE)
    since = models.DateTimeField()
    until = models.DateTimeField()

    substitute_id: "UUID"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "member"], name="absence_once"),
            models.CheckConstraint(condition=~models.Q(member=models.F("substitute")), name="absence_somebody_else"),
            models.CheckConstraint(condition=models.Q(until__gt=models.F("since")), name="absence_lasts"),
        ]

    def __str__(self) -> str:
        return f"until {self.until:%F}"
