"""What people are asked when they are asked for consent, how the house asks, and who was asked and has not answered."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.utils import timezone

from dangol.customers.enums import Channel, Purpose
from dangol.customers.models.consent import ConsentEntry
from dangol.customers.models.person import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class ConsentWording(TenantModel):
    """
    One text that people agree to, in Korean and English. Never changed: a trigger refuses; write a new version.

    The ledger names it by its `label`. Without `channels` it is about every channel.
    """

    label = models.CharField(max_length=60)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    channels = ArrayField(models.CharField(max_length=10, choices=Channel.choices), default=list, blank=True)
    korean = models.TextField()
    english = models.TextField()
    valid_from = models.DateTimeField()
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "label"], name="consent_wording_once")]

    def __str__(self) -> str:
        return self.label

    def text_in(self, language: str) -> str:
        """Return the text in the language nearest to the one asked for."""
        return self.korean if language.startswith("ko") else self.english


class ConsentRules(TenantModel):
    """
    How a workspace asks and tells. One row per workspace; without it the defaults hold.

    `silence_keeps`: who was told after two years that the consent stands, and says nothing, keeps it. Notices tell of
    what happened after `since`, so that switching them on writes to nobody about the past.
    """

    double_opt_in = models.BooleanField(default=False)
    result_notices = models.BooleanField(default=False)
    reconfirmation = models.BooleanField(default=False)
    silence_keeps = models.BooleanField(default=True)
    since = models.DateTimeField(default=timezone.now)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace"], name="consent_rules_once")]

    def __str__(self) -> str:
        return f"double opt-in: {self.double_opt_in}"


class ConsentQuestion(TenantModel):
    """
    A person was asked by mail to confirm a consent, which is none before they do (double opt-in).

    `mails` counts the mails that asked: two at the most. `entry` is the line of the ledger that the answer wrote.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    channel = models.CharField(max_length=10, choices=Channel.choices)
    night = models.BooleanField(default=False)
    wording_version = models.CharField(max_length=60, blank=True)
    source = models.CharField(max_length=60)
    by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    mails = models.PositiveSmallIntegerField(default=0)
    answered_at = models.DateTimeField(null=True, blank=True)
    entry = TenantForeignKey(ConsentEntry, on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        indexes = [models.Index(fields=["workspace", "person", "-asked_at"], name="consent_question_of_person")]

    def __str__(self) -> str:
        return f"{self.purpose}/{self.channel} asked at {self.asked_at:%F %T}"
