"""How the house is divided: branches, and teams within them."""

from django.db import models

from dangol.kit.tenant_models import TenantForeignKey, TenantModel


class Branch(TenantModel):
    """A part of the organisation. A right to a branch reaches into all branches below it."""

    name = models.CharField(max_length=100)
    parent = TenantForeignKey("self", on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="branch_name_once")]

    def __str__(self) -> str:
        return self.name


class Team(TenantModel):
    """People who share customers. `external_id` is what the directory of the company calls them (SCIM)."""

    name = models.CharField(max_length=100)
    external_id = models.CharField(max_length=255, blank=True, db_default="")
    branch = TenantForeignKey(Branch, on_delete=models.PROTECT, null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="team_name_once")]

    def __str__(self) -> str:
        return self.name
