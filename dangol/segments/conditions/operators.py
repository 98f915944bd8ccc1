"""The questions that can be asked of an attribute: one class each."""

import datetime as dt
from abc import abstractmethod
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, ClassVar

from django.utils.formats import date_format
from django.utils.translation import pgettext, pgettext_lazy
from sqlglot import exp

from dangol.segments.contracts import Choice, Compiler, Input, JsonObject, Operator, ValueType, several_inputs

MOST_LINKS = 20


def is_known(value: exp.Expr) -> exp.Expr:
    """Test that a value is there."""
    return exp.Not(this=exp.Is(this=value.copy(), expression=exp.Null()))


def known_and(value: exp.Expr, test: exp.Expr) -> exp.Expr:
    """Test a value that must be there: the result is never unknown."""
    return exp.Paren(this=exp.and_(is_known(value), test, copy=False))


def operand_text(operand: object) -> str:
    """Return an operand as people read it: numbers with their thousands apart."""
    return f"{operand:,f}" if isinstance(operand, Decimal) else str(operand)


class AboutValue(Operator):
    """Compares with a value of the attribute's own type."""

    def read(self, data: JsonObject, kind: ValueType) -> Any:
        return kind.read_value(data)


class Is(AboutValue):
    """The same value."""

    key = "is"
    label = pgettext_lazy("operator", "is")

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        return known_and(value, kind.equals(value, operand, compiler))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        return pgettext("segment", "whose %(attribute)s is %(value)s") % {"attribute": attribute, "value": shown}


class IsNot(Is):
    """Another value, or none."""

    key = "is_not"
    label = pgettext_lazy("operator", "is not")

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        return exp.Not(this=super().test(value, operand, kind, compiler))

    def test_rows(
        self, rows: exp.Select, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler
    ) -> exp.Expr:
        return compiler.is_not_in(rows.where(super().test(value, operand, kind, compiler)))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "value": shown}
        return pgettext("segment", "whose %(attribute)s is not %(value)s (or not known)") % words


class AboutText(Operator):
    """Compares with a piece of text."""

    def read(self, data: JsonObject, kind: ValueType) -> Any:
        return data.text("value")


class Contains(AboutText):
    """The text is somewhere in the value."""

    key = "contains"
    label = pgettext_lazy("operator", "contains")

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        piece = exp.Lower(this=compiler.value(operand))
        place = exp.StrPosition(this=exp.Lower(this=value), substr=piece)
        return known_and(value, exp.GT(this=place, expression=exp.Literal.number(0)))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "value": shown}
        return pgettext("segment", "whose %(attribute)s contains “%(value)s”") % words


class StartsWith(AboutText):
    """The value begins with the text."""

    key = "starts_with"
    label = pgettext_lazy("operator", "starts with")

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        piece = exp.Lower(this=compiler.value(operand))
        return known_and(value, exp.StartsWith(this=exp.Lower(this=value), expression=piece))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "value": shown}
        return pgettext("segment", "whose %(attribute)s starts with “%(value)s”") % words


class AboutPresence(Operator):
    """Needs no operand."""

    def read(self, data: JsonObject, kind: ValueType) -> Any:
        return None

    def inputs(
        self, kind: ValueType, choices: Sequence[Choice], hints: Sequence[str], values: Mapping[str, str]
    ) -> Sequence[Input]:
        return ()


class IsSet(AboutPresence):
    """Something is known."""

    key = "is_set"
    label = pgettext_lazy("operator", "is known")

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        return is_known(value)

    def test_rows(
        self, rows: exp.Select, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler
    ) -> exp.Expr:
        return compiler.is_in(rows)

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        return pgettext("segment", "whose %(attribute)s is known") % {"attribute": attribute}


class IsEmpty(AboutPresence):
    """Nothing is known."""

    key = "is_empty"
    label = pgettext_lazy("operator", "is not known")

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        return exp.Is(this=value, expression=exp.Null())

    def test_rows(
        self, rows: exp.Select, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler
    ) -> exp.Expr:
        return compiler.is_not_in(rows)

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        return pgettext("segment", "whose %(attribute)s is not known") % {"attribute": attribute}


class IsMine(AboutPresence):
    """The reader's own. In a segment, which nobody reads, it is nobody's."""

    key = "is_mine"
    label = pgettext_lazy("operator", "is me")
    needs_reader: ClassVar[bool] = True

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        if compiler.reader is None:
            return exp.false()
        return known_and(value, kind.equals(value, compiler.reader.pk, compiler))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        return pgettext("segment", "whose %(attribute)s is me") % {"attribute": attribute}


