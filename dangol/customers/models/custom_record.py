"""Things of the workspace's own: contracts, pets, vehicles, seats; with fields, and with the people they belong to."""

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse

from dangol.customers.models.company import Company
from dangol.customers.models.field import FieldDefinition
from dangol.customers.models.owned import OwnedQuerySet
from dangol.customers.models.person import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.enums import Kind
from dangol.workspaces.models import Member


class CustomObject(TenantModel):
    """A kind of thing. `key` stands in addresses and in definitions and never changes."""

    key = models.CharField(max_length=40)
    label = models.CharField(max_length=60)
    plural = models.CharField(max_length=60)
    help_text = models.CharField(max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "key"], name="custom_object_once")]

    def __str__(self) -> str:
        return self.plural

    def get_absolute_url(self) -> str:
        return reverse("fields:records", args=[self.key])


class CustomRecordQuerySet(OwnedQuerySet["CustomRecord"]):
    """Where every read of records starts."""

    kind = Kind.RECORDS


class CustomRecord(TenantModel):
    """One thing. In the trash (`deleted_at`) it is hidden from every read by the table's own policy."""

    object = TenantForeignKey(CustomObject, on_delete=models.CASCADE)
    name = models.CharField(max_length=200)
    external_id = models.CharField(max_length=200, blank=True, default="", db_default="")
    owner = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)
    fields: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict, db_default={}, blank=True)
    origin = models.CharField(max_length=60)
    bigrams = ArrayField(models.CharField(max_length=8), default=list, blank=True)
    initials = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)
    deleted_at = models.DateTimeField(null=True, blank=True)
    deleted_by = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)

    objects: ClassVar[CustomRecordQuerySet] = CustomRecordQuerySet.as_manager()  # type: ignore[assignment] # manager of the queryset

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "object", "external_id"],
                name="custom_record_external_id_once",
                condition=~models.Q(external_id=""),
            )
        ]
        indexes = [
            models.Index(fields=["workspace", "object", "updated_at", "id"], name="custom_record_by_change"),
            models.Index(fields=["workspace", "object", "name", "id"], name="custom_record_by_name"),
            models.Index(fields=["workspace", "object", "-created_at", "-id"], name="custom_record_newest"),
            models.Index(fields=["workspace", "object", "initials"], name="custom_record_by_initials"),
        ]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("fields:record", args=[self.pk])


class RecordLink(TenantModel):
    """A thing belongs to a person or a company. Links between fields stand in `fields`; this one needs no field."""

    record = TenantForeignKey(CustomRecord, on_delete=models.CASCADE)
    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "record", "person", "company"], nulls_distinct=False, name="record_link_once"
            ),
            models.CheckConstraint(
                condition=models.Q(person__isnull=False, company__isnull=True)
                | models.Q(person__isnull=True, company__isnull=False),
                name="record_link_one_subject",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.record_id} of {self.person_id or self.company_id}"


class FieldFile(TenantModel):
    """A file in a field. Kept in pieces beside its row: one back-up, one wall, one transaction with the value."""

    definition = TenantForeignKey(FieldDefinition, on_delete=models.CASCADE)
    person = TenantForeignKey(Person, on_delete=models.CASCADE, null=True, blank=True)
    company = TenantForeignKey(Company, on_delete=models.CASCADE, null=True, blank=True)
    record = TenantForeignKey(CustomRecord, on_delete=models.CASCADE, null=True, blank=True)
    name = models.CharField(max_length=255)
    content_type = models.CharField(max_length=100)
    size = models.PositiveIntegerField()
    digest = models.CharField(max_length=64)
    by = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)

    def __str__(self) -> str:
        return self.name


class FilePiece(TenantModel):
    """A quarter of a megabyte of a file."""

    file = TenantForeignKey(FieldFile, on_delete=models.CASCADE)
    number = models.PositiveSmallIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "file", "number"], name="file_piece_once")]

    def __str__(self) -> str:
        return f"piece {self.number} of {self.file_id}"
