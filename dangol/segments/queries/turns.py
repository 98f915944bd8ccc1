"""When the clock alone changes who matches, and for whom."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import connection

from dangol.segments.contracts import Compiled, Compiler, Condition
from dangol.segments.contracts.turning import next_turn, turning_between
from dangol.segments.queries.matching import compiler_for

MOST_TURNING = 10_000


def next_turn_at(
    condition: Condition, *, workspace_id: UUID, now: datetime, among: Sequence[UUID] | None = None
) -> datetime | None:
    """
    Return the first moment after now at which somebody may come or go by the clock alone.

    :param among: of these people only
    """
    compiler = compiler_for(condition, workspace_id, now, among=among)
    turns = list(condition.turns(compiler))
    moments = [_next_midnight(compiler)] if condition.turns_at_midnight() else []
    if turns:
        found = Compiled(next_turn(turns, compiler.value(now)), compiler.values)
        moments += [at for at in _column(found) if at is not None]
    return min(moments, default=None)


def people_turning(condition: Condition, *, workspace_id: UUID, since: datetime, until: datetime) -> list[UUID] | None:
    """Return who may have come or gone by the clock alone between two moments; nothing when everybody may have."""
    compiler = compiler_for(condition, workspace_id, since)
    if condition.turns_at_midnight() and _next_midnight(compiler) <= until:
        return None
    turns = list(condition.turns(compiler))
    if not turns:
        return []
    turning = turning_between(turns, compiler.value(since), compiler.value(until))
    people = _column(Compiled(turning.limit(MOST_TURNING + 1), compiler.values))
    return people if len(people) <= MOST_TURNING else None


def _next_midnight(compiler: Compiler) -> datetime:
    return compiler.midnight(compiler.today() + timedelta(days=1))


def _column(compiled: Compiled) -> list[Any]:
    with connection.cursor() as cursor:
        cursor.execute(*compiled.positional())
        return [value for (value,) in cursor.fetchall()]
