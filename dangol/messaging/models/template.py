"""What is written."""

from django.db import models

from dangol.customers.enums import Channel, Purpose
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.messaging.enums import SystemLetter
from dangol.workspaces.models import Member


class Template(TenantModel):
    """
    A named text with a purpose. Its wording lives in versions, so that a sent message keeps its own.

    A system letter (`enums.SystemLetter`) has one template per language; nobody made the first wording.
    """

    name = models.CharField(max_length=120)
    channel = models.CharField(max_length=10, choices=Channel.choices, default=Channel.EMAIL)
    purpose = models.CharField(max_length=20, choices=Purpose.choices)
    transactional_reason = models.CharField(max_length=200, blank=True)
    intended_feeling = models.CharField(max_length=60, blank=True)
    system_key = models.CharField(max_length=20, choices=SystemLetter.choices, blank=True, default="", db_default="")
    language = models.CharField(max_length=5, blank=True, default="", db_default="")
    created_by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "name"], name="template_name_once"),
            models.UniqueConstraint(
                fields=["workspace", "system_key", "language"],
                condition=~models.Q(system_key=""),
                name="system_template_once",
            ),
            models.CheckConstraint(
                condition=~models.Q(purpose="transactional") | ~models.Q(transactional_reason=""),
                name="transactional_needs_a_reason",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class TemplateVersion(TenantModel):
    """One wording: Liquid in the subject, Liquid inside MJML in the body. Never changed."""

    template = TenantForeignKey(Template, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    subject = models.CharField(max_length=300)
    preheader = models.CharField(max_length=300, blank=True)
    body = models.TextField()
    created_by = TenantForeignKey(Member, on_delete=models.PROTECT, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "template", "number"], name="template_version_once")
        ]

    def __str__(self) -> str:
        return f"version {self.number}"
