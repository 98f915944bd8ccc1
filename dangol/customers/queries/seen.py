"""Reads that are compiled once for each way of seeing: everybody's rows, a branch's, a team's, one's own, a bound."""

from collections.abc import Callable, Hashable
from copy import copy
from typing import Any, Generic, TypeVar
from uuid import UUID

from django.db.models import QuerySet

from dangol.customers.permissions import within_bounds
from dangol.kit.compiled import Compiled, Value
from dangol.workspaces.enums import Verb
from dangol.workspaces.models import Member
from dangol.workspaces.permissions import OWNED

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
        ways = ((member.reach(kind), member.bounds(kind) and within_bounds(member, kind)) for kind in OWNED)
        sight = (member.acting != Verb.SEE, *ways, shape)
        if sight not in self._compiled:
            self._compiled[sight] = Compiled(self._as_somebody_like(member, shape))
        return self._compiled[sight](**values, member_id=member.pk, workspace_id=member.workspace_id)

    def _as_somebody_like(self, member: Member, shape: tuple[Hashable, ...]) -> Callable[..., QuerySet[Any, Any]]:
        def build(*, member_id: UUID, workspace_id: UUID, **values: Value) -> QuerySet[Any, Any]:
            somebody = copy(member)
            somebody.pk, somebody.workspace_id = member_id, workspace_id
            return self._build(somebody, *shape, **values)

        return build
