"""Two that may be one, and the keys by which they are found."""

from typing import Any

from django.db import models

from dangol.customers.enums import PairState, ScanState
from dangol.customers.models.company import Company
from dangol.customers.models.person import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class DuplicatePair(TenantModel):
    """
    Two people (or companies) that may be one, the smaller id first.

    `score` is the probability, 0 to 1. `evidence` lists what was compared: field, how far it agrees, and what that
    counts in bits. "Not the same" is remembered for ever: no scan opens the pair again.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    other_person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    other_company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    score = models.FloatField()
    evidence: "models.JSONField[list[dict[str, Any]]]" = models.JSONField(default=list)
    state = models.CharField(max_length=10, choices=PairState.choices, default=PairState.OPEN)
    found_at = models.DateTimeField()
    decided_by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)
    decided_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "person", "other_person"],
                name="duplicate_people_once",
                condition=models.Q(person__isnull=False),
            ),
            models.UniqueConstraint(
                fields=["workspace", "company", "other_company"],
                name="duplicate_companies_once",
                condition=models.Q(company__isnull=False),
            ),
            models.CheckConstraint(
                condition=models.Q(
                    person__lt=models.F("other_person"), company__isnull=True, other_company__isnull=True
                )
                | models.Q(company__lt=models.F("other_company"), person__isnull=True, other_person__isnull=True),
                name="duplicate_of_one_kind",
            ),
        ]
        indexes = [
            models.Index(
                fields=["workspace", "-score", "-id"], name="duplicate_likeliest", condition=models.Q(state="open")
            ),
            models.Index(fields=["workspace", "person"], name="duplicate_of_person"),
            models.Index(fields=["workspace", "other_person"], name="duplicate_of_other_person"),
        ]

    def __str__(self) -> str:
        return f"{self.person_id or self.company_id} ~ {self.other_person_id or self.other_company_id}"


class DuplicateScan(TenantModel):
    """One comparison of everybody with everybody: who asked, how far it is, what it found. Counts are people."""

    kind = models.CharField(max_length=10, choices=[("person", "person"), ("company", "company")], default="person")
    state = models.CharField(max_length=10, choices=ScanState.choices, default=ScanState.WAITING)
    done = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    found = models.PositiveIntegerField(default=0)
    by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)
    started_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-started_at"], name="duplicate_scan_newest")]

    def __str__(self) -> str:
        return f"{self.state}: {self.done} of {self.total}"


class MatchKey(models.Model):
    """
    A person can be compared with those who have the same key: a hash of what duplicates usually share.

    Table `customers_matchkey`, key (workspace, key, person). Row-level security lets an equality use its index.
    """

    person = models.OneToOneField("customers.Person", on_delete=models.DO_NOTHING, primary_key=True, related_name="+")
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")
    key = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "customers_matchkey"

    def __str__(self) -> str:
        return str(self.key)


class ToCompare(models.Model):
    """A person who came or changed, and was not compared since. Table `customers_tocompare` is kept by triggers."""

    id = models.BigAutoField(primary_key=True)
    person = models.ForeignKey("customers.Person", on_delete=models.DO_NOTHING, related_name="+")
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        managed = False
        db_table = "customers_tocompare"

    def __str__(self) -> str:
        return str(self.person_id)


class CompanyMatchKey(models.Model):
    """The same of a company. Table `customers_companymatchkey`."""

    company = models.OneToOneField("customers.Company", on_delete=models.DO_NOTHING, primary_key=True, related_name="+")
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")
    key = models.BigIntegerField()

    class Meta:
        managed = False
        db_table = "customers_companymatchkey"

    def __str__(self) -> str:
        return str(self.key)


class CompanyToCompare(models.Model):
    """A company that came or changed. Table `customers_companytocompare` is kept by triggers."""

    id = models.BigAutoField(primary_key=True)
    company = models.ForeignKey("customers.Company", on_delete=models.DO_NOTHING, related_name="+")
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")

    class Meta:
        managed = False
        db_table = "customers_companytocompare"

    def __str__(self) -> str:
        return str(self.company_id)