class IsOneOf(Operator):
    """One of several rows. The operand is a tuple of their ids."""

    key = "is_one_of"
    label = pgettext_lazy("operator", "is one of")

    def read(self, data: JsonObject, kind: ValueType) -> Any:
        return data.ids("links", most=MOST_LINKS)

    def inputs(
        self, kind: ValueType, choices: Sequence[Choice], hints: Sequence[str], values: Mapping[str, str]
    ) -> Sequence[Input]:
        link = Input("links", "link", pgettext("segment builder", "Name"), suggestions=next(iter(hints), ""))
        return several_inputs(link, values)

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        return known_and(value, exp.or_(*(kind.equals(value.copy(), row_id, compiler) for row_id in operand)))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "value": shown}
        return pgettext("segment", "whose %(attribute)s is %(value)s") % words


class IsNoneOf(IsOneOf):
    """None of several rows, or nothing at all."""

    key = "is_none_of"
    label = pgettext_lazy("operator", "is none of")

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        return exp.Not(this=super().test(value, operand, kind, compiler))

    def test_rows(
        self, rows: exp.Select, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler
    ) -> exp.Expr:
        return compiler.is_not_in(rows.where(super().test(value, operand, kind, compiler)))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "value": shown}
        return pgettext("segment", "whose %(attribute)s is not %(value)s (or not known)") % words


class AboutNumber(Operator):
    """Compares as numbers; a value that is no number is not known."""

    def read(self, data: JsonObject, kind: ValueType) -> Any:
        return data.number("value")

    def inputs(
        self, kind: ValueType, choices: Sequence[Choice], hints: Sequence[str], values: Mapping[str, str]
    ) -> Sequence[Input]:
        return [Input("value", "number", pgettext("segment builder", "Number"))]

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        number = kind.number(value)
        return known_and(number, self.comparison(number, kind.number_operand(operand, compiler)))

    @abstractmethod
    def comparison(self, number: exp.Expr, operand: exp.Expr) -> exp.Expr:
        """Compare two numbers."""


class MoreThan(AboutNumber):
    """A greater number."""

    key = "more_than"
    label = pgettext_lazy("operator", "is more than")

    def comparison(self, number: exp.Expr, operand: exp.Expr) -> exp.Expr:
        return exp.GT(this=number, expression=operand)

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "value": shown}
        return pgettext("segment", "whose %(attribute)s is more than %(value)s") % words


class LessThan(AboutNumber):
    """A smaller number."""

    key = "less_than"
    label = pgettext_lazy("operator", "is less than")

    def comparison(self, number: exp.Expr, operand: exp.Expr) -> exp.Expr:
        return exp.LT(this=number, expression=operand)

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "value": shown}
        return pgettext("segment", "whose %(attribute)s is less than %(value)s") % words


class AboutDay(Operator):
    """Compares with a calendar day of the workspace."""

    def read(self, data: JsonObject, kind: ValueType) -> Any:
        return data.day("value")

    def inputs(
        self, kind: ValueType, choices: Sequence[Choice], hints: Sequence[str], values: Mapping[str, str]
    ) -> Sequence[Input]:
        return [Input("value", "date", pgettext("segment builder", "Date"))]


class Before(AboutDay):
    """Earlier than the day begins."""

    key = "before"
    label = pgettext_lazy("operator", "is before")

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        limit = compiler.value(kind.begin_of(operand, compiler))
        moment = kind.moment(value)
        return known_and(moment, exp.LT(this=moment, expression=limit))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "date": date_format(operand)}
        return pgettext("segment", "whose %(attribute)s is before %(date)s") % words


class After(AboutDay):
    """Later than the day ends."""

    key = "after"
    label = pgettext_lazy("operator", "is after")

    def test(self, value: exp.Expr, operand: Any, kind: ValueType, compiler: Compiler) -> exp.Expr:
        limit = compiler.value(kind.begin_of(operand + dt.timedelta(days=1), compiler))
        moment = kind.moment(value)
        return known_and(moment, exp.GTE(this=moment, expression=limit))

    def clause(self, attribute: str, operand: Any, shown: str) -> str:
        words = {"attribute": attribute, "date": date_format(operand)}
        return pgettext("segment", "whose %(attribute)s is after %(date)s") % words
