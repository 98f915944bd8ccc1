"""What people agreed to: an append-only ledger, and its newest line per purpose and channel."""

from typing import Any

from django.db import models

from dangol.customers.enums import Channel, ConsentBasis, ConsentState, Purpose
from dangol.customers.models.person import Person
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantForeignKey, TiedModel
from dangol.workspaces.models import Member


class ConsentTerms(TiedModel):
    """What one line of consent says."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    state = models.CharField(max_length=10, choices=ConsentState.choices)
    night = models.BooleanField(default=False)
    basis = models.CharField(max_length=20, choices=ConsentBasis.choices, default=ConsentBasis.EXPLICIT)
    expires_at = models.DateTimeField(null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        abstract = True


class ConsentEntry(MaskedTexts, ConsentTerms):
    """One line of the ledger, with its evidence. Never changed: a trigger refuses."""

    wording_version = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=60)
    evidence: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)
    recorded_at = models.DateTimeField(auto_now_add=True)

    masked_texts = ("evidence",)

    class Meta:
        indexes = [models.Index(fields=["workspace", "person", "-at"], name="consent_entry_of_person")]

    def __str__(self) -> str:
        return f"{self.state} {self.purpose}/{self.channel}"


class Consent(ConsentTerms):
    """The newest ledger line per person, purpose and channel; rebuilt from the ledger at any time."""

    entry = TenantForeignKey(ConsentEntry, on_delete=models.CASCADE)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "person", "purpose", "channel"], name="consent_standing_once")
        ]

    def __str__(self) -> str:
        return f"{self.state} {self.purpose}/{self.channel}"
