"""A breach of personal data, and what was done about it."""

from datetime import datetime, timedelta

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.privacy.enums import BreachCause, Risk, StepKind
from dangol.segments.models import Segment
from dangol.workspaces.enums import DataSort
from dangol.workspaces.models import Member

HOURS = 72


class Breach(TenantModel):
    """
    Personal data got lost, out or into wrong hands, or may have: `is_certain` is false while it is only suspected.

    The clock runs from `found_at`, when the house came to know. `people_count` was counted in `segment` or told.
    The texts are what people and authorities are told.
    """

    title = models.CharField(max_length=200)
    cause = models.CharField(max_length=10, choices=BreachCause.choices)
    is_certain = models.BooleanField(default=True)
    found_at = models.DateTimeField()
    happened_at = models.DateTimeField(null=True, blank=True)
    happened = models.TextField()
    sorts = ArrayField(models.CharField(max_length=12, choices=DataSort.choices))
    has_sensitive = models.BooleanField(default=False)
    is_gdpr = models.BooleanField(default=False)
    risk = models.CharField(max_length=10, choices=Risk.choices, default=Risk.SOME)
    people_count = models.PositiveIntegerField()
    segment = TenantForeignKey(Segment, on_delete=models.SET_NULL, null=True, blank=True)
    advice = models.TextField()
    measures = models.TextField()
    contact = models.CharField(max_length=300)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "-found_at", "-id"], name="breach_newest")]

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("privacy:breach", args=[self.pk])

    @property
    def due_at(self) -> datetime:
        """Until when people and authorities have to be told."""
        return self.found_at + timedelta(hours=HOURS)

    @property
    def sort_labels(self) -> list[str]:
        """What sorts of data were hit, in words."""
        return [str(DataSort(sort).label) for sort in self.sorts]


class BreachStep(TenantModel):
    """Something that was done about a breach: what, by whom, when. Never changed."""

    breach = TenantForeignKey(Breach, on_delete=models.CASCADE, related_name="steps")
    kind = models.CharField(max_length=20, choices=StepKind.choices)
    note = models.CharField(max_length=500, blank=True)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    at = models.DateTimeField()

    class Meta:
        indexes = [models.Index(fields=["workspace", "breach", "at"], name="breach_step_of_breach")]

    def __str__(self) -> str:
        return self.kind
