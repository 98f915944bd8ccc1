"""The rights of a person over what we know: requests, restriction, the copy that is handed over, who was erased."""

from datetime import datetime
from typing import Any

from django.db import models

from dangol.customers.enums import RefusalGround, RequestSource, RequestState, RightKind, RightsLaw
from dangol.customers.models.person import Person
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class RightsRequest(MaskedTexts, TenantModel):
    """
    A person asked for something that the law gives them, and what came of it.

    After an erasure the row stays as proof and names nobody: `person` and all texts are emptied, `results` counts rows
    by table. `due_at` follows from the law. `by_person` says that they asked themselves, by link: who answers a mail to
    a known address has proven who they are. `identity_proof` tells how else it was proven.
    """

    person = TenantForeignKey(Person, on_delete=models.SET_NULL, null=True, blank=True)
    kind = models.CharField(max_length=12, choices=RightKind.choices)
    state = models.CharField(max_length=12, choices=RequestState.choices, default=RequestState.OPEN)
    law = models.CharField(max_length=10, choices=RightsLaw.choices, default=RightsLaw.PIPA, db_default=RightsLaw.PIPA)
    source = models.CharField(
        max_length=10, choices=RequestSource.choices, default=RequestSource.LINK, db_default=RequestSource.LINK
    )
    by_person = models.BooleanField(default=False)
    identity_proof = models.CharField(max_length=200, blank=True, default="", db_default="")
    asked_at = models.DateTimeField()
    due_at = models.DateTimeField()
    extensions = models.PositiveSmallIntegerField(default=0, db_default=0)
    extension_reason = models.CharField(max_length=300, blank=True, default="", db_default="")
    note = models.CharField(max_length=500, blank=True)
    reply = models.TextField(blank=True, default="", db_default="")
    refusal_ground = models.CharField(
        max_length=10, choices=RefusalGround.choices, blank=True, default="", db_default=""
    )
    owner = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)
    taken_by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)
    done_by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)
    done_at = models.DateTimeField(null=True, blank=True)
    results: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(default=list, blank=True)

    masked_texts = ("identity_proof", "extension_reason", "note", "reply")

    class Meta:
        indexes = [models.Index(fields=["workspace", "state", "due_at"], name="rights_request_due")]

    def __str__(self) -> str:
        return f"{self.kind}: {self.state}"

    @property
    def is_pending(self) -> bool:
        """Whether it still has to be answered."""
        return self.state in {RequestState.OPEN, RequestState.WORKING}

    def is_late(self, now: datetime) -> bool:
        """Whether it should have been answered by now."""
        return self.is_pending and self.due_at < now


class Restriction(MaskedTexts, TenantModel):
    """From `at` until `lifted_at` nothing is sent to a person, no list is made with them and nothing is computed."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    reason = models.CharField(max_length=300)
    at = models.DateTimeField()
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    lifted_at = models.DateTimeField(null=True, blank=True)
    lifted_by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)

    masked_texts = ("reason",)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "person"], condition=models.Q(lifted_at=None), name="restriction_once"
            )
        ]

    def __str__(self) -> str:
        return f"restricted since {self.at:%F}"


class RightsCopy(TenantModel):
    """All that we know about a person, packed to be handed over. `content` is a zip file; it goes after seven days."""

    request = TenantForeignKey(RightsRequest, on_delete=models.CASCADE)
    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    content = models.BinaryField()
    made_at = models.DateTimeField()
    expires_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "request"], name="rights_copy_once")]

    def __str__(self) -> str:
        return f"copy of {self.made_at:%F %T}"


class ErasedKey(TenantModel):
    """
    An address, number or customer number of somebody who was erased, unreadable (`crypto.blind_index`).

    It keeps an old file from bringing the person back. It leads to nobody.
    """

    digest = models.CharField(max_length=64)
    erased_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "digest"], name="erased_key_once")]

    def __str__(self) -> str:
        return self.digest[:8]
