"""Firms and families: with whom people belong together."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from dangol.customers.models.owned import OwnedQuerySet
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.enums import Kind
from dangol.workspaces.models import Member


class CompanyQuerySet(OwnedQuerySet["Company"]):
    """Where every read of companies starts."""

    kind = Kind.COMPANIES


class Company(TenantModel):
    """
    A firm. `business_number` is the 사업자등록번호: ten digits without hyphens, its check digit verified.

    A company in the trash (`deleted_at`) is hidden from every read by the table's own policy; see `tenancy.open_trash`.
    """

    name = models.CharField(max_length=200, blank=True)
    business_number = models.CharField(max_length=10, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    domain = models.CharField(max_length=253, blank=True)
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    country = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=12, blank=True)
    city = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=300, blank=True)
    industry = models.CharField(max_length=100, blank=True)
    owner = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)
    fields: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    origin = models.CharField(max_length=60, blank=True)
    won: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    bigrams = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    initials = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)
    merged_into = TenantForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True)

    objects: ClassVar[CompanyQuerySet] = CompanyQuerySet.as_manager()  # type: ignore[assignment] # manager of the queryset

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "external_id"],
                name="company_external_id_once",
                condition=~models.Q(external_id=""),
            ),
            models.UniqueConstraint(
                fields=["workspace", "business_number"],
                name="company_business_number_once",
                condition=~models.Q(business_number=""),
            ),
        ]
        indexes = [
            models.Index(fields=["workspace", "-created_at", "-id"], name="company_newest"),
            models.Index(fields=["workspace", "updated_at", "id"], name="company_by_change"),
            models.Index(fields=["workspace", "name", "id"], name="company_by_name"),
            models.Index(fields=["workspace", "email"], name="company_by_email", condition=~models.Q(email="")),
            models.Index(fields=["workspace", "phone"], name="company_by_phone", condition=~models.Q(phone="")),
            models.Index(fields=["workspace", "initials"], name="company_by_initials"),
            models.Index(fields=["workspace", "domain"], name="company_by_domain", condition=~models.Q(domain="")),
        ]

    def __str__(self) -> str:
        return self.name or self.external_id or str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("company", args=[self.pk])


class Household(TenantModel):
    """People who live together, as somebody who knows them said. Nobody is put into one by guessing."""

    name = models.CharField(max_length=200)
    address = models.CharField(max_length=300, blank=True)
    note = models.CharField(max_length=500, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("customers:household", args=[self.pk])
