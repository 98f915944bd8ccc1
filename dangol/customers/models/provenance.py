"""Where what we know came from: further ways to reach somebody, and what each source last said."""

from typing import Any

from django.db import models

from dangol.customers.enums import ContactKind, ContactUse
from dangol.customers.masks import mask_value_of, put_masks
from dangol.customers.models.company import Company
from dangol.customers.models.person import Person
from dangol.kit.masking import MaskedRow
from dangol.kit.tenant_models import TenantForeignKey, TenantModel


def _one_subject() -> models.Q:
    return models.Q(person__isnull=False, company__isnull=True) | models.Q(person__isnull=True, company__isnull=False)


class ContactPoint(MaskedRow, TenantModel):
    """
    One more way to reach a person or a company: a second phone, the office address, the number of the family.

    Unlike an `Identity` it recognises nobody and may be shared by many. `value` is normalised (E.164, lower case);
    `parts` holds a postal address as parts: postal_code, road, building, detail. `confidence` is a percentage.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    kind = models.CharField(max_length=10, choices=ContactKind.choices)
    use = models.CharField(max_length=10, choices=ContactUse.choices, default=ContactUse.OTHER)
    value = models.CharField(max_length=320)
    parts: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    is_shared = models.BooleanField(default=False)
    origin = models.CharField(max_length=60)
    confidence = models.PositiveSmallIntegerField(default=100)
    first_told_at = models.DateTimeField()
    last_told_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_subject(), name="contact_point_one_subject"),
            models.UniqueConstraint(
                fields=["workspace", "person", "company", "kind", "value"],
                nulls_distinct=False,
                name="contact_point_once",
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "kind", "value"], name="contact_point_by_value"),
            models.Index(
                fields=["workspace", "kind", "value"], name="contact_point_shared", condition=models.Q(is_shared=True)
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    def put_masks(self, names: frozenset[str]) -> bool:
        return self.company_id is None and mask_value_of(self, names)


class Telling(MaskedRow, TenantModel):
    """
    What one source last said about a person or company: the material of the golden record.

    Kept from the second source on. Whoever is known from one source only needs none: everything came from `origin`.
    `told` maps field to value; `told_at` maps field to the moment it was said, in ISO 8601.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    origin = models.CharField(max_length=60)
    told: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    told_at: "models.JSONField[dict[str, str]]" = models.JSONField(default=dict)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_one_subject(), name="telling_one_subject"),
            models.UniqueConstraint(
                fields=["workspace", "person", "company", "origin"], nulls_distinct=False, name="telling_once"
            ),
        ]

    def __str__(self) -> str:
        return f"what {self.origin} said"

    def put_masks(self, names: frozenset[str]) -> bool:
        return self.company_id is None and put_masks(self.told, names)


class SourceTrust(TenantModel):
    """How far a source is trusted, 0 to 100: of two sources the higher wins a field, at the same rank the newer."""

    origin = models.CharField(max_length=60)
    rank = models.PositiveSmallIntegerField(default=50)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "origin"], name="source_trust_once")]

    def __str__(self) -> str:
        return f"{self.origin}: {self.rank}"
