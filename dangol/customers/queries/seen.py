"""Reads that are compiled once for each way of seeing: everybody's rows, a team's, or one's own."""

from collections.abc import Callable, Hashable
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from dangol.kit.compiled import Compiled, Value
from dangol.workspaces.models import Member

R = TypeVar("R")


class Seen(Generic[R]):
    """
    One query over ids, moments and texts, and over what a member may see.

    :param build: makes the query set from a member, from the shape, and from values that it only hands on
    """

    def __init__(self, build: Callable[..., QuerySet[Any, Any]]) -> None:
        self._build = build
        self._compiled: dict[Hashable, Compiled[R]] = {}

    def __call__(self, member: Member, *shape: Hashable, **values: Value) -> list[R]:
        """
        Ask for the rows that belong to these values and that the member may see.

        :param shape: what else the SQL depends on; on which values are given it may depend anyway
        """
        sight = (member.role, shape)
        if sight not in self._compiled:
            self._compiled[sight] = Compiled(self._as_somebody(member.role, shape))
        values |= {"member_id": member.pk, "workspace_id": member.workspace_id}
        return self._compiled[sight](**values, **({"team_id": member.team_id} if member.team_id else {}))

    def _as_somebody(self, role: str, shape: tuple[Hashable, ...]) -> Callable[..., QuerySet[Any, Any]]:
        def build(
            *, member_id: UUID, workspace_id: UUID, team_id: UUID | None = None, **values: Value
        ) -> QuerySet[Any, Any]:
            somebody = Member(pk=member_id, workspace_id=workspace_id, team_id=team_id, role=role)
            return self._build(somebody, *shape, **values)

        return build
