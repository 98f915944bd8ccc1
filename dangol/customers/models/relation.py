"""Who has to do with whom, in what way, from when to when."""

from django.db import models

from dangol.customers.enums import RelationKind
from dangol.customers.models.company import Company, Household
from dangol.customers.models.person import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member

ENDS = ("person", "company", "household")


def _exactly_one(side: str) -> models.Q:
    """Return the condition that exactly one of the three links of this side is set."""
    whole = models.Q()
    for chosen in ENDS:
        one = models.Q()
        for end in ENDS:
            one &= models.Q(**{f"{side}_{end}__isnull": end != chosen})
        whole |= one
    return whole


class Relation(TenantModel):
    """
    One typed relation: `source` works at, decides for, influences, is family of, … `target`.

    `since` and `until` are days; a relation without `until` holds today. `confidence` is a percentage: a person who
    says so is 100, a guess from an address is less.
    """

    kind = models.CharField(max_length=20, choices=RelationKind.choices)
    source_person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    source_company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    source_household = TenantForeignKey(Household, on_delete=models.CASCADE, null=True, blank=True)
    target_person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    target_company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    target_household = TenantForeignKey(Household, on_delete=models.CASCADE, null=True, blank=True)
    title = models.CharField(max_length=100, blank=True)
    since = models.DateField(null=True, blank=True)
    until = models.DateField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    origin = models.CharField(max_length=60)
    confidence = models.PositiveSmallIntegerField(default=100)
    by = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.CheckConstraint(condition=_exactly_one("source"), name="relation_one_source"),
            models.CheckConstraint(condition=_exactly_one("target"), name="relation_one_target"),
            models.CheckConstraint(
                condition=models.Q(until__isnull=True)
                | models.Q(since__isnull=True)
                | models.Q(until__gte=models.F("since")),
                name="relation_ends_after_it_begins",
            ),
            models.UniqueConstraint(
                fields=[
                    "workspace", "kind", "source_person", "source_company", "source_household",
                    "target_person", "target_company", "target_household",
                ],
                condition=models.Q(until__isnull=True),
                nulls_distinct=False,
                name="relation_holds_once",
            ),
        ]  # fmt: skip

    def __str__(self) -> str:
        return f"{self.kind} {self.pk}"
