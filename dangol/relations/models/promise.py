"""Promises to a person, and hurts that are still open."""

from django.db import models

from dangol.customers.models import Person
from dangol.kit.masking import MaskedTexts
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.relations.enums import PromiseOutcome
from dangol.workspaces.models import Member


class Promise(MaskedTexts, TenantModel):
    """Who promised whom what by when, in the exact words. Open until it has a `PromiseEnd`."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    sentence = models.TextField()
    due_at = models.DateTimeField()
    made_at = models.DateTimeField()

    masked_texts = ("sentence",)

    class Meta:
        indexes = [models.Index(fields=["workspace", "person", "due_at"], name="promise_of_person")]

    def __str__(self) -> str:
        return self.sentence


class PromiseEnd(MaskedTexts, TenantModel):
    """How, when and by whom a promise ended."""

    promise = TenantForeignKey(Promise, on_delete=models.CASCADE)
    outcome = models.CharField(max_length=20, choices=PromiseOutcome.choices)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    masked_texts = ("note",)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "promise"], name="promise_ends_once")]

    def __str__(self) -> str:
        return self.outcome


class Hurt(MaskedTexts, TenantModel):
    """A complaint or a wound that we know of. While it is open, marketing is silent."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    reason = models.TextField()
    opened_at = models.DateTimeField()
    by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)

    masked_texts = ("reason",)

    class Meta:
        indexes = [models.Index(fields=["workspace", "person"], name="hurt_of_person")]

    def __str__(self) -> str:
        return self.reason


class HurtResolution(MaskedTexts, TenantModel):
    """Who made it good, when and how."""

    hurt = TenantForeignKey(Hurt, on_delete=models.CASCADE)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    at = models.DateTimeField()
    note = models.TextField(blank=True)

    masked_texts = ("note",)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "hurt"], name="hurt_resolved_once")]

    def __str__(self) -> str:
        return self.note
