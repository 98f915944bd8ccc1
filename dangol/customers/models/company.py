"""Companies and who belongs to them."""

from typing import Any

from django.db import models

from dangol.customers.models.person import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel


class Company(TenantModel):
    """A firm, known by name and by the id another system gave it."""

    name = models.CharField(max_length=200, blank=True)
    external_id = models.CharField(max_length=200)
    fields: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "external_id"], name="company_external_id_once")]

    def __str__(self) -> str:
        return self.name or self.external_id


class CompanyMembership(TenantModel):
    """A person belongs to a company."""

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    company = TenantForeignKey(Company, on_delete=models.CASCADE)
    since = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "person", "company"], name="company_membership_once")
        ]

    def __str__(self) -> str:
        return f"{self.person_id} at {self.company_id}"
