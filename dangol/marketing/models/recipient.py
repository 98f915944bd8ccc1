"""A person in a campaign's fixed audience."""

from django.db import models

from dangol.customers.models import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.marketing.enums import Arm
from dangol.marketing.models.campaign import Campaign
from dangol.messaging.models import PolicyDecision


class Recipient(TenantModel):
    """
    One person of the audience as it was at launch.

    `arm` is stable per cluster (people who share an address), assigned before the policy is asked; `started_at` to
    `ended_at` is how long the person was in it. `decision` says what the policy answered.
    """

    campaign = TenantForeignKey(Campaign, on_delete=models.CASCADE)
    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    cluster = models.CharField(max_length=80)
    arm = models.CharField(max_length=10, choices=Arm.choices)
    decision = TenantForeignKey(PolicyDecision, on_delete=models.PROTECT, null=True, blank=True)
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "campaign", "person"], name="recipient_once")]
        indexes = [
            models.Index(fields=["workspace", "campaign", "arm"], name="recipient_of_arm"),
            models.Index(fields=["workspace", "person"], name="recipient_of_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id} {self.arm}"
