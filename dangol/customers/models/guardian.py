"""Guardians who agreed for a child."""

from django.db import models

from dangol.customers.enums import GuardianMethod
from dangol.customers.models.person import Person
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class GuardianConsent(MaskedTexts, TenantModel):
    """
    A guardian agreed that the data of a child under 14 is processed and the child written to (PIPA 22-2).

    It stands from `at` until `withdrawn_at`. Without one that stands, what the child agreed to does not count.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    guardian_name = models.CharField(max_length=200)
    guardian_contact = models.CharField(max_length=320)
    method = models.CharField(max_length=10, choices=GuardianMethod.choices)
    evidence = models.CharField(max_length=500)
    at = models.DateTimeField()
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    withdrawn_at = models.DateTimeField(null=True, blank=True)
    withdrawn_by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)

    masked_texts = ("guardian_name", "guardian_contact", "evidence")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "person"], condition=models.Q(withdrawn_at=None), name="guardian_once"
            )
        ]

    def __str__(self) -> str:
        return f"guardian's consent of {self.at:%F}"
