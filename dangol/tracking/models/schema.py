"""What events there are, what they carry, and what looked odd about them."""

from typing import Any

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.urls import reverse
from django.utils.translation import get_language

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.tracking.contracts.event_names import EventNames
from dangol.tracking.enums import EventKind, EventRule, PropertyRule, PropertyType, WarningKind
from dangol.workspaces.enums import Language
from dangol.workspaces.models import Member


class EventDefinition(TenantModel):
    """
    One kind of event by its name, learnt when the first of them was stored.

    Labels are what people of the house call it, in the languages of the house.
    """

    name = models.TextField()
    kind = models.CharField(max_length=10, choices=EventKind.choices)
    label_ko = models.CharField(max_length=100, blank=True, default="", db_default="")
    label_en = models.CharField(max_length=100, blank=True, default="", db_default="")
    description = models.CharField(max_length=500, blank=True)
    rule = models.CharField(max_length=10, choices=EventRule.choices, blank=True)
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="event_definition_once")]

    def __str__(self) -> str:
        return self.label or EventNames()[self.name]

    @property
    def label(self) -> str:
        """What the house calls it in the active language, if it calls it something."""
        return self.label_ko if get_language() == Language.KOREAN else self.label_en

    def get_absolute_url(self) -> str:
        return reverse("tracking:event", args=[self.pk])


class PropertyDefinition(TenantModel):
    """One property of an event, or one trait. `types` are all types in which it ever came, in the order of coming."""

    event = TenantForeignKey(EventDefinition, on_delete=models.CASCADE)
    name = models.TextField()
    types = ArrayField(models.CharField(max_length=10, choices=PropertyType.choices), default=list)
    rule = models.CharField(max_length=10, choices=PropertyRule.choices, blank=True)
    first_seen_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "event", "name"], name="property_definition_once")]
        indexes = [
            models.Index(
                fields=["workspace"],
                condition=models.Q(
                    rule__in=[PropertyRule.MASK, PropertyRule.DROP, PropertyRule.BLOCK, PropertyRule.TRUST]
                ),
                name="property_rules",
            )
        ]

    def __str__(self) -> str:
        return self.name

    def get_types_display(self) -> str:
        return ", ".join(str(PropertyType(kind).label) for kind in self.types)


class SchemaWarning(TenantModel):
    """
    Something about an event that changed or should not be. Open until somebody has understood it, or it is over.

    `detail` holds what the sentence needs, never a value of a property. `times` counts how often it was noticed.
    """

    event = TenantForeignKey(EventDefinition, on_delete=models.CASCADE)
    property = models.TextField(blank=True)
    kind = models.CharField(max_length=20, choices=WarningKind.choices)
    detail: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = TenantForeignKey(Member, on_delete=models.SET_NULL, null=True, blank=True)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["workspace", "event", "property", "kind"],
                condition=models.Q(closed_at=None),
                name="schema_warning_open_once",
            )
        ]

    def __str__(self) -> str:
        return f"{self.kind}: {self.property}"


class HourlyCount(models.Model):
    """
    How many events of one name came from one source in one hour (UTC), whoever they are of.

    Table `tracking_hourly_count`, key (workspace, name, hour, source).
    """

    source_id = models.UUIDField(primary_key=True)
    workspace = models.ForeignKey("workspaces.Workspace", on_delete=models.DO_NOTHING, related_name="+")
    name = models.TextField()
    hour = models.DateTimeField()
    count = models.IntegerField()

    class Meta:
        managed = False
        db_table = "tracking_hourly_count"

    def __str__(self) -> str:
        return f"{self.count} × {self.name} at {self.hour:%F %H}"
