"""A described set of people."""

from typing import Any

from django.db import models
from django.urls import reverse

from dangol.customers.models import Person
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.segments.enums import SegmentState
from dangol.workspaces.models import Member


class Segment(TenantModel):
    """
    People described by a condition tree (see `contracts.py` for its JSON).

    `version` grows with every edit; a computation that finds another version throws its result away. Up to
    `judged_until` everybody who came or went by the clock is told apart; `next_turn_at` is when the next one does.
    """

    name = models.CharField(max_length=120)
    definition: "models.JSONField[dict[str, Any]]" = models.JSONField()
    version = models.PositiveIntegerField(default=1)
    state = models.CharField(max_length=10, choices=SegmentState.choices, default=SegmentState.COMPUTING)
    size = models.PositiveIntegerField(null=True)
    computed_at = models.DateTimeField(null=True)
    judged_until = models.DateTimeField(null=True)
    next_turn_at = models.DateTimeField(null=True)
    created_by = TenantForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="segment_name_once")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("segments:detail", args=[self.pk])


class SegmentMember(TenantModel):
    """A person is in a segment since then."""

    segment = TenantForeignKey(Segment, on_delete=models.CASCADE)
    person = TenantForeignKey(Person, on_delete=models.CASCADE)
    entered_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "segment", "person"], name="segment_member_once")]
        indexes = [models.Index(fields=["workspace", "person"], name="segments_of_person")]

    def __str__(self) -> str:
        return f"{self.person_id} in {self.segment_id}"


class SegmentVersion(TenantModel):
    """What a segment's description was from then on, by whom, and why."""

    segment = TenantForeignKey(Segment, on_delete=models.CASCADE)
    number = models.PositiveIntegerField()
    definition: "models.JSONField[dict[str, Any]]" = models.JSONField()
    at = models.DateTimeField()
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    reason = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "segment", "number"], name="segment_version_once")]

    def __str__(self) -> str:
        return f"{self.segment_id} version {self.number}"


class SegmentSize(TenantModel):
    """How many people were in a segment at the end of an hour, or are by now. Hours without a change have no row."""

    segment = TenantForeignKey(Segment, on_delete=models.CASCADE)
    hour = models.DateTimeField()
    size = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "segment", "hour"], name="segment_size_once")]

    def __str__(self) -> str:
        return f"{self.size} in {self.segment_id} at {self.hour:%F %H}"
