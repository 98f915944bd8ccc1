"""Types of value and how each is compared. A type knows its operators; `operators.py` knows how they ask."""

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, ClassVar
from uuid import UUID

from django.utils.translation import pgettext
from sqlglot import exp

from dangol.segments.conditions.operators import (
    After,
    Before,
    Contains,
    Is,
    IsEmpty,
    IsMine,
    IsNot,
    IsSet,
    LessThan,
    MoreThan,
    StartsWith,
    known_and,
)
from dangol.segments.conditions.passing_days import AnniversaryInNextDays, InLastDays, InNextDays, MoreThanDaysAgo
from dangol.segments.contracts import Choice, Compiler, Input, JsonObject, Operator, ValueType

ISO_DAY = "^[0-9]{4}-[0-9]{2}-[0-9]{2}"


class Text(ValueType):
    """Words. Upper and lower case are the same."""

    operators: ClassVar[Sequence[Operator]] = (Is(), IsNot(), Contains(), StartsWith(), IsSet(), IsEmpty())

    def equals(self, value: exp.Expr, operand: Any, compiler: Compiler) -> exp.Expr:
        return exp.EQ(this=exp.Lower(this=value), expression=exp.Lower(this=compiler.value(operand)))


class Code(Text):
    """One word out of a list."""

    operators: ClassVar[Sequence[Operator]] = (Is(), IsNot(), IsSet(), IsEmpty())


class Colleague(ValueType):
    """A member of the workspace."""

    operators: ClassVar[Sequence[Operator]] = (Is(), IsNot(), IsMine(), IsSet(), IsEmpty())

    def read_value(self, data: JsonObject) -> UUID:
        return data.id("value")

    def input_of(self, choices: Sequence[Choice], hints: Sequence[str]) -> Input:
        return Input("value", "select", pgettext("segment builder", "Value"), choices=choices)

    def equals(self, value: exp.Expr, operand: Any, compiler: Compiler) -> exp.Expr:
        return exp.EQ(this=value, expression=compiler.value(operand))


class Moment(ValueType):
    """A point in time. Days begin at midnight in the workspace's zone."""

    is_exact: ClassVar[bool] = True

    operators: ClassVar[Sequence[Operator]] = (
        InLastDays(), MoreThanDaysAgo(), InNextDays(), Before(), After(), IsSet(), IsEmpty()
    )  # fmt: skip

    def equals(self, value: exp.Expr, operand: Any, compiler: Compiler) -> exp.Expr:
        return exp.EQ(this=value, expression=compiler.value(operand))


class Day(Moment):
    """A calendar day."""

    is_exact: ClassVar[bool] = False

    operators: ClassVar[Sequence[Operator]] = (
        Before(), After(), InLastDays(), MoreThanDaysAgo(), InNextDays(), AnniversaryInNextDays(), IsSet(), IsEmpty()
    )  # fmt: skip

    def day_limit(self, days: int, compiler: Compiler) -> Any:
        return compiler.today() - dt.timedelta(days=days)

    def now_limit(self, compiler: Compiler) -> Any:
        return compiler.today()

    def begin_of(self, day: Any, compiler: Compiler) -> Any:
        return day


class Anything(Text):
    """A custom field: text that may be read as a number or as a date. What cannot be read so is not known."""

    operators: ClassVar[Sequence[Operator]] = (
        *Text.operators[:4],
        MoreThan(),
        LessThan(),
        Before(),
        After(),
        InLastDays(),
        MoreThanDaysAgo(),
        InNextDays(),
        AnniversaryInNextDays(),
        IsSet(),
        IsEmpty(),
    )

    def read_value(self, data: JsonObject) -> Any:
        return data.number("value") if isinstance(data.object("value"), int | float) else super().read_value(data)

    def equals(self, value: exp.Expr, operand: Any, compiler: Compiler) -> exp.Expr:
        if not isinstance(operand, Decimal):
            return super().equals(value, operand, compiler)
        number = self.number(value)
        return known_and(number, exp.EQ(this=number, expression=compiler.value(operand)))

    def moment(self, value: exp.Expr) -> exp.Expr:
        """Return the leading 2026-01-31 of the text; such texts sort as their days do."""
        looks_right = exp.RegexpLike(this=value.copy(), expression=exp.Literal.string(ISO_DAY))
        day = exp.Substring(this=value, start=exp.Literal.number(1), length=exp.Literal.number(10))
        return exp.Case().when(looks_right, day)

    def day_limit(self, days: int, compiler: Compiler) -> Any:
        return (compiler.today() - dt.timedelta(days=days)).isoformat()

    def now_limit(self, compiler: Compiler) -> Any:
        return compiler.today().isoformat()

    def begin_of(self, day: Any, compiler: Compiler) -> Any:
        return day.isoformat()
