"""What is kept of people so that nobody reads it by the way: numbers of passports, cards, accounts."""

from django.db import models

from dangol.customers.models.person import Person
from dangol.kit.sealed_columns import SealedTextField
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class SealedField(TenantModel):
    """
    One thing of that kind. No `FieldDefinition`: lists, segments, files, messages and the API never meet it.

    With `is_unique` two people cannot have the same value.
    """

    label = models.CharField(max_length=100)
    help_text = models.CharField(max_length=300, blank=True)
    is_unique = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "label"], name="sealed_field_once")]

    def __str__(self) -> str:
        return self.label


class SealedValue(TenantModel):
    """What it is for one person. `fingerprint` finds the value again, see `kit.sealed_columns.fingerprint`."""

    field = TenantForeignKey(SealedField, on_delete=models.CASCADE, related_name="values")
    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    value = SealedTextField()
    fingerprint = models.CharField(max_length=64)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "person", "field"], name="sealed_value_once")]
        indexes = [models.Index(fields=["workspace", "field", "fingerprint"], name="sealed_value_found")]

    def __str__(self) -> str:
        return "••••••"
