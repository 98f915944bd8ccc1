"""Rows that somebody looks after: whether one may see them follows from whose they are."""

from typing import ClassVar, Self, TypeVar

from django.db import models

from dangol.customers.permissions import reached_by
from dangol.workspaces.enums import Kind
from dangol.workspaces.models import Member

M = TypeVar("M", bound=models.Model)


class OwnedQuerySet(models.QuerySet[M]):
    """Where every read of rows with an owner starts."""

    kind: ClassVar[Kind]

    def visible_to(self, member: Member) -> Self:
        """Rows that the member's rights reach, for what the member is doing."""
        return self.filter(reached_by(member, self.kind), workspace_id=member.workspace_id)
