"""What a workspace writes down about its people and companies beyond our own columns."""

from typing import Any

from django.db import models
from django.utils.translation import pgettext_lazy

from dangol.customers.enums import FieldKind, IndexState
from dangol.kit.tenant_models import TenantModel

PERSON = "person"
COMPANY = "company"
CORE_OBJECTS = (PERSON, COMPANY)


class FieldDefinition(TenantModel):
    """
    One field of people, of companies, or of an object of the workspace's own. Its values stand in `fields[key]`.

    `object` is "person", "company" or the key of a `CustomObject`; `target` is that key for a link to a record.
    `is_indexed` says that the side table `FieldValue` keeps the values too; triggers see to that from the moment it is
    set, and `fill_field_index` brings the older rows in: `index_after` is the last row that it did.
    `currency` makes a number money: one field, one currency, so that amounts can be compared.
    `former_choices` leads from the former name of a choice, in small letters, to the choice that came after it.
    """

    object = models.CharField(max_length=40)
    key = models.CharField(max_length=60)
    label = models.CharField(max_length=100)
    kind = models.CharField(max_length=12, choices=FieldKind.choices)
    target = models.CharField(max_length=40, blank=True)
    currency = models.CharField(max_length=3, blank=True)
    choices: "models.JSONField[list[str]]" = models.JSONField(default=list, blank=True)
    former_choices: "models.JSONField[dict[str, str]]" = models.JSONField(default=dict, db_default={}, blank=True)
    is_required = models.BooleanField(default=False)
    is_unique = models.BooleanField(default=False)
    is_filterable = models.BooleanField(default=False)
    default: "models.JSONField[Any]" = models.JSONField(null=True, blank=True)
    help_text = models.CharField(max_length=300, blank=True)
    position = models.PositiveIntegerField(default=0)
    is_indexed = models.BooleanField(default=False)
    index_state = models.CharField(max_length=10, choices=IndexState.choices, default=IndexState.NONE)
    index_done = models.PositiveBigIntegerField(default=0)
    index_total = models.PositiveBigIntegerField(default=0)
    index_after = models.UUIDField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    archived_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "object", "key"], name="field_definition_once")]

    def __str__(self) -> str:
        return self.label

    @property
    def is_link(self) -> bool:
        """Whether its values are ids of other rows."""
        return self.kind in LINKS


OF_RECORD: dict[str, Any] = {
    "on_delete": models.DO_NOTHING, "from_fields": ["record_id"], "to_fields": ["id"], "related_name": "+",
    "null": True,
}  # fmt: skip
"""The way from a row to its values, for lists in the order of one; `record_id` may be of any object."""


class FieldValue(models.Model):
    """
    One value of an indexed field, as PostgreSQL can look it up behind row-level security. Never the truth.

    Table `customers_fieldvalue`, key (workspace, definition, record, place), is kept by triggers from `fields`.
    `words` is lower case, `number` a float8 (numeric comparisons are not leak-proof), a day is words like 2026-01-31.
    `once` holds the words of a unique field; a second row with the same value has none.
    """

    record_id = models.UUIDField(primary_key=True)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")
    definition = models.ForeignKey(FieldDefinition, on_delete=models.DO_NOTHING, related_name="+")
    place = models.SmallIntegerField()
    words = models.TextField(null=True)
    number = models.FloatField(null=True)
    link = models.UUIDField(null=True)
    once = models.TextField(null=True)
    person = models.ForeignObject("customers.Person", related_query_name="field_value", **OF_RECORD)
    company = models.ForeignObject("customers.Company", related_query_name="field_value", **OF_RECORD)

    class Meta:
        managed = False
        db_table = "customers_fieldvalue"

    def __str__(self) -> str:
        return self.words or str(self.number or self.link)


LINKS = (FieldKind.PERSON.value, FieldKind.COMPANY.value, FieldKind.RECORD.value)
CORE_LABELS = {
    PERSON: pgettext_lazy("object with fields", "People"),
    COMPANY: pgettext_lazy("object with fields", "Companies"),
}
