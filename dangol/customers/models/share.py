"""One row, shown to somebody whose rights do not reach it."""

from typing import TYPE_CHECKING

from django.db import models

from dangol.customers.models.company import Company
from dangol.customers.models.custom_record import CustomRecord
from dangol.customers.models.person import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member, Team

if TYPE_CHECKING:
    from uuid import UUID


class Share(TenantModel):
    """
    A person, a company or a record, shared with a member or a team until a moment. Ending it moves that moment.

    It widens how far a right reaches, never what a role may do: who may change nothing changes nothing here either.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    record = TenantForeignKey(CustomRecord, on_delete=models.CASCADE, null=True, blank=True)
    member = TenantForeignKey(Member, on_delete=models.CASCADE, null=True, blank=True)
    team = TenantForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True)
    may_change = models.BooleanField(default=False)
    until = models.DateTimeField()
    by = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True)
    at = models.DateTimeField()

    person_id: "UUID | None"
    company_id: "UUID | None"
    record_id: "UUID | None"

    class Meta:
        constraints = [
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, company__isnull=True, record__isnull=True)
                | models.Q(person__isnull=True, company__isnull=False, record__isnull=True)
                | models.Q(person__isnull=True, company__isnull=True, record__isnull=False),
                name="share_one_row",
            ),
            models.CheckConstraint(
                condition=models.Q(member__isnull=False, team__isnull=True)
                | models.Q(member__isnull=True, team__isnull=False),
                name="share_with_one",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or self.company_id or self.record_id} until {self.until:%F}"
