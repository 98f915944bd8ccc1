"""The questions to a date that time answers anew: in the last days, longer ago, in the next days, its anniversary."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar

from django.utils.translation import npgettext, pgettext, pgettext_lazy
from sqlglot import exp

from dangol.segments.conditions.operators import known_and
from dangol.segments.contracts import Choice, Compiler, Input, JsonObject, Operator, ValueType

LONGEST_DAYS = 3650
LONGEST_AHEAD = 365


class AboutDays(Operator):
    """Compares with a limit that moves with time."""

    moves_with_time: ClassVar[bool] = True

    def read(self, data: JsonObject, kind: ValueType) -> Any:
        return data.whole("days", least=1, most=LONGEST_DAYS)

    def inputs(
        self, kind: ValueType, choices: Sequence[Choice], hints: Sequence[str], values: Mapping[str, str]
    ) -> Sequence[Input]:
        return [
            Input(
                "days",
                "whole",
                pgettext("segment builder", "Days"),
                after=pgettext("segment builder", "days"),
                default="30",
            )
        ]


class InLastDays(AboutDays):
    """Within so many times 24 hours before now; of a calendar day: within so many days, today included."""

    key = "in_last_days"
    label = pgettext_lazy("operator", "is in the last")

    def turns_after(self, operand: Any) -> Sequence[dt.timedelta]:
        return dt.timedelta(), dt.timedelta(days=operand)

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        moment = kind.moment(value)
        late = exp.GT(this=moment, expression=compiler.value(kind.day_limit(operand, compiler)))
        past = exp.LTE(this=moment.copy(), expression=compiler.value(kind.now_limit(compiler)))
        return known_and(moment, exp.and_(late, past, copy=False))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "days": operand}
        return (
            npgettext(
                "segment",
                "whose %(attribute)s is in the last %(days)s day",
                "whose %(attribute)s is in the last %(days)s days",
                operand,
            )
            % words
        )


class MoreThanDaysAgo(AboutDays):
    """Longer ago than that."""

    key = "more_than_days_ago"
    label = pgettext_lazy("operator", "is longer ago than")

    def turns_after(self, operand: Any) -> Sequence[dt.timedelta]:
        return (dt.timedelta(days=operand),)

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        moment = kind.moment(value)
        limit = compiler.value(kind.day_limit(operand, compiler))
        return known_and(moment, exp.LTE(this=moment, expression=limit))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "days": operand}
        return (
            npgettext(
                "segment",
                "whose %(attribute)s is more than %(days)s day ago",
                "whose %(attribute)s is more than %(days)s days ago",
                operand,
            )
            % words
        )


class InNextDays(AboutDays):
    """Within so many times 24 hours from now; of a calendar day: within so many days, today included."""

    key = "in_next_days"
    label = pgettext_lazy("operator", "is in the next")

    def turns_after(self, operand: Any) -> Sequence[dt.timedelta]:
        return dt.timedelta(days=-operand), dt.timedelta()

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        moment = kind.moment(value)
        begun, over = (exp.GT, exp.LTE) if kind.is_exact else (exp.GTE, exp.LT)
        late = begun(this=moment, expression=compiler.value(kind.now_limit(compiler)))
        soon = over(this=moment.copy(), expression=compiler.value(kind.day_limit(-operand, compiler)))
        return known_and(moment, exp.and_(late, soon, copy=False))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "days": operand}
        return (
            npgettext(
                "segment",
                "whose %(attribute)s is in the next %(days)s day",
                "whose %(attribute)s is in the next %(days)s days",
                operand,
            )
            % words
        )


class AnniversaryInNextDays(AboutDays):
    """
    The same day of some year is within so many days, today included: a birthday.

    The 29th of February is kept on the 28th in years that have none.
    """

    key = "anniversary_in_next_days"
    label = pgettext_lazy("operator", "has its anniversary in the next")

    def read(self, data: JsonObject, kind: ValueType) -> Any:
        return data.whole("days", least=1, most=LONGEST_AHEAD)

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        first = compiler.today()
        last = first + dt.timedelta(days=operand - 1)
        is_end_of_february = (last + dt.timedelta(days=1)).strftime("%m-%d") == "03-01"
        end = "02-29" if is_end_of_february else f"{last:%m-%d}"
        day = exp.Substring(
            this=exp.cast(kind.moment(value), "TEXT"), start=exp.Literal.number(6), length=exp.Literal.number(5)
        )
        late = exp.GTE(this=day, expression=compiler.value(f"{first:%m-%d}"))
        soon = exp.LTE(this=day.copy(), expression=compiler.value(end))
        is_over_new_year = last.year > first.year
        between = exp.or_(late, soon, copy=False) if is_over_new_year else exp.and_(late, soon, copy=False)
        return known_and(day, exp.Paren(this=between))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "days": operand}
        return (
            npgettext(
                "segment",
                "whose %(attribute)s has its anniversary in the next %(days)s day",
                "whose %(attribute)s has its anniversary in the next %(days)s days",
                operand,
            )
            % words
        )
