"""Who else may say who somebody is, and whom they named."""

from django.contrib.postgres.fields import ArrayField
from django.db import models

from dangol.kit.sealed_columns import SealedTextField
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.enums import ProviderKind, Role
from dangol.workspaces.models.member import Member


class SignInProvider(TenantModel):
    """
    An identity provider that one workspace believes, for this workspace only. Without `client_id` it is not asked yet.

    With `domains`, only people with a proven address there come in. Newcomers get a place with `newcomer_role`, or
    none if it is empty. `role_claim` names the part of the ID token that lists roles by our names for them.
    """

    kind = models.CharField(max_length=10, choices=ProviderKind.choices)
    name = models.CharField(max_length=100)
    issuer = models.CharField(max_length=300)
    client_id = models.CharField(max_length=255, blank=True)
    client_secret = SealedTextField(blank=True)
    domains = ArrayField(models.CharField(max_length=253), default=list)
    newcomer_role = models.CharField(max_length=20, choices=Role.choices, blank=True)
    role_claim = models.CharField(max_length=100, blank=True)
    is_private_allowed = models.BooleanField(default=False)

    def __str__(self) -> str:
        return self.name


class LinkedAccount(TenantModel):
    """A member as a provider names them. The name is issuer and subject, never the e-mail address."""

    provider = TenantForeignKey(SignInProvider, on_delete=models.CASCADE)
    member = TenantForeignKey(Member, on_delete=models.CASCADE)
    issuer = models.CharField(max_length=300)
    subject = models.CharField(max_length=255)
    linked_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "provider", "issuer", "subject"], name="linked_account_once"),
            models.UniqueConstraint(fields=["workspace", "member", "provider"], name="linked_account_once_a_member"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} at {self.issuer}"
