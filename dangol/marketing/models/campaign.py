"""One message to one segment, once."""

from django.core.validators import MaxValueValidator
from django.db import models
from django.urls import reverse

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.marketing.enums import CampaignState
from dangol.messaging.models import Template, TemplateVersion
from dangol.segments.models import Segment
from dangol.workspaces.models import Member


class Campaign(TenantModel):
    """
    Composed here, launched once. The purpose is its template's.

    `holdout_percent` of the audience is left alone, chosen by `salt`; zero needs the reason why nothing will be learnt.
    """

    name = models.CharField(max_length=120)
    segment = TenantForeignKey(Segment, on_delete=models.PROTECT)
    template = TenantForeignKey(Template, on_delete=models.PROTECT)
    template_version = TenantForeignKey(TemplateVersion, on_delete=models.PROTECT, null=True, blank=True)
    intended_feeling = models.CharField(max_length=60)
    holdout_percent = models.PositiveSmallIntegerField(default=10, validators=[MaxValueValidator(50)])
    no_holdout_reason = models.CharField(max_length=200, blank=True)
    salt = models.UUIDField(editable=False)
    state = models.CharField(max_length=10, choices=CampaignState.choices, default=CampaignState.DRAFT)
    scheduled_at = models.DateTimeField(null=True, blank=True)
    finished_at = models.DateTimeField(null=True, blank=True)
    created_by = TenantForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "-created_at", "-id"], name="campaign_newest")]
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="campaign_name_once"),
            models.CheckConstraint(
                condition=models.Q(holdout_percent__gt=0) | ~models.Q(no_holdout_reason=""),
                name="no_holdout_needs_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("marketing:campaign", args=[self.pk])


class CampaignLaunch(TenantModel):
    """Who let it go, when, and how many people of the segment they saw; empty until the audience is written down."""

    campaign = TenantForeignKey(Campaign, on_delete=models.CASCADE)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    at = models.DateTimeField()
    audience_count = models.PositiveIntegerField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "campaign"], name="campaign_launched_once")]

    def __str__(self) -> str:
        return f"launched at {self.at:%F %T}"


class CampaignCancellation(TenantModel):
    """Who stopped it, when and why."""

    campaign = TenantForeignKey(Campaign, on_delete=models.CASCADE)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    at = models.DateTimeField()
    reason = models.CharField(max_length=200)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "campaign"], name="campaign_cancelled_once")]

    def __str__(self) -> str:
        return self.reason
