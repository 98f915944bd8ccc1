"""Members."""

from collections.abc import Set as AbstractSet
from functools import cached_property
from typing import Any

from django.db import models
from django.utils import timezone

from dangol.kit.tenant_models import TenantForeignKey, TenantModel
from dangol.workspaces.enums import Kind, Level, Role, Verb
from dangol.workspaces.models.branch import Team
from dangol.workspaces.models.role import CustomRole, Elevation
from dangol.workspaces.models.user import User
from dangol.workspaces.permissions import OFFERED, ROLES, Bound, Rights


class Member(TenantModel):
    """
    A user's place in one workspace.

    Who left (`ended_at`) opens nothing any more; what belonged to the member still says so. `external_id` is what the
    directory calls the member that keeps the list of members (SCIM); what it deleted there is not `in_directory`.

    `acting` is the verb for which rows are being read: a page that changes rows finds only those that its member may
    change. `elevation` is the last one that was granted. `people` bounds whom the member reaches in any role, lent ones
    included: a condition on people, empty for none.
    """

    user = models.ForeignKey(User, on_delete=models.CASCADE, related_name="+")
    team = TenantForeignKey(Team, on_delete=models.PROTECT, null=True, blank=True)
    role = models.CharField(max_length=20, choices=Role.choices)
    custom_role = TenantForeignKey(CustomRole, on_delete=models.PROTECT, null=True, blank=True)
    elevation = TenantForeignKey(Elevation, on_delete=models.SET_NULL, null=True, blank=True)
    joined_at = models.DateTimeField(auto_now_add=True)
    ended_at = models.DateTimeField(null=True, blank=True)
    external_id = models.CharField(max_length=255, blank=True, db_default="")
    in_directory = models.BooleanField(default=True, db_default=True)
    people: "models.JSONField[dict[str, Any]]" = models.JSONField(default=dict, db_default={}, blank=True)

    acting: Verb = Verb.SEE

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["workspace", "user"], name="member_once"),
            models.CheckConstraint(
                condition=models.Q(role=Role.CUSTOM, custom_role__isnull=False)
                | (~models.Q(role=Role.CUSTOM) & models.Q(custom_role__isnull=True)),
                name="member_one_role",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user_id} in {self.workspace_id}"

    @property
    def role_name(self) -> str:
        """How the role is called."""
        return self.custom_role.name if self.custom_role else self.get_role_display()

    @property
    def rights(self) -> Rights:
        """What the member may do at this moment: what the own role allows, and for a while what is lent."""
        if self.ended_at is not None:
            return Rights()
        own = self.custom_role.rights if self.custom_role else ROLES.get(self.role, Rights())
        return (own.with_lent(self.lent.rights) if self.lent else own).bounded_to(self.people)

    @property
    def lent(self) -> Elevation | None:
        """The elevation that holds at this moment."""
        return self.elevation if self.elevation and self.elevation.holds_at(timezone.now()) else None

    @property
    def roles_held(self) -> AbstractSet[str]:
        """The own role, and the one lent."""
        return {self.role, self.lent.role} if self.lent else {self.role}

    def reach(self, kind: Kind) -> Level:
        """How far the member sees rows of a kind, for what is being done."""
        return self.rights.level(kind, self._verb(kind))

    def reaches_all(self, kind: Kind) -> bool:
        """Whether the member sees every row of a kind, for what is being done."""
        return self.rights.reaches_all(kind, self._verb(kind))

    def bounds(self, kind: Kind) -> frozenset[Bound]:
        """The conditions that narrow how far the member sees rows of a kind, for what is being done."""
        return self.rights.bounds_of(kind, self._verb(kind))

    @cached_property
    def bounds_read(self) -> dict[frozenset[Bound], Any]:
        """What bounds come to, as far as they were read: a page asks for the same ones many times."""
        return {}

    def _verb(self, kind: Kind) -> Verb:
        return self.acting if self.acting in OFFERED[kind] else Verb.SEE
