"""The customer."""

from typing import TYPE_CHECKING, Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Cast, Right
from django.db.models.lookups import In
from django.urls import reverse

from dangol.customers.contracts import SAMPLED_ENDS
from dangol.customers.enums import IdentityKind
from dangol.customers.masks import mask_value_of, put_masks
from dangol.customers.models.owned import OwnedQuerySet
from dangol.kit.masking import MaskedRow
from dangol.kit.sight import DataSubject
from dangol.kit.tenant_models import TenantForeignKey, TenantModel, TiedModel
from dangol.workspaces.enums import Kind
from dangol.workspaces.models import Member

if TYPE_CHECKING:
    from uuid import UUID

IS_SAMPLED = models.Q(In(Right(Cast("id", models.TextField()), 2), SAMPLED_ENDS))


class PersonQuerySet(OwnedQuerySet["Person"]):
    """Where every read of people starts."""

    kind = Kind.PEOPLE


class Person(DataSubject, MaskedRow, TenantModel):
    """
    One customer. The golden record: what is shown, searched and written to.

    `email` and `phone` repeat the best identity of that kind, normalised, so that lists need no join. `name` is the
    whole name as it is said; the parts are filled where a source told them apart. `won` says for each field that more
    than one source told which of them won and why.

    A person in the trash (`deleted_at`), or merged into another, is hidden from every read by the table's own policy;
    see `tenancy.open_trash`.
    """

    name = models.CharField(max_length=200, blank=True)
    family_name = models.CharField(max_length=100, blank=True, default="", db_default="")
    given_name = models.CharField(max_length=100, blank=True, default="", db_default="")
    honorific = models.CharField(max_length=20, blank=True, default="", db_default="")
    email = models.EmailField(blank=True)
    phone = models.CharField(max_length=20, blank=True)
    external_id = models.CharField(max_length=200, blank=True)
    language = models.CharField(max_length=5, blank=True)
    time_zone = models.CharField(max_length=50, blank=True)
    country = models.CharField(max_length=2, blank=True)
    postal_code = models.CharField(max_length=12, blank=True, default="", db_default="")
    city = models.CharField(max_length=100, blank=True)
    address = models.CharField(max_length=300, blank=True)
    born_on = models.DateField(null=True, blank=True)
    owner = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)
    fields: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    origin = models.CharField(max_length=60)
    won: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict, db_default={}, blank=True)
    is_anonymous = models.BooleanField(default=False)
    bigrams = ArrayField(models.CharField(max_length=8), default=list)
    initials = models.CharField(max_length=200, blank=True)
    first_seen_at = models.DateTimeField()
    last_seen_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)
    merged_into = TenantForeignKey("self", on_delete=models.SET_NULL, null=True, blank=True)

    objects: ClassVar[PersonQuerySet] = PersonQuerySet.as_manager()  # type: ignore[assignment] # manager of the queryset

    class Meta:
        indexes = [
            models.Index(fields=["workspace", "-created_at", "-id"], name="person_newest"),
            models.Index(fields=["workspace"], include=["id"], condition=IS_SAMPLED, name="person_sampled"),
            models.Index(fields=["workspace", "updated_at", "id"], name="person_by_change"),
            models.Index(fields=["workspace", "name", "id"], name="person_by_name"),
            models.Index(fields=["workspace", "email"], name="person_by_email"),
            models.Index(fields=["workspace", "phone"], name="person_by_phone", condition=~models.Q(phone="")),
            models.Index(fields=["workspace", "address"], name="person_by_address", condition=~models.Q(address="")),
            models.Index(
                models.F("workspace"),
                models.F("last_seen_at").desc(nulls_last=True),
                models.F("id").desc(),
                name="person_last_seen",
            ),
        ]

    def __str__(self) -> str:
        return self.name or self.email or str(self.pk)

    def get_absolute_url(self) -> str:
        return reverse("person", args=[self.pk])

    def put_masks(self, names: frozenset[str]) -> bool:
        return put_masks(vars(self), names)


class Identity(MaskedRow, TiedModel):
    """
    One thing by which a person is recognised. No two people of a workspace share one.

    `claimed_at`: the earliest event that said so; who is named by an earlier one takes it over. Empty: for good.
    """

    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    kind = models.CharField(max_length=20, choices=IdentityKind.choices)
    value = models.CharField(max_length=320)
    origin = models.CharField(max_length=60)
    confidence = models.PositiveSmallIntegerField(default=100, db_default=100)
    claimed_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField(auto_now_add=True)

    person_id: "UUID"

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "kind", "value"], name="identity_once")]
        indexes = [models.Index(fields=["workspace", "person"], name="identity_of_person")]

    def __str__(self) -> str:
        return f"{self.kind}:{self.value}"

    def put_masks(self, names: frozenset[str]) -> bool:
        return mask_value_of(self, names)
