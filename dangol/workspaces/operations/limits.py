"""Counting what a workspace uses, and refusing what goes beyond its limits."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet
from django.utils.formats import number_format
from django.utils.translation import gettext as _

from dangol.kit.ids import uuid7
from dangol.kit.locks import hold
from dangol.workspaces.enums import Limited, Span
from dangol.workspaces.models import Limit
from dangol.workspaces.queries.limits import standings

COUNT = """
INSERT INTO workspaces_use AS old (workspace_id, id, what, began_at, amount)
SELECT id, %s, %s, date_trunc(%s, %s::timestamptz, time_zone), %s FROM workspaces_workspace WHERE id = %s
ON CONFLICT (workspace_id, what, began_at) DO UPDATE SET amount = {amount}
"""
ADD, REPLACE = COUNT.format(amount="old.amount + excluded.amount"), COUNT.format(amount="excluded.amount")


def set_limits(*, workspace_id: UUID, limits: Mapping[Limited, int | None]) -> None:
    """Set limits of the entered workspace; None takes one away."""
    for what, most in limits.items():
        if most is None:
            Limit.objects.filter(workspace_id=workspace_id, what=what).delete()
        else:
            Limit.objects.update_or_create(workspace_id=workspace_id, what=what, defaults={"most": most})


def count_use(*, workspace_id: UUID, what: Limited, amount: int, now: datetime) -> None:
    """Add to what was used. Others who count the same wait until this transaction ends: count late in it."""
    _write(ADD, workspace_id, what, amount, now)


def note_level(*, workspace_id: UUID, what: Limited, amount: int, now: datetime) -> None:
    """Say how much there is of something now."""
    _write(REPLACE, workspace_id, what, amount, now)


def left(*, workspace_id: UUID, what: Limited, now: datetime) -> int | None:
    """
    Return how much may still be used, None for any amount.

    Where there is a limit, nobody else is told until this transaction ends, so that nothing is spent twice.
    """
    (standing,) = standings(workspace_id, now=now, of=[what])
    if standing.most is None:
        return None
    hold(_lock(what, workspace_id))
    (standing,) = standings(workspace_id, now=now, of=[what])
    return None if standing.most is None else max(0, standing.most - standing.used)


def spend(
    *, workspace_id: UUID, what: Limited, amount: int, now: datetime, refusal: Callable[[str], Exception]
) -> None:
    """
    Count a use, whole or not at all.

    :param refusal: makes the exception that is raised when less than this is left
    """
    room = left(workspace_id=workspace_id, what=what, now=now)
    if room is not None and amount > room:
        raise refusal(limit_reached(what, room=room))
    count_use(workspace_id=workspace_id, what=what, amount=amount, now=now)


def make_room(*, workspace_id: UUID, what: Limited, taken: QuerySet[Any], refusal: Callable[[str], Exception]) -> None:
    """
    Make sure that one more may be added to the few rows that there are, counting them only where there is a limit.

    Where there is one, others who want to add wait until this transaction ends.

    :param refusal: makes the exception that is raised when there is no room
    """
    limit = Limit.objects.filter(workspace_id=workspace_id, what=what).first()
    if limit is None:
        return
    hold(_lock(what, workspace_id))
    if taken.count() >= limit.most:
        raise refusal(limit_reached(what, room=0))


def refuse_beyond(
    *, workspace_id: UUID, what: Limited, more: int, now: datetime, refusal: Callable[[str], Exception]
) -> None:
    """
    Refuse what would go beyond a limit, by what was measured last: there are too many rows to count them each time.

    :param refusal: makes the exception that is raised
    """
    (standing,) = standings(workspace_id, now=now, of=[what])
    if standing.most is not None and standing.used + more > standing.most:
        raise refusal(limit_reached(what, room=max(0, standing.most - standing.used)))


def limit_reached(what: Limited, *, room: int) -> str:
    """Say that there is a limit, how much is left, and what to do."""
    said = _(
        "This goes beyond a limit of this workspace (%(what)s; left: %(room)s). Settings → Usage shows it; whoever runs"
        " Dangol can raise it."
    )
    return said % {"what": what.label, "room": number_format(room, force_grouping=True)}


def _write(statement: str, workspace_id: UUID, what: Limited, amount: int, now: datetime) -> None:
    unit = Span.HOUR if what.span == Span.HOUR else Span.DAY
    with connection.cursor() as cursor:
        cursor.execute(statement, [uuid7(), what.value, unit.value, now, amount, workspace_id])


def _lock(what: Limited, workspace_id: UUID) -> str:
    return f"limit {what} {workspace_id}"
