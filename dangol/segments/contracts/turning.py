"""When people come or go by the clock alone."""

import datetime as dt
from dataclasses import dataclass

from sqlglot import exp


@dataclass(frozen=True)
class Turn:
    """
    Moments at which people may come or go: so long `after` the moment that stands in their rows.

    At that very moment the condition answers as it does from then on.

    :param rows: a query of one column, the ids of the people
    """

    rows: exp.Select
    moment: exp.Expr
    after: dt.timedelta = dt.timedelta()


def turning_between(turns: list[Turn], since: exp.Expr, until: exp.Expr) -> exp.Query:
    """Return the people whose moment comes after `since`, and not after `until`."""
    found = []
    for turn in turns:
        after, not_after = _before(since, turn), _before(until, turn)
        late = exp.GT(this=turn.moment.copy(), expression=after)
        found.append(turn.rows.copy().where(late, exp.LTE(this=turn.moment.copy(), expression=not_after)))
    return exp.union(*found, distinct=True, copy=False) if len(found) > 1 else found[0]


def next_turn(turns: list[Turn], now: exp.Expr) -> exp.Query:
    """Return the first moment after `now`, one column and row; NULL when there is none."""
    firsts = []
    for turn in turns:
        rows = turn.rows.copy().where(exp.GT(this=turn.moment.copy(), expression=_before(now, turn)))
        first = exp.Add(this=exp.Min(this=turn.moment.copy()), expression=_interval(turn))
        firsts.append(rows.select(first.as_("at"), append=False))
    every = exp.union(*firsts, distinct=False, copy=False) if len(firsts) > 1 else firsts[0]
    return exp.Select().select(exp.Min(this=exp.column("at", "turn"))).from_(exp.Subquery(this=every).as_("turn"))


def _before(moment: exp.Expr, turn: Turn) -> exp.Expr:
    return exp.Paren(this=exp.Sub(this=exp.cast(moment.copy(), "TIMESTAMPTZ"), expression=_interval(turn)))


def _interval(turn: Turn) -> exp.Interval:
    seconds = str(int(turn.after.total_seconds()))
    return exp.Interval(this=exp.Literal.string(seconds), unit=exp.var("SECOND"))
