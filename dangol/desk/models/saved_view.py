"""A list as somebody wants to see it again."""

from typing import TYPE_CHECKING, Any, ClassVar, Self

from django.db import models

from dangol.desk.enums import Listed, Scope
from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.models import Member, Team

if TYPE_CHECKING:
    from uuid import UUID


class SavedViewQuerySet(models.QuerySet["SavedView"]):
    """Where every read of views starts."""

    def visible_to(self, member: Member) -> Self:
        """The member's own views, those of the team, and those for everybody."""
        own = models.Q(by_id=member.pk) | models.Q(scope=Scope.EVERYBODY)
        if member.team_id is not None:
            own |= models.Q(scope=Scope.TEAM, team_id=member.team_id)
        return self.filter(own, workspace_id=member.workspace_id)


class SavedView(TenantModel):
    """
    Columns, filter, order and grouping of one list, under a name.

    `definition` is a segment's definition, or empty for no filter. A view shows rows; it never grants the right to see
    one. `team` is the team of the maker when the view was shared with it.
    """

    listed = models.CharField(max_length=10, choices=Listed.choices)
    name = models.CharField(max_length=80)
    scope = models.CharField(max_length=10, choices=Scope.choices, default=Scope.PRIVATE)
    by = TenantForeignKey(Member, on_delete=models.CASCADE)
    team = TenantForeignKey(Team, on_delete=models.CASCADE, null=True, blank=True)
    columns: "models.JSONField[list[str]]" = models.JSONField(default=list)
    definition: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict, blank=True)
    sort = models.CharField(max_length=60, blank=True)
    grouping = models.CharField(max_length=60, blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[SavedViewQuerySet] = SavedViewQuerySet.as_manager()  # type: ignore[assignment] # manager of the queryset

    by_id: "UUID"

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "by", "listed", "name"], name="saved_view_name_once")
        ]
        indexes = [models.Index(fields=["workspace", "listed", "name"], name="saved_view_tabs")]

    def __str__(self) -> str:
        return self.name
