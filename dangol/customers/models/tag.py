"""Words that members stick on people and companies."""

from django.db import models

from dangol.customers.models.company import Company
from dangol.customers.models.person import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class Tag(TenantModel):
    """One word, the same for the whole workspace."""

    name = models.CharField(max_length=60)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="tag_once")]

    def __str__(self) -> str:
        return self.name


class Tagging(TenantModel):
    """The word sticks on one person or company."""

    tag = TenantForeignKey(Tag, on_delete=models.CASCADE)
    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    by = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)
    at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "tag", "person", "company"], nulls_distinct=False, name="tagging_once"
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, company__isnull=True)
                | models.Q(person__isnull=True, company__isnull=False),
                name="tagging_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.tag_id} on {self.person_id or self.company_id}"
