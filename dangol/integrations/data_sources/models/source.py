"""A source: where it is, what its columns mean, when it is read, and how far."""

from datetime import time
from typing import Any

from django.db import models
from django.urls import reverse
from django.utils.translation import gettext as _

from dangol.customers.enums import ImportTarget, OnDuplicate
from dangol.integrations.data_sources.enums import Kind, Load, Rhythm
from dangol.kit.sealed_columns import SealedTextField
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member


class Source(TenantModel):
    """
    One place out of which people, companies or things of the workspace's own come by themselves.

    `secrets` is JSON. `place` says where, `content` what to read there; both are plain.
    `columns` are name and kind as last seen; `mapping` is column name to meaning. `cursor` is how far it was read:
    it moves in the transaction that takes the rows, and belongs to the run that earned it. `drift` is how the columns
    differ from what was mapped, until somebody looks at the columns again. `by` answers for what is taken in.
    """

    name = models.CharField(max_length=100)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    subject = models.CharField(max_length=60, default=ImportTarget.PEOPLE)
    place: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    secrets = SealedTextField(blank=True)
    is_private_allowed = models.BooleanField(default=False)
    content: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    columns: "models.JSONField[list[dict[str, str]]]" = models.JSONField(default=list)
    mapping: "models.JSONField[dict[str, str]]" = models.JSONField(default=dict)
    on_duplicate = models.CharField(max_length=10, choices=OnDuplicate.choices, default=OnDuplicate.UPDATE)
    load = models.CharField(max_length=15, choices=Load.choices, default=Load.FULL)
    cursor_column = models.CharField(max_length=200, blank=True)
    cursor: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    drift: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict)
    rhythm = models.CharField(max_length=10, choices=Rhythm.choices, default=Rhythm.HOURS)
    every = models.PositiveIntegerField(default=1)
    daily_at = models.TimeField(default=time(4, 0))
    is_active = models.BooleanField(default=False)
    next_run_at = models.DateTimeField(null=True, blank=True)
    by = TenantForeignKey(Member, on_delete=models.PROTECT)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "name"], name="data_source_name_once")]
        indexes = [models.Index(fields=["workspace", "next_run_at"], name="data_source_due")]

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("data_sources:source", args=[self.pk])

    @property
    def column_names(self) -> list[str]:
        """The columns as last seen."""
        return [column["name"] for column in self.columns]

    @property
    def is_ready(self) -> bool:
        """Whether it is known what to read and what it means."""
        return bool(self.mapping)

    @property
    def trouble(self) -> str:
        """What is wrong, for the reader; empty when all is well. Needs `last_state` and `last_error` of the query."""
        if self.drift.get("gone"):
            names = ", ".join(self.drift["gone"])
            return _("Columns that are taken in are gone: %(names)s. Nothing is written until you look.") % {
                "names": names
            }
        if self.drift:
            return _("The columns have changed. It goes on; look whether they still mean the same.")
        return str(getattr(self, "last_error", "") or "")


class SeenRow(TenantModel):
    """
    One row of a source that is loaded in full, by a digest of what it is recognised by.

    `run_id` is the last run that saw it. `gone_at` says since when it is missing there; nothing is deleted here.
    """

    source = TenantForeignKey(Source, on_delete=models.CASCADE)
    digest = models.CharField(max_length=32)
    run_id = models.UUIDField()
    gone_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["workspace", "source", "digest"], name="data_source_row_once")]

    def __str__(self) -> str:
        return self.digest
